"""The sections of a pack on one order or ticket: the order itself, claims, returns, what was written."""

from __future__ import annotations

from recovery_plan.containment.defence import Line
from recovery_plan.evidence.document import Section, table
from recovery_plan.evidence.facts import Facts
from recovery_plan.evidence.wording import Wording


def order(f: Facts, w: Wording) -> Section:
    """The order as the cache holds it."""
    o = f.order
    if o is None:
        return Section("order", w("order.title"), w("order.missing"))
    shipped_by = w("order.amazon") if o.channel == "amazon" else w("order.merchant")
    told = [
        (w("order.id"), o.order_id),
        (w("order.bought"), w.time(o.purchased_at)),
        (w("order.marketplace"), o.marketplace),
        (w("order.status"), o.status or ""),
        (w("order.channel"), shipped_by if o.channel else ""),
        (w("order.total"), w.money(o.total_minor, o.currency)),
        (w("order.buyer"), w.buyer(o.buyer_name or o.recipient_name)),
        (w("order.place"), " ".join(part for part in (o.postcode, o.city, o.country) if part)),
        (w("order.promised"), w.time(o.promised_at)),
        (w("order.shipped"), w.time(o.shipped_at)),
        (w("order.delivered"), w.time(o.delivered_at)),
        (w("order.tracking"), " ".join(part for part in (o.carrier, o.tracking) if part)),
    ]
    items = [f"{i.quantity} × {i.title or i.sku or i.asin or ''}"
             + (f" ({w.money(i.price_minor, o.currency)})" if i.price_minor is not None else "")
             for i in o.items]  # fmt: skip
    told.append((w("order.items"), "\n".join(items)))
    return Section("order", w("order.title"), w("order.note"), facts=tuple((k, v) for k, v in told if v))


def claims(f: Facts, w: Wording) -> Section:
    """A-to-z claims with their dates."""
    rows = [
        (
            c.order_id,
            w.time(c.opened_at),
            w.code("claim_state", c.status),
            w.known(c.reason or ""),
            w.money(c.amount_minor, c.currency),
            w.time(c.info_requested_at),
            w.time(c.decided_at),
            w.time(c.appeal_until),
        )
        for c in f.claims
    ]
    columns = ((w("word.order"), 16), (w("claims.opened"), 11), (w("word.state"), 13), (w("word.reason"), 17),
               (w("refunds.amount"), 9), (w("claims.asked"), 12), (w("claims.decided"), 11),
               (w("claims.appeal"), 11))  # fmt: skip
    return table("claims", w("claims.title"), columns, rows, empty=w("claims.empty"))


def defences(f: Facts, w: Wording) -> list[Section]:
    """The checklist of each claim: what the cache shows, what people said, and what is missing."""
    columns = ((w("defence.point"), 18), (w("word.state"), 12), (w("defence.said"), 40), (w("word.who"), 16),
               (w("word.proof"), 14))  # fmt: skip
    return [
        table(
            f"defence_{row.id}",
            w("defence.title", at=w.time(row.opened_at)),
            columns,
            [_line(line, w) for line in file.lines],
            empty=w("defence.empty"),
        )
        for row, file in f.defences
    ]


def _line(line: Line, w: Wording) -> tuple[str, ...]:
    said = line.said
    told = [w.fact(name, value) for name, value in line.facts]
    told += [w.text(said.note)] if said and (said.note or said.note is None) else []
    who, proof = (w.person(said.made_by), said.proof or "") if said else ("", "")
    return w.code("point", line.point), w.code("point_state", line.state), "\n".join(told), who, proof


def returns(f: Facts, w: Wording) -> Section | None:
    """Returns of the order, when there are any."""
    rows = [
        (w.time(r.returned_at), w.time(r.delivered_back_at), w.money(r.refunded_minor, r.currency), r.reason or "",
         r.status or "")
        for r in f.returns
    ]  # fmt: skip
    columns = ((w("returns.at"), 18), (w("returns.back"), 18), (w("returns.refunded"), 14), (w("word.reason"), 30),
               (w("returns.status"), 20))  # fmt: skip
    return table("returns", w("returns.title"), columns, rows) if rows else None


def messages(f: Facts, w: Wording) -> list[Section]:
    """Everything written in each ticket, internal notes left out."""
    columns = ((w("word.when"), 18), (w("messages.direction"), 12), (w("messages.text"), 70))
    found = []
    for row, said in f.tickets:
        lines = [(w.time(m.sent_at), w.code("direction", m.direction), w.text(m.text))
                 for m in said if m.direction in ("in", "out")]  # fmt: skip
        title = w("messages.title", number=row.id, tool=row.tool, native=row.native_id)
        note = w("messages.note", subject=w.text(row.subject), status=w.code("ticket_state", row.status))
        found.append(table(f"messages_{row.id}", title, columns, lines, note=note, empty=w("messages.empty")))
    return found

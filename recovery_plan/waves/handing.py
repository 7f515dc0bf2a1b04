"""Hand-over lists: what one agent has to do, as a table, a page to print or a calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data import browse, customer_names, orders, people, plans, task_steps
from data.domain import Actor, AtRisk, Order, Role, Route
from data.errors import BadInput
from data.store import Tx
from data.workspace import Workspace, write_whole
from recovery_plan import roles
from recovery_plan.at_risk_rows import MASKS, Mask, alias
from recovery_plan.outreach.calendar import to_ics
from recovery_plan.outreach.handover import HandRow, to_csv
from recovery_plan.outreach.sheet import to_pdf
from recovery_plan.waves.drafting import STOPPED, Draft, drafts_of

READERS = frozenset({Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE})


class ListFormat(StrEnum):
    """How a list can be had."""

    CSV = "csv"
    PDF = "pdf"
    ICS = "ics"


@dataclass(frozen=True, slots=True)
class Handed:
    """A list that was written."""

    file: Path
    contacts: int
    sha256: str


def rows_of(ws: Workspace, actor: Actor, *, agent: str | None = None, only_released: bool = True) -> list[HandRow]:
    """The contacts that are left to make, by day; of everybody when no agent is named."""
    with ws.store.reading() as tx:
        return _rows(tx, ws, actor, agent, only_released=only_released)


def _rows(tx: Tx, ws: Workspace, actor: Actor, agent: str | None, *, only_released: bool) -> list[HandRow]:
    roles.need(actor, READERS, "a hand-over list is read")
    if agent is not None and people.find(tx, agent) is None:
        raise BadInput(f"{agent}: no such person in this workspace: see 'reinstate user list'")
    mask = MASKS.get(actor.role, Mask()) if actor.role else MASKS[Role.SUPPORT_LEAD]
    steps = task_steps.newest(tx)
    zone = ZoneInfo(ws.settings.brand.time_zone)
    left = [d for d in drafts_of(tx, ws, None) if agent is None or d.owner == agent]
    left = [d for d in left if STOPPED not in (rule for rule, _ in d.problems)]
    risks = {c.customer: c for c in plans.at_risk_customers(tx)}
    known = _orders(tx, left)
    names = customer_names.names_of(tx, [d.customer for d in left]) if mask.names else {}
    rows = _newest_rows(tx)
    urls = _addresses(tx, left, risks)
    found: list[HandRow] = []
    for d in left:
        step = steps.get(d.task)
        is_same = step is not None and step.is_valid(tx.now) and step.sha256 == d.sha256
        status = step.what if step is not None and is_same else "planned"
        if only_released and status != "released":
            continue
        order, risk, row = known.get(d.order_id or ""), risks.get(d.customer), rows[d.row]
        found.append(
            HandRow(
                task=d.task, day=d.day, wave=d.wave, agent=d.owner, status=status,
                customer=alias(d.customer, tx.vault.blind), customer_name=names.get(d.customer),
                order_id=d.order_id if mask.order_ids else None,
                marketplace=order.marketplace if order else None,
                route=d.route.value, rule=d.rule, last_day=row.last_day, language=d.language,
                minutes=row.effort_min,
                bought_on=order.purchased_at.astimezone(zone).date() if order else None,
                about=risk.category.value if risk and risk.category else None,
                address=urls.get(d.customer),
                text=(d.text or "") if status == "released" else "",
            )
        )  # fmt: skip
    return found


def _newest_rows(tx: Tx) -> dict[int, Any]:
    """Rows of the newest plan by number."""
    newest = plans.newest_plan(tx)
    return {row.id: row for row in newest[1]} if newest else {}


def _orders(tx: Tx, left: list[Draft]) -> dict[str, Order]:
    ids = sorted({d.order_id for d in left if d.order_id})
    return {o.order_id: o for o in orders.load(tx, list(orders.row_ids(tx, ids).values()), with_names=False)}


def _addresses(tx: Tx, left: list[Draft], risks: Mapping[str, AtRisk]) -> dict[str, str]:
    """Customer -> address of the newest public mention of a contact that is made in public."""
    public = [d.customer for d in left if d.route in (Route.PUBLIC_REPLY, Route.FIND_REVIEWER) and d.customer in risks]
    found: dict[str, str] = {}
    for customer in public:
        said = browse.many(tx, risks[customer].mention_ids)
        urls = [m.url for m in sorted(said, key=lambda m: (m.published_at, m.id)) if m.url]
        if urls:
            found[customer] = urls[-1]
    return found


def write(
    ws: Workspace,
    actor: Actor,
    *,
    form: ListFormat,
    agent: str | None = None,
    only_released: bool = True,
    delimiter: str = ",",
    out: Path | None = None,
) -> Handed:
    """Write a list whole or not at all; the audit log tells its hash. Raises BadInput for an unknown person."""
    if delimiter not in (",", ";", "\t"):
        raise BadInput("--delimiter: choose , or ; or a tab")
    with ws.store.transaction(actor) as tx:
        rows = _rows(tx, ws, actor, agent, only_released=only_released)
        names = {p.id: p.name for p in people.everyone(tx)}
        newest = plans.newest_plan(tx)
        made_at = newest[0].made_at if newest else tx.now
        made_on = made_at.astimezone(ZoneInfo(ws.settings.brand.time_zone)).date()
        if form is ListFormat.CSV:
            raw = to_csv(rows, delimiter=delimiter)
        elif form is ListFormat.ICS:
            raw = to_ics(rows, made_at)
        else:
            who = names.get(agent or "", agent or "everybody")
            raw = to_pdf(rows, brand=ws.settings.brand.name, agent=who, made_on=made_on)
        path = out or ws.exports / f"outreach-{(agent or 'everybody').replace(':', '-')}.{form}"
        digest = hashlib.sha256(raw).hexdigest()
        detail = {"format": form.value, "rows": len(rows), "sha256": digest}
        tx.audit("handover.made", f"handover:{agent or 'all'}", detail)
        try:
            write_whole(path, raw)
        except OSError as error:
            raise BadInput(f"{path}: cannot be written: {error.strerror or 'unknown reason'}") from None
    return Handed(path, len(rows), digest)

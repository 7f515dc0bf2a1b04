"""The mentions page: its list, and everything about one mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard import safe
from dashboard.access import Action
from dashboard.queries import masks, wanted
from dashboard.queries.wanted import Wanted
from dashboard.viewer import Viewer
from data import browse, facets, judged, labelling, orders, people
from data.domain import Candidate, Evidence, Order, Reason
from data.errors import BadInput
from data.labelling import Label
from data.store import Tx
from models.text import fold

PAGE = 25
EXCERPT = 160
MAX_SHOWN = 5_000  # characters of one text; a longer one is cut, the whole stands at its source
MAX_ORDERS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[!?]+|\d+")

Key = tuple[float, int]


@dataclass(frozen=True, slots=True)
class MentionLine:
    """One line of the list. ``author`` is None for roles that may not see names."""

    id: int
    author: str | None
    source: str
    country: str | None
    excerpt: str
    published_at: datetime
    probability: float | None
    band: str
    category: str
    link: str
    verdict: str | None
    is_spam: bool  # listed, but left out of every figure; so are copies
    is_copy: bool  # a repost, or what the same person said elsewhere


@dataclass(frozen=True, slots=True)
class MentionPage:
    """One page of the list, the key of the next, and how many there are in all."""

    lines: tuple[MentionLine, ...]
    next_key: Key | None
    total: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; ``weight`` is what the words in it moved the score by (0 for the rest)."""

    text: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class PossibleOrder:
    """One order that the mention may be about. Without the right to order numbers ``order_id`` is None."""

    order_id: str | None
    probability: float
    evidence: tuple[Evidence, ...]
    product: str | None
    marketplace: str | None
    purchased_at: datetime | None
    total_minor: int | None
    currency: str | None
    buyer: str | None
    verdict: str | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One judgement or label by a person."""

    verdict: str
    order_id: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LabelSaid:
    """What a person said of the mention itself."""

    frustrated: bool
    categories: tuple[str, ...]
    severity: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MentionDetail:
    """Everything the reader pane shows."""

    line: MentionLine
    title: tuple[Segment, ...]
    segments: tuple[Segment, ...]
    is_cut: bool
    language: str
    rating: int | None
    reply: str | None
    reply_at: datetime | None
    severity: int | None
    url: str | None
    reasons: tuple[Reason, ...]
    model: str | None
    assessed_probability: float | None
    decision: str
    rule: str
    orders: tuple[PossibleOrder, ...]
    judgements: tuple[Said, ...]
    labels: tuple[LabelSaid, ...]  # newest first


def listing(tx: Tx, viewer: Viewer, want: Wanted, after: Key | None = None) -> MentionPage:
    """One page of mentions that ``want`` lets through."""
    narrowed = wanted.as_filter(want, viewer)
    found = browse.page(tx, narrowed, sort=want.sort, after=after, size=PAGE)
    buyers = _buyers(tx, viewer, found.rows)
    lines = tuple(_line(row, viewer, buyers.get(row.link_order or "", ())) for row in found.rows)
    return MentionPage(lines, found.next_key, browse.count(tx, narrowed))


def _buyers(tx: Tx, viewer: Viewer, rows: Sequence[Any]) -> Mapping[str, tuple[str | None, ...]]:
    """Names to take out of texts: looked up only for roles that may not see them."""
    if viewer.may(Action.SEE_NAMES):
        return {}
    ids = orders.row_ids(tx, [row.link_order for row in rows if row.link_order])
    return {o.order_id: (o.buyer_name, o.recipient_name) for o in orders.load(tx, list(ids.values()))}


def _line(row: Any, viewer: Viewer, names: Iterable[str | None]) -> MentionLine:
    said = " — ".join(part for part in (row.title, row.text) if part)
    hidden = (row.author_name, row.author_handle, *names)
    return MentionLine(
        id=row.id,
        author=masks.author(row.author_name, row.author_handle, viewer),
        source=row.source,
        country=row.country,
        excerpt=safe.plain(masks.text(said[: EXCERPT * 3], viewer, hidden), EXCERPT),
        published_at=row.published_at,
        probability=row.probability,
        band=row.band or "",
        category=row.category or "",
        link=row.link_decision or "",
        verdict=row.link_verdict,
        is_spam=row.is_spam,
        is_copy=row.same_as is not None or row.repeats is not None,
    )


def detail(tx: Tx, viewer: Viewer, mention_id: int) -> MentionDetail:
    """One mention; raises BadInput when it does not exist or was erased at its source."""
    row = browse.get(tx, mention_id)
    if row is None:
        raise BadInput(f"mention {mention_id} does not exist")
    if row.gone_at is not None:
        raise BadInput(f"mention {mention_id} was erased at its source")
    assessed, link = judged.newest_assessment(tx, mention_id), judged.newest_link(tx, mention_id)
    said = judged.judgements(tx, mention_id)
    candidates = _candidates(row, link.candidates if link else (), said)
    held = _orders(tx, [c.order_id for c in candidates])
    hidden = (row.author_name, row.author_handle, *(n for o in held.values() for n in (o.buyer_name, o.recipient_name)))
    shown = masks.text(row.text, viewer, hidden)
    reasons = assessed.reasons if assessed else ()
    names = {p.id: p.name for p in people.everyone(tx)}
    return MentionDetail(
        line=_line(row, viewer, hidden),
        title=segments(safe.plain(masks.text(row.title, viewer, hidden), 300), reasons),
        segments=segments(safe.cut(shown, MAX_SHOWN), reasons),
        is_cut=len(shown) > MAX_SHOWN,
        language=row.language or "und",
        rating=row.rating,
        reply=masks.text(row.reply_text, viewer, hidden) or None,
        reply_at=row.reply_at,
        severity=row.severity,
        url=safe.web_address(masks.link_to(row.url, row.source, row.native_id, viewer)),
        reasons=_masked_reasons(reasons, viewer, hidden),
        model=assessed.model if assessed else None,
        assessed_probability=assessed.probability if assessed else None,
        decision=row.link_decision or "",
        rule=link.rule if link else "",
        orders=tuple(_possible(c, held.get(c.order_id), viewer, said) for c in candidates),
        judgements=tuple(_said(j, viewer, names) for j in said),
        labels=tuple(_labelled(one, viewer, names) for one in labelling.history(tx, mention_id)),
    )


def _masked_reasons(reasons: Iterable[Reason], viewer: Viewer, hidden: tuple[str | None, ...]) -> tuple[Reason, ...]:
    return tuple(Reason(masks.text(r.term, viewer, hidden), r.weight) for r in reasons)


def _candidates(row: Any, found: Sequence[Candidate], said: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """The likeliest first; an order that a person confirmed stays in sight whatever linkage says now."""
    kept = list(found[:MAX_ORDERS])
    if row.link_order and row.link_order not in {c.order_id for c in kept}:
        kept.insert(0, Candidate(row.link_order, row.link_probability or 0.0))
    confirmed = next((j["order_id"] for j in said if j["verdict"] == "confirmed"), None)
    kept.sort(key=lambda c: c.order_id != confirmed)
    return kept[:MAX_ORDERS]


def _orders(tx: Tx, order_ids: Sequence[str]) -> dict[str, Order]:
    return {o.order_id: o for o in orders.load(tx, list(orders.row_ids(tx, order_ids).values()))}


def _possible(
    candidate: Candidate, order: Order | None, viewer: Viewer, said: Sequence[Mapping[str, Any]]
) -> PossibleOrder:
    sees = viewer.may(Action.SEE_ORDER_IDS)
    verdict = next((str(j["verdict"]) for j in said if j["order_id"] == candidate.order_id), None)
    evidence = candidate.evidence if sees else tuple(Evidence(e.field, e.outcome, e.weight) for e in candidate.evidence)
    titles = [item.title for item in order.items if item.title] if order else []
    return PossibleOrder(
        order_id=candidate.order_id if sees else None,
        probability=candidate.probability,
        evidence=evidence,
        product=safe.plain(titles[0], 80) if titles else None,
        marketplace=order.marketplace if order else None,
        purchased_at=order.purchased_at if order and sees else None,
        total_minor=order.total_minor if order and sees else None,
        currency=order.currency if order else None,
        buyer=masks.buyer(order, viewer),
        verdict=verdict,
        is_known=order is not None,
    )


def _said(row: Mapping[str, Any], viewer: Viewer, names: Mapping[str, str]) -> Said:
    by = names.get(row["by"], row["by"]) if viewer.may(Action.SEE_OWNERS) else row["by"]
    return Said(row["verdict"], masks.order_id(row["order_id"], viewer), by, row["at"])


def _labelled(one: Label, viewer: Viewer, names: Mapping[str, str]) -> LabelSaid:
    by = names.get(one.by, one.by) if viewer.may(Action.SEE_OWNERS) else one.by
    return LabelSaid(one.frustrated, tuple(c.value for c in one.categories), one.severity, by, one.at)


def segments(text: str, reasons: Iterable[Reason]) -> tuple[Segment, ...]:
    """``text`` in pieces: words that are among the reasons carry their weight, the rest carries none."""
    weights: dict[str, float] = {}
    for reason in reasons:
        for word in _WORD.findall(reason.term):
            weights.setdefault(fold(word), reason.weight)
    pieces: list[Segment] = []
    done = 0
    for found in _WORD.finditer(text):
        weight = weights.get(fold(found.group()), 0.0)
        if weight:
            if found.start() > done:
                pieces.append(Segment(text[done : found.start()]))
            pieces.append(Segment(found.group(), weight))
            done = found.end()
    if done < len(text):
        pieces.append(Segment(text[done:]))
    return tuple(pieces)


def markets(tx: Tx) -> list[str]:
    """Countries that mentions come from."""
    return facets.values(tx, "country")

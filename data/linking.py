"""What linkage reads from the store: mentions to link, and who has posted which order id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from data import link_people, marks
from data.domain import Decision, LinkDecision, Source, Verdict
from data.judged import READ, standing
from data.link_rows import decision_of
from data.schema.base import EPOCH
from data.schema.intake import author, mention, snapshot
from data.schema.judged import judgement, link
from data.schema.linkage import author_tie, never_link
from data.store import Tx
from data.upsert import chunks


@dataclass(frozen=True, slots=True)
class Posted:
    """A mention that linkage found to carry an order id of ours."""

    mention: int
    order_id: str
    published_at: datetime
    author_name: str | None
    author_handle: str | None


def to_link(tx: Tx, after_id: int, limit: int, *, again: bool) -> list[Any]:
    """Rows of live mentions to link, by id above ``after_id``.

    Only those never linked; with ``again`` also those that no person has judged, or whose order a person rejected: a
    new order snapshot or new weights may now find the right one.
    """
    query = select(*READ).outerjoin(author, author.c.id == mention.c.author).where(_linkable(again=again))
    return list(tx.conn.execute(query.where(mention.c.id > after_id).order_by(mention.c.id).limit(limit)))


def count_to_link(tx: Tx, *, again: bool) -> int:
    """How many mentions ``to_link`` would find from the beginning."""
    return int(tx.conn.execute(select(func.count()).select_from(mention).where(_linkable(again=again))).scalar_one())


def rows_to_link(tx: Tx, ids: Sequence[int]) -> list[Any]:
    """The rows among ``ids`` that ``to_link`` with ``again`` would give."""
    query = select(*READ).outerjoin(author, author.c.id == mention.c.author).order_by(mention.c.id)
    rows: list[Any] = []
    for part in chunks(ids):
        rows.extend(tx.conn.execute(query.where(_linkable(again=True), mention.c.id.in_(part))))
    return rows


def _linkable(*, again: bool) -> Any:
    wanted: list[ColumnElement[bool]] = [mention.c.link_decision.is_(None)]
    if again:
        wanted += [mention.c.link_verdict.is_(None), mention.c.link_verdict == Verdict.REJECTED.value]
    return and_(or_(*wanted), mention.c.gone_at.is_(None), mention.c.is_own.is_(False))


def posted_ids(tx: Tx) -> Iterator[Posted]:
    """Every (mention, order id) that earlier link runs saw; erased mentions and rejected pairs are left out."""
    query = (
        select(link.c.mention, link.c.candidates, mention.c.published_at, author.c.name, author.c.handle)
        .join(mention, mention.c.id == link.c.mention)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(link.c.rule.startswith("LNK-ID"), mention.c.gone_at.is_(None))
    )
    found = {
        (row.mention, c["order_id"]): row for row in tx.conn.execute(query) for c in row.candidates if _is_posted(c)
    }
    refused = rejected(tx, list({mention_id for mention_id, _ in found}))
    for (mention_id, order_id), row in sorted(found.items(), key=lambda pair: pair[0]):
        if order_id not in refused.get(mention_id, ()):
            yield Posted(mention_id, order_id, row.published_at, row.name, row.handle)


def _is_posted(candidate: Mapping[str, Any]) -> bool:
    return any(e["field"] == "order_id" and e["outcome"] == "agree" for e in candidate["evidence"])


def rejected(tx: Tx, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Mention id -> order ids that a person rejected for it and nobody has confirmed since."""
    return {
        mention_id: frozenset(order_id for order_id, verdict in said.items() if verdict == Verdict.REJECTED.value)
        for mention_id, said in standing(tx, ids).items()
    }


_DAYS = "link.days"  # first and last purchase day of the orders that were indexed since the last finished link run


@dataclass(frozen=True, slots=True)
class News:
    """What came since the last finished link run. ``seen`` is where the next one goes on."""

    everything: bool  # tickets came, or an order left the never-link list: any link may change
    days: tuple[int, int] | None  # purchase days, since 1970, of new and changed orders
    never: int
    tie: int
    judgement: int
    seen: str


def remember_days(tx: Tx, days: Sequence[int]) -> None:
    """Widen the span of purchase days of orders that no link run has seen yet."""
    if days:
        held = _span(marks.read(tx, _DAYS))
        both = [*days, *(held or ())]
        marks.keep(tx, _DAYS, f"{min(both)} {max(both)}")


def forget_days(tx: Tx, seen: News) -> None:
    """Say that a link run has looked at the orders of ``seen``; what was indexed meanwhile is kept for the next one."""
    if _span(marks.read(tx, _DAYS)) == seen.days:
        marks.keep(tx, _DAYS, "")


def _span(told: str | None) -> tuple[int, int] | None:
    if not told:
        return None
    first, _, last = told.partition(" ")
    return int(first), int(last)


def news(tx: Tx, seen: str | None) -> News:
    """What came since ``seen``, the mark that the last finished link run left; None says that there was none."""
    tickets = int(tx.conn.execute(_TICKETS).scalar_one_or_none() or 0)
    newest = [int(tx.conn.execute(select(func.max(t.c.id))).scalar_one_or_none() or 0) for t in _WORDS]
    days = marks.read(tx, _DAYS)
    now = ",".join([str(tickets), *map(str, newest)])
    if seen is None:
        return News(True, _span(days), 0, 0, 0, now)
    was = seen.split(",")
    never, tie, word = (int(n) for n in was[1:])
    lifted = select(never_link.c.id).where(never_link.c.id > never, never_link.c.is_listed.is_(False))
    everything = tickets != int(was[0]) or tx.conn.execute(lifted.limit(1)).first() is not None
    return News(everything, _span(days), never, tie, word, now)


def concerned(tx: Tx, came: News) -> list[int]:
    """Mentions whose link may change by ``came``, as numbers: those written in the year after the purchase of a new
    order, those that name an order which is not ours, and those of accounts about which a person said something."""
    wanted: list[ColumnElement[bool]] = []
    if came.days is not None:
        first, last = (EPOCH + timedelta(days=n) for n in (came.days[0] - 1, came.days[1] + _YEAR))
        wanted += [mention.c.published_at.between(first, last), mention.c.link_decision == _NOT_OURS]
    authors = {int(ref) for ref in tx.conn.execute(_never_refs("author", came.never)).scalars()}
    ties = select(author_tie.c.author, author_tie.c.other).where(author_tie.c.id > came.tie)
    authors |= {account for pair in tx.conn.execute(ties) for account in pair}
    said = select(mention.c.author).join(judgement, judgement.c.mention == mention.c.id)
    said = said.where(judgement.c.id > came.judgement, mention.c.author.is_not(None)).distinct()
    authors |= set(tx.conn.execute(said).scalars())
    groups = link_people.one_author(tx, sorted(authors))
    accounts = sorted({account for group in groups.values() for account in group})
    orders_ = sorted(tx.conn.execute(_never_refs("order", came.never)).scalars())
    wanted += [mention.c.author.in_(part) for part in chunks(accounts)]
    wanted += [mention.c.link_order.in_(part) for part in chunks(orders_)]
    if not wanted:
        return []
    return list(tx.conn.execute(select(mention.c.id).where(or_(*wanted)).order_by(mention.c.id)).scalars())


def _never_refs(kind: str, after: int) -> Select[Any]:
    return select(never_link.c.ref).where(never_link.c.kind == kind, never_link.c.id > after)


_TICKETS = select(func.max(snapshot.c.id)).where(
    snapshot.c.kind == "tickets", snapshot.c.inserted + snapshot.c.updated > 0
)
_WORDS = (never_link, author_tie, judgement)
_YEAR = 366
_NOT_OURS = Decision.NOT_OUR_ORDER.value


@dataclass(frozen=True, slots=True)
class Resembling:
    """The newest link by resemblance of one live mention, with what a person last said of its order."""

    decision: LinkDecision
    verdict: str | None


def by_resemblance(tx: Tx, rules: Sequence[str], least: float) -> Iterator[Resembling]:
    """Newest links that rest on one of ``rules`` with a probability of ``least`` or more; never of mentions on X."""
    query = (
        select(link, mention.c.link_verdict, mention.c.link_order)
        .join(mention, mention.c.id == link.c.mention)
        .where(link.c.id.in_(select(func.max(link.c.id)).group_by(link.c.mention)))
        .where(link.c.rule.in_(rules), link.c.probability >= least)
        .where(mention.c.gone_at.is_(None), mention.c.source != Source.X.value)
        .order_by(link.c.id)
    )
    for rows in tx.conn.execute(query).partitions(_PAGE):
        said = standing(tx, [row.mention for row in rows])
        for row in rows:
            decision = decision_of(row)
            best = decision.candidates[0].order_id if decision.candidates else None
            yield Resembling(decision, said.get(row.mention, {}).get(best or ""))


def count_by_resemblance(tx: Tx) -> int:
    """How many live mentions linkage has looked at, those on X left out."""
    query = select(func.count()).select_from(mention).where(mention.c.link_decision.is_not(None))
    query = query.where(mention.c.gone_at.is_(None), mention.c.source != Source.X.value)
    return int(tx.conn.execute(query).scalar_one())


_PAGE = 500


def unchanged(tx: Tx, revisions: Mapping[int, int]) -> set[int]:
    """Those of ``revisions`` (mention id -> revision) that still read so and have not been erased."""
    found: set[int] = set()
    for part in chunks(list(revisions)):
        query = select(mention.c.id, mention.c.revision).where(mention.c.id.in_(part), mention.c.gone_at.is_(None))
        found.update(row.id for row in tx.conn.execute(query) if revisions[row.id] == row.revision)
    return found

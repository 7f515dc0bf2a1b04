"""What linkage reads from the store: mentions to link, and who has posted which order id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from data.domain import Verdict
from data.judged import READ, standing
from data.schema.intake import author, mention, snapshot
from data.schema.judged import link
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


def newest_import(tx: Tx) -> int:
    """Number of the newest import that brought orders or tickets, 0 when there is none: links may change after it."""
    query = select(func.max(snapshot.c.id)).where(
        snapshot.c.kind.in_(("orders", "shipments", "tickets")), snapshot.c.inserted + snapshot.c.updated > 0
    )
    return int(tx.conn.execute(query).scalar_one_or_none() or 0)


def unchanged(tx: Tx, revisions: Mapping[int, int]) -> set[int]:
    """Those of ``revisions`` (mention id -> revision) that still read so and have not been erased."""
    found: set[int] = set()
    for part in chunks(list(revisions)):
        query = select(mention.c.id, mention.c.revision).where(mention.c.id.in_(part), mention.c.gone_at.is_(None))
        found.update(row.id for row in tx.conn.execute(query) if revisions[row.id] == row.revision)
    return found

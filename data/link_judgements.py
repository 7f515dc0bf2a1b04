"""People's judgements of links as tuning reads them. Mentions on X never teach anything (rule X-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from data.domain import Source, Verdict
from data.judged import READ, standing
from data.schema.intake import author, mention
from data.schema.judged import judgement
from data.store import Tx
from data.upsert import chunks


@dataclass(frozen=True, slots=True)
class JudgedMention:
    """A live mention with what stands about it: the order that was confirmed last, and the rejected ones."""

    row: Any  # the columns of data.judged.READ
    confirmed: str | None
    rejected: frozenset[str]


def usable(tx: Tx) -> list[JudgedMention]:
    """Judged mentions that may teach, by id: confirmed or rejected, alive, not our own and not on X."""
    ids = list(tx.conn.execute(_judged_ids()).scalars())
    said = standing(tx, ids)
    found: list[JudgedMention] = []
    for row in _rows(tx, ids):
        verdicts = said[row.id]
        confirmed = [order_id for order_id, v in verdicts.items() if v == Verdict.CONFIRMED.value]
        rejected = frozenset(order_id for order_id, v in verdicts.items() if v == Verdict.REJECTED.value)
        if confirmed or rejected:
            found.append(JudgedMention(row, confirmed[-1] if confirmed else None, rejected))
    return found


def count(tx: Tx) -> int:
    """How many mentions carry a judgement that may teach, whatever it says."""
    return int(tx.conn.execute(select(func.count()).select_from(_judged_ids().subquery())).scalar_one())


def _judged_ids() -> Any:
    return (
        select(mention.c.id)
        .join(judgement, judgement.c.mention == mention.c.id)
        .where(mention.c.gone_at.is_(None), mention.c.is_own.is_(False), mention.c.source != Source.X.value)
        .where(judgement.c.verdict != Verdict.UNSURE.value)
        .distinct()
        .order_by(mention.c.id)
    )


def _rows(tx: Tx, ids: Sequence[int]) -> list[Any]:
    query = select(*READ).outerjoin(author, author.c.id == mention.c.author).order_by(mention.c.id)
    return [row for part in chunks(ids) for row in tx.conn.execute(query.where(mention.c.id.in_(part)))]

"""What joins a mention to a customer: links that nobody rejected, their proof, and people's words on frustration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from data import judged
from data.domain import Verdict
from data.schema.judged import label, link
from data.store import Tx
from data.upsert import chunks

# a posted order number of ours that nothing contradicts, or the order number of the file the mention came with
PROOF = frozenset({"LNK-ID", "LNK-FILE"})


@dataclass(frozen=True, slots=True)
class Joined:
    """A link that holds: the rule it rests on, and whether a person or an order number proves it."""

    rule: str
    is_proven: bool


def joined(tx: Tx, linked: Mapping[int, str]) -> dict[int, Joined]:
    """Of the links mention id -> order id those that no standing judgement rejects."""
    said = judged.standing(tx, sorted(linked))
    rules = _rules(tx, linked)
    verdicts = {m: said.get(m, {}).get(order_id) for m, order_id in linked.items()}
    return {
        m: Joined(rules.get(m, ""), _is_proven(verdict, rules.get(m, "")))
        for m, verdict in verdicts.items()
        if verdict != Verdict.REJECTED.value
    }


def _rules(tx: Tx, linked: Mapping[int, str]) -> dict[int, str]:
    """Mention id -> the rule of the newest decision, where that decision named the very order."""
    rules: dict[int, str] = {}
    for part in chunks(sorted(linked)):
        newest = select(func.max(link.c.id)).where(link.c.mention.in_(part)).group_by(link.c.mention)
        query = select(link.c.mention, link.c.order_id, link.c.rule).where(link.c.id.in_(newest))
        rules.update({r.mention: r.rule for r in tx.conn.execute(query) if r.order_id == linked[r.mention]})
    return rules


def _is_proven(verdict: str | None, rule: str) -> bool:
    """A person's doubt outweighs an order number."""
    return verdict == Verdict.CONFIRMED.value or (verdict is None and rule in PROOF)


def labels(tx: Tx, mention_ids: Sequence[int]) -> dict[int, bool]:
    """Mention id -> whether a person last said that it is frustrated, for those with a label."""
    said: dict[int, bool] = {}
    for part in chunks(sorted(mention_ids)):
        query = select(label.c.mention, label.c.frustrated).where(label.c.mention.in_(part)).order_by(label.c.id)
        said.update({row.mention: row.frustrated for row in tx.conn.execute(query)})
    return said

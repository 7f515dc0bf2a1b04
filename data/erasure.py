"""Taking out what must go: mentions that a source confirms as deleted, and everything of a source at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from data import daily, duplicates, legal_holds, spam
from data.domain import Source
from data.schema.desk import at_risk
from data.schema.intake import author, cursor, mention, mention_revision, source_health
from data.schema.judged import assessment, judgement, label, link
from data.store import Tx
from data.upsert import chunks

FORGET = {
    "model": None,
    "probability": None,
    "band": None,
    "category": None,
    "severity": None,
    "link_decision": None,
    "link_order": None,
    "link_probability": None,
}
"""The columns of a mention that hold judgements of its words, and nothing in each."""


def mark_gone(tx: Tx, source: Source, native_ids: Iterable[str]) -> int:
    """Erase the words, author and judgements of mentions that the source confirms as deleted; keep a tombstone."""
    wanted = list(dict.fromkeys(native_ids))
    erased = 0
    for part in chunks(wanted):
        ids = list(
            tx.conn.execute(
                select(mention.c.id).where(
                    mention.c.source == source.value, mention.c.native_id.in_(part), mention.c.gone_at.is_(None)
                )
            ).scalars()
        )
        erase(tx, ids)
        erased += len(ids)
    if erased:
        tx.audit("mention.gone", f"source:{source.value}", {"mentions": erased})
    return erased


def erase(tx: Tx, ids: Sequence[int]) -> None:
    """Remove what was said, by whom, and what was judged of it, for the mentions in ``ids``.

    A tombstone stays, known only by a keyed hash of its native id (Reddit's and X's terms want the ids gone too), so
    that a late copy of the same mention is not stored again.
    """
    for part in chunks(list(ids)):
        daily.move(tx, daily.read_facts(tx, part), ())
        keys = list(tx.conn.execute(select(mention.c.text_key).where(mention.c.id.in_(part))).scalars())
        _hide_native_ids(tx, part)
        for table in (mention_revision, assessment, link, label, judgement):
            tx.conn.execute(delete(table).where(table.c.mention.in_(part)))
        authors = list(tx.conn.execute(select(mention.c.author).where(mention.c.id.in_(part)).distinct()).scalars())
        blank: dict[str, Any] = {"text": "", "title": None, "author": None, "url": None, "reply_text": None}
        blank |= {"text_key": None, "spam_reason": None, "is_spam": False}
        tx.conn.execute(
            update(mention)
            .where(mention.c.id.in_(part))
            .values(
                **blank, **FORGET, reference=None, rating=None, watch_reason=None, link_verdict=None, gone_at=tx.now
            )
        )
        duplicates.regroup(tx, part)
        spam.flag_campaigns(tx, keys)
        still = select(mention.c.author).where(mention.c.author.is_not(None))
        tx.conn.execute(delete(author).where(author.c.id.in_([a for a in authors if a]), author.c.id.not_in(still)))


def _hide_native_ids(tx: Tx, ids: Sequence[int]) -> None:
    rows = tx.conn.execute(select(mention.c.id, mention.c.source, mention.c.native_id).where(mention.c.id.in_(ids)))
    hidden = [{"m": row.id, "hidden": tombstone(tx, row.source, row.native_id)} for row in rows]
    if hidden:
        tx.conn.execute(
            update(mention).where(mention.c.id == bindparam("m")).values(native_id=bindparam("hidden")), hidden
        )


def tombstone(tx: Tx, source: str, native_id: str) -> str:
    """What stands for the native id of an erased mention; the same for the same id, and for itself."""
    return native_id if native_id.startswith("gone:") else "gone:" + tx.vault.blind(f"{source}:{native_id}")


def purge(tx: Tx, source: Source) -> int:
    """Remove everything of one source, its tombstones and its positions too; returns how many mentions it had.

    Summaries are corrected, and the customers at risk who were known only by an account there are taken off the list.
    What it has cost stays: X wants records of use to be kept (X-05). Raises Refused while a legal hold covers any part.
    """
    legal_holds.refuse_source(tx, source.value)
    ids = list(tx.conn.execute(select(mention.c.id).where(mention.c.source == source.value)).scalars())
    live = select(mention.c.id).where(mention.c.source == source.value, mention.c.gone_at.is_(None))
    erase(tx, list(tx.conn.execute(live).scalars()))
    for part in chunks(ids):
        tx.conn.execute(delete(mention).where(mention.c.id.in_(part)))
    for table in (author, cursor, source_health):
        tx.conn.execute(delete(table).where(table.c.source == source.value))
    tx.conn.execute(delete(at_risk).where(at_risk.c.customer.startswith(f"author:{source.value}:", autoescape=True)))
    tx.audit("privacy.purge", f"source:{source.value}", {"mentions": len(ids)})
    return len(ids)

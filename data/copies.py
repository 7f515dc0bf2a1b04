"""Stored mentions as values again: what one way of reading leaves unsaid does not wipe out what another has told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from data.domain import Author, Mention, Reply, Source
from data.schema.intake import author, mention
from data.store import Tx
from data.upsert import chunks

# the only source with several ways to one text; only the business itself is shown reference numbers (private API and
# webhooks), and only pages and the private API tell the day of the experience
_SEVERAL_WAYS = Source.TRUSTPILOT
_UNSAID = ("reference", "experienced_at", "verification")


def stored(tx: Tx, source: Source, native_ids: Sequence[str]) -> dict[str, Mention]:
    """The live mentions among ``native_ids`` as they are stored, by native id; their text is the cleaned one."""
    found: dict[str, Mention] = {}
    for part in chunks(list(native_ids)):
        query = (
            select(mention, author.c.native_id.label("author_native"), author.c.name, author.c.handle)
            .add_columns(author.c.country.label("author_country"))
            .outerjoin(author, author.c.id == mention.c.author)
            .where(mention.c.source == source.value, mention.c.native_id.in_(part), mention.c.gone_at.is_(None))
        )
        found.update({row.native_id: _mention(source, row) for row in tx.conn.execute(query)})
    return found


def fill(tx: Tx, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """``mentions``, with what this way of reading them never tells taken from their stored copies."""
    lacking = [m.native_id for m in mentions if m.source is _SEVERAL_WAYS and None in map(m.__getattribute__, _UNSAID)]
    known = stored(tx, _SEVERAL_WAYS, lacking) if lacking else {}
    return [filled(m, known[m.native_id], _UNSAID) if m.native_id in known else m for m in mentions]


def filled(m: Mention, known: Mention, fields: Collection[str]) -> Mention:
    """``m`` with those of ``fields`` that it leaves empty taken from ``known``, its stored copy."""
    facts: Mapping[str, Any] = {name: getattr(known, name) for name in fields if getattr(m, name) is None}
    return replace(m, **facts)


def _mention(source: Source, row: Any) -> Mention:
    writer = None
    if row.author_native is not None:
        writer = Author(source, row.author_native, row.name, row.handle, row.author_country)
    names = ("title", "url", "rating", "country", "updated_at", "experienced_at", "verification", "reference", "kind")
    return Mention(
        source,
        row.native_id,
        row.text,
        row.published_at,
        writer,
        language=row.declared_language,
        reply=Reply(row.reply_text, row.reply_at) if row.reply_text else None,
        reach=row.reach,
        is_own=row.is_own,
        watch=row.watch,
        watch_reason=row.watch_reason,
        **{name: getattr(row, name) for name in names},
    )

"""People's labels of mentions: frustrated or not, about what, how badly. Rows are added; the newest one stands.

No post from X ever carries one (rule X-01): ``add`` refuses it, so does the database, and no query here asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from data import daily
from data.domain import Band, Category, Source
from data.errors import BadInput, Refused
from data.schema.intake import mention
from data.schema.judged import label
from data.store import Tx
from data.upsert import chunks

NEVER = (Source.X,)
"""Sources whose texts may be scored, and nothing else."""
WHY_NEVER = "X-01"
TRAINABLE = tuple(source for source in Source if source not in NEVER)
_WORDS = (mention.c.title, mention.c.text, mention.c.rating)
_LOT = (mention.c.id * 7919) % 10_007  # an order that has nothing to do with time, source or words
_COUNTED = (  # as data.daily.is_counted says
    mention.c.gone_at.is_(None),
    mention.c.is_own.is_(False),
    mention.c.is_spam.is_(False),
    mention.c.repeats.is_(None),
    mention.c.same_as.is_(None),
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said of a mention. ``severity`` is 1-3; None, or no category, where they did not say."""

    id: int
    mention: int
    frustrated: bool
    categories: tuple[Category, ...]
    severity: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LabelledText:
    """The words of a mention with the label that stands; never a post from X."""

    label: Label
    source: Source
    text: str
    title: str | None
    rating: int | None
    declared_language: str | None
    language: str | None


def add(
    tx: Tx, mention_id: int, *, frustrated: bool, categories: Sequence[Category] = (), severity: int | None = None
) -> None:
    """Keep a person's word: shown at once, and taken up by the next training.

    Raises Refused for a post from X, BadInput when there is no such mention or its words were erased.
    """
    if severity is not None and severity not in (1, 2, 3):
        raise BadInput("severity: give 1, 2 or 3")
    row = tx.conn.execute(
        select(mention.c.source, mention.c.gone_at, *_WORDS).where(mention.c.id == mention_id)
    ).first()
    if row is None:
        raise BadInput(f"mention {mention_id} does not exist")
    if row.gone_at is not None:
        raise BadInput(f"mention {mention_id} was erased at its source: there is nothing left to label")
    if row.source in NEVER:
        raise Refused("no label is kept of a post from X: its terms forbid it", rule=WHY_NEVER, unlock="")
    named = list(dict.fromkeys(categories))
    before = daily.read_facts(tx, [mention_id])
    tx.conn.execute(
        label.insert().values(
            mention=mention_id,
            frustrated=frustrated,
            category=named[0].value if named else None,
            categories=[c.value for c in named],
            severity=severity,
            words=digest(row),
            by=tx.actor.id,
            at=tx.now,
        )
    )
    shown = _shown(frustrated, named[0].value if named else None, severity)
    tx.conn.execute(update(mention).where(mention.c.id == mention_id).values(**shown))
    daily.move(tx, before, daily.read_facts(tx, [mention_id]))
    detail = {"frustrated": int(frustrated), "categories": ",".join(c.value for c in named), "severity": severity or 0}
    tx.audit("mention.labelled", f"mention:{mention_id}", detail)


def digest(row: Any) -> str:
    """What stands for the title, text and rating that a person read."""
    said = "\x00".join(str(part) for part in (row.title, row.text, row.rating))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _shown(frustrated: bool, category: str | None, severity: int | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"band": (Band.FRUSTRATED if frustrated else Band.NOT_FRUSTRATED).value}
    return shown | ({"category": category} if category else {}) | ({"severity": severity} if severity else {})


def shown(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Mention id -> the columns that a standing label decides; labels of words that were changed since are left out."""
    found: dict[int, dict[str, Any]] = {}
    for row in _rows(tx, label.c.mention.in_(ids)):
        if row.words in (None, digest(row)):
            found[row.mention] = _shown(row.frustrated, row.category, row.severity)
    return found


def _rows(tx: Tx, where: ColumnElement[bool]) -> list[Any]:
    """Labels, oldest first, with the present words of their mentions."""
    query = select(label, mention.c.source, mention.c.declared_language, mention.c.language, *_WORDS)
    query = query.join(mention, mention.c.id == label.c.mention)
    return list(tx.conn.execute(query.where(where, mention.c.gone_at.is_(None)).order_by(label.c.id)))


def history(tx: Tx, mention_id: int) -> list[Label]:
    """All labels of one mention, newest first."""
    rows = tx.conn.execute(select(label).where(label.c.mention == mention_id).order_by(label.c.id.desc()))
    return [_label(row) for row in rows]


def _label(row: Any) -> Label:
    named = row.categories if row.categories is not None else [row.category] if row.category else []
    return Label(row.id, row.mention, row.frustrated, tuple(map(Category, named)), row.severity, row.by, row.at)


def trainable(tx: Tx) -> list[LabelledText]:
    """Every standing label with the words it is about, by mention id.

    Only sources in TRAINABLE are asked for. Copies are left out (their original speaks for them), and so is what was
    edited after it was labelled.
    """
    allowed = mention.c.source.in_([source.value for source in TRAINABLE])
    rows = _rows(tx, allowed & mention.c.same_as.is_(None) & mention.c.repeats.is_(None))
    standing = {row.mention: row for row in rows}
    return [
        LabelledText(
            _label(row), Source(row.source), row.text, row.title, row.rating, row.declared_language, row.language
        )
        for _, row in sorted(standing.items())
        if row.words in (None, digest(row))
    ]


def everything(tx: Tx) -> list[LabelledText]:
    """All labels, superseded ones too, oldest first, with the present words of their mentions; for the export."""
    allowed = mention.c.source.in_([source.value for source in TRAINABLE])
    return [
        LabelledText(
            _label(row), Source(row.source), row.text, row.title, row.rating, row.declared_language, row.language
        )
        for row in _rows(tx, allowed)
    ]


def counts(tx: Tx) -> Mapping[str, int]:
    """How many mentions of each source carry a label."""
    query = select(mention.c.source, func.count(label.c.mention.distinct())).join(
        mention, mention.c.id == label.c.mention
    )
    return {
        source: int(n) for source, n in tx.conn.execute(query.group_by(mention.c.source).order_by(mention.c.source))
    }


def missing(tx: Tx, ids: Sequence[int]) -> int:
    """How many of the labels ``ids`` were erased since."""
    held = 0
    for part in chunks(list(ids)):
        held += int(tx.conn.execute(select(func.count()).where(label.c.id.in_(part))).scalar_one())
    return len(ids) - held


def to_suggest(tx: Tx, since: datetime, limit: int, *, by_lot: bool) -> list[Any]:
    """Assessed mentions without a label, the most doubtful first or in the order of a lot; none of X, no copy, no spam.

    Rows have id, source, language, probability, title and text.
    """
    columns = (
        mention.c.id,
        mention.c.source,
        mention.c.language,
        mention.c.probability,
        mention.c.title,
        mention.c.text,
    )
    order = (_LOT, mention.c.id) if by_lot else (func.abs(mention.c.probability - 0.5), mention.c.id)
    found = select(mention.c.id).where(
        mention.c.source.in_([source.value for source in TRAINABLE]),
        mention.c.probability.is_not(None),
        *_COUNTED,
        mention.c.published_at >= since,
        ~select(label.c.id).where(label.c.mention == mention.c.id).exists(),
    )
    # ids first: sorting would carry the texts of all of them along
    chosen = found.order_by(*order).limit(limit)
    return list(tx.conn.execute(select(*columns).where(mention.c.id.in_(chosen)).order_by(*order)))


def week_of(tx: Tx, model: str, since: datetime, until: datetime, limit: int) -> list[Any]:
    """At most ``limit`` counted mentions that ``model`` assessed, spread over the time: probability, language, text."""
    found = select(mention.c.id).where(
        mention.c.model == model,
        mention.c.probability.is_not(None),
        *_COUNTED,
        mention.c.published_at >= since,
        mention.c.published_at < until,
    )
    chosen = found.order_by(_LOT, mention.c.id).limit(limit)
    columns = (mention.c.probability, mention.c.language, mention.c.title, mention.c.text)
    return list(tx.conn.execute(select(*columns).where(mention.c.id.in_(chosen)).order_by(mention.c.id)))


def probabilities(tx: Tx, since: datetime, limit: int) -> list[float]:
    """What the models said of counted mentions published since then, newest first, at most ``limit``."""
    query = select(mention.c.probability).where(
        mention.c.probability.is_not(None), *_COUNTED, mention.c.published_at >= since
    )
    return [float(p) for p in tx.conn.execute(query.order_by(mention.c.published_at.desc()).limit(limit)).scalars()]

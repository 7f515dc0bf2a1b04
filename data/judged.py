"""What models and people said of mentions. Rows are added; the mention keeps a copy of the newest answer for lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from data import daily
from data.domain import Assessment, Band, Candidate, Category, Decision, Evidence, LinkDecision, Reason, Verdict
from data.errors import BadInput
from data.schema.intake import author, mention
from data.schema.judged import assessment, judgement, label, link
from data.store import Tx

# every column a model may look at; a tombstone and our own posts are never assessed or linked
_READ = (
    mention.c.id,
    mention.c.source,
    mention.c.native_id,
    mention.c.kind,
    mention.c.title,
    mention.c.text,
    mention.c.url,
    mention.c.rating,
    mention.c.declared_language,
    mention.c.language,
    mention.c.country,
    mention.c.published_at,
    mention.c.experienced_at,
    mention.c.reference,
    mention.c.revision,
    author.c.name.label("author_name"),
    author.c.handle.label("author_handle"),
)


def to_assess(tx: Tx, model: str, limit: int) -> list[Any]:
    """Rows of live mentions that ``model`` has not assessed yet, oldest id first."""
    query = (
        select(*_READ)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(
            mention.c.model.is_(None) | (mention.c.model != model),
            mention.c.gone_at.is_(None),
            mention.c.is_own.is_(False),
        )
        .order_by(mention.c.id)
        .limit(limit)
    )
    return list(tx.conn.execute(query))


def add_assessments(tx: Tx, made: Sequence[tuple[int, int, Assessment]]) -> None:
    """Keep ``(mention id, revision, assessment)`` and move the daily summary."""
    if not made:
        return
    ids = [mention_id for mention_id, _, _ in made]
    before = daily.read_facts(tx, ids)
    said = _labelled(tx, ids)
    tx.conn.execute(
        assessment.insert(),
        [
            {
                "mention": mention_id,
                "revision": revision,
                "model": a.model,
                "probability": a.probability,
                "band": a.band.value,
                "severity": a.severity,
                "language": a.language,
                "categories": [[name.value, p] for name, p in a.categories],
                "reasons": [[r.term, r.weight] for r in a.reasons],
                "made_at": tx.now,
            }
            for mention_id, revision, a in made
        ],
    )
    _set_newest(
        tx,
        [
            {
                "m": mention_id,
                "model": a.model,
                "probability": a.probability,
                "band": a.band.value,
                "category": a.categories[0][0].value if a.categories else None,
                "severity": a.severity,
                "language": a.language,
            }
            | said.get(mention_id, {})  # a person's word outlives the model's
            for mention_id, _, a in made
        ],
    )
    daily.move(tx, before, daily.read_facts(tx, ids))


def _labelled(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    said: dict[int, dict[str, Any]] = {}
    for row in tx.conn.execute(select(label).where(label.c.mention.in_(ids)).order_by(label.c.id)):
        said[row.mention] = _shown(row.frustrated, row.category, row.severity)
    return said


def _shown(frustrated: bool, category: str | None, severity: int | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"band": (Band.FRUSTRATED if frustrated else Band.NOT_FRUSTRATED).value}
    return shown | ({"category": category} if category else {}) | ({"severity": severity} if severity else {})


def _set_newest(tx: Tx, rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "m"]
    values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in names}
    tx.conn.execute(
        update(mention).where(mention.c.id == bindparam("m")).values(**values),
        [{"m": row["m"]} | {f"v_{name}": row[name] for name in names} for row in rows],
    )


def add_label(
    tx: Tx, mention_id: int, *, frustrated: bool, category: Category | None = None, severity: int | None = None
) -> None:
    """A person's correction of an assessment; shown at once, and kept for training where the source allows it."""
    if severity is not None and severity not in (1, 2, 3):
        raise BadInput("severity: give 1, 2 or 3")
    before = daily.read_facts(tx, [mention_id])
    if not before:
        raise BadInput(f"mention {mention_id} does not exist")
    tx.conn.execute(
        label.insert().values(
            mention=mention_id,
            frustrated=frustrated,
            category=category.value if category else None,
            severity=severity,
            by=tx.actor.id,
            at=tx.now,
        )
    )
    shown = _shown(frustrated, category.value if category else None, severity)
    tx.conn.execute(update(mention).where(mention.c.id == mention_id).values(**shown))
    daily.move(tx, before, daily.read_facts(tx, [mention_id]))
    tx.audit(
        "mention.labelled",
        f"mention:{mention_id}",
        {"frustrated": int(frustrated), "category": category.value if category else "", "severity": severity or 0},
    )


def newest_assessment(tx: Tx, mention_id: int) -> Assessment | None:
    """The newest assessment of one mention with its reasons."""
    query = select(assessment).where(assessment.c.mention == mention_id).order_by(assessment.c.id.desc()).limit(1)
    row = tx.conn.execute(query).first()
    if row is None:
        return None
    return Assessment(
        row.probability,
        Band(row.band),
        tuple((Category(name), p) for name, p in row.categories),
        row.severity,
        row.language,
        tuple(Reason(term, weight) for term, weight in row.reasons),
        row.model,
    )


def to_link(tx: Tx, after_id: int, limit: int, *, again: bool) -> list[Any]:
    """Rows of live mentions to link, by id above ``after_id``.

    Only those never linked; with ``again`` also those without a person's judgement that are not linked for certain
    (a new order snapshot or new weights may now find their order).
    """
    never, unjudged = mention.c.link_decision.is_(None), mention.c.link_verdict.is_(None)
    undecided = or_(never, unjudged) if again else never
    query = (
        select(*_READ)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(undecided, mention.c.gone_at.is_(None), mention.c.is_own.is_(False), mention.c.id > after_id)
        .order_by(mention.c.id)
        .limit(limit)
    )
    return list(tx.conn.execute(query))


def add_links(tx: Tx, made: Sequence[tuple[int, LinkDecision]]) -> int:
    """Keep decisions that say something new; returns how many did. People's judgements stay as they are."""
    held = {mention_id: newest_link(tx, mention_id) for mention_id, _ in made}
    fresh = [(i, d) for i, d in made if held[i] is None or held[i] != d]
    if not fresh:
        return 0
    tx.conn.execute(
        link.insert(),
        [
            {
                "mention": mention_id,
                "decision": d.decision.value,
                "order_id": d.order_id,
                "probability": d.probability,
                "evidence": [asdict(e) for e in d.evidence],
                "candidates": [asdict(c) for c in d.candidates],
                "rule": d.rule,
                "weights": d.weights,
                "made_at": tx.now,
            }
            for mention_id, d in fresh
        ],
    )
    _set_newest(
        tx,
        [
            {
                "m": mention_id,
                "link_decision": d.decision.value,
                "link_order": d.order_id,
                "link_probability": d.probability,
            }
            for mention_id, d in fresh
        ],
    )
    return len(fresh)


def newest_link(tx: Tx, mention_id: int) -> LinkDecision | None:
    """What linkage last said of one mention, with evidence and candidates."""
    row = tx.conn.execute(select(link).where(link.c.mention == mention_id).order_by(link.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    return LinkDecision(
        Decision(row.decision),
        row.probability,
        row.order_id,
        _evidence(row.evidence),
        tuple(Candidate(c["order_id"], c["probability"], _evidence(c["evidence"])) for c in row.candidates),
        row.rule,
        row.weights,
    )


def _evidence(rows: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**row) for row in rows)


def judge(tx: Tx, mention_id: int, order_id: str, verdict: Verdict, note: str = "") -> None:
    """Record a person's judgement of a link; a later one supersedes it, and both stay on record."""
    row = tx.conn.execute(select(mention.c.link_order, mention.c.gone_at).where(mention.c.id == mention_id)).first()
    if row is None:
        raise BadInput(f"mention {mention_id} does not exist")
    if row.gone_at is not None:
        raise BadInput(f"mention {mention_id} was erased at its source: there is nothing left to judge")
    tx.conn.execute(
        judgement.insert().values(
            mention=mention_id, order_id=order_id, verdict=verdict.value, note=note, by=tx.actor.id, at=tx.now
        )
    )
    shown: dict[str, Any] = {"link_verdict": verdict.value}
    if verdict is Verdict.CONFIRMED:
        shown |= {"link_order": order_id, "link_decision": Decision.LINK.value}
    elif verdict is Verdict.REJECTED and row.link_order == order_id:
        shown |= {"link_order": None, "link_decision": Decision.NONE.value}
    tx.conn.execute(update(mention).where(mention.c.id == mention_id).values(**shown))
    tx.audit(f"link.{verdict.value}", f"mention:{mention_id}", {"order": order_id})


def judgements(tx: Tx, mention_id: int) -> list[Mapping[str, Any]]:
    """All judgements of one mention, newest first."""
    query = select(judgement).where(judgement.c.mention == mention_id).order_by(judgement.c.id.desc())
    return [dict(row._mapping) for row in tx.conn.execute(query)]

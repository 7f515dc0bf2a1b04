"""What models and people said of mentions. Rows are added; the mention keeps a copy of the newest answer for lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from data import daily, labelling
from data.domain import Assessment, Band, Category, Decision, LinkDecision, Reason, Verdict
from data.errors import BadInput
from data.link_rows import decision_of, link_row
from data.schema.intake import author, mention
from data.schema.judged import assessment, judgement, link
from data.store import Tx
from data.upsert import chunks

# every column that a model may look at
READ = (
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
    mention.c.author,
    author.c.name.label("author_name"),
    author.c.handle.label("author_handle"),
    author.c.country.label("author_country"),
)


def to_assess(tx: Tx, model: str, limit: int) -> list[Any]:
    """Rows of live mentions that ``model`` has not assessed yet, oldest id first."""
    query = select(*READ).outerjoin(author, author.c.id == mention.c.author).where(_not_assessed(model))
    return list(tx.conn.execute(query.order_by(mention.c.id).limit(limit)))


def count_to_assess(tx: Tx, model: str) -> int:
    """How many mentions ``to_assess`` would find."""
    return int(tx.conn.execute(select(func.count()).select_from(mention).where(_not_assessed(model))).scalar_one())


def _not_assessed(model: str) -> Any:
    is_old = or_(mention.c.model.is_(None), mention.c.model != model)
    return and_(is_old, mention.c.gone_at.is_(None), mention.c.is_own.is_(False))


def add_assessments(tx: Tx, made: Sequence[tuple[int, int, Assessment]]) -> None:
    """Keep ``(mention id, revision, assessment)`` and move the daily summary."""
    if not made:
        return
    ids = [mention_id for mention_id, _, _ in made]
    before = daily.read_facts(tx, ids)
    said = labelling.shown(tx, ids)
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


def _set_newest(tx: Tx, rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "m"]
    values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in names}
    tx.conn.execute(
        update(mention).where(mention.c.id == bindparam("m")).values(**values),
        [{"m": row["m"]} | {f"v_{name}": row[name] for name in names} for row in rows],
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


def add_links(tx: Tx, made: Sequence[tuple[int, LinkDecision]]) -> int:
    """Keep decisions that say something new; returns how many did. People's judgements stay as they are.

    A confirmed order stays the mention's order whatever linkage says now. After a rejection another order may be
    proposed; it waits for its own judgement.
    """
    ids = [mention_id for mention_id, _ in made]
    held = newest_links(tx, ids)
    fresh = [(i, d) for i, d in made if held.get(i) != d]
    if fresh:
        tx.conn.execute(link.insert(), [link_row(mention_id, d, tx.now) for mention_id, d in fresh])
    said = standing(tx, ids)
    if made:
        _set_newest(tx, [_shown_link(mention_id, d, said.get(mention_id, {})) for mention_id, d in made])
    return len(fresh)


def _shown_link(mention_id: int, d: LinkDecision, said: Mapping[str, str]) -> dict[str, Any]:
    """What the mention's row shows: a confirmed order before everything that linkage says."""
    confirmed = [order_id for order_id, verdict in said.items() if verdict == Verdict.CONFIRMED.value]
    last = list(said.values())[-1] if said else None
    return {
        "m": mention_id,
        "link_decision": Decision.LINK.value if confirmed else d.decision.value,
        "link_order": confirmed[-1] if confirmed else d.order_id,
        "link_probability": d.probability,
        "link_verdict": Verdict.CONFIRMED.value if confirmed else said.get(d.order_id) if d.order_id else last,
    }


def standing(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Mention id -> order id -> the verdict that stands (nothing has superseded it), in order of judgement."""
    found: dict[int, dict[str, str]] = {}
    for part in chunks(ids):
        query = select(judgement).where(judgement.c.mention.in_(part)).order_by(judgement.c.id)
        for row in tx.conn.execute(query):
            said = found.setdefault(row.mention, {})
            said.pop(row.order_id, None)
            said[row.order_id] = row.verdict
    return found


def newest_link(tx: Tx, mention_id: int) -> LinkDecision | None:
    """What linkage last said of one mention, with evidence and candidates."""
    return newest_links(tx, [mention_id]).get(mention_id)


def newest_links(tx: Tx, ids: Sequence[int]) -> dict[int, LinkDecision]:
    """What linkage last said of each mention, for those it has looked at."""
    found: dict[int, LinkDecision] = {}
    for part in chunks(ids):
        newest = select(func.max(link.c.id)).where(link.c.mention.in_(part)).group_by(link.c.mention)
        for row in tx.conn.execute(select(link).where(link.c.id.in_(newest))):
            found[row.mention] = decision_of(row)
    return found


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
    elif row.link_order is not None and row.link_order != order_id:
        shown = {}  # a word about another candidate says nothing of the order that is linked
    if shown:
        tx.conn.execute(update(mention).where(mention.c.id == mention_id).values(**shown))
    tx.audit(f"link.{verdict.value}", f"mention:{mention_id}", {"order": order_id})


def review_queue(tx: Tx, limit: int) -> list[Any]:
    """Rows of mentions whose link waits for a person, those whose judgement is worth the most first.

    What is at stake (severity times how frustrated the author probably is) times what a word may bring: the chance
    that it finds a customer, and how open the question is (4p(1-p): 1 at one half, 0 where all is clear).
    ``newest_links`` gives their evidence and candidates.
    """
    p = func.coalesce(mention.c.link_probability, 0.0)
    stake = func.coalesce(mention.c.severity, 1) * (0.25 + func.coalesce(mention.c.probability, 0.5))
    value = stake * (p + 4.0 * p * (1.0 - p))
    query = (
        select(*READ, mention.c.link_order, mention.c.link_probability, mention.c.severity)
        .outerjoin(author, author.c.id == mention.c.author)
        .where(
            mention.c.link_decision == Decision.REVIEW.value,
            mention.c.link_verdict.is_(None),
            mention.c.gone_at.is_(None),
        )
        .order_by(value.desc(), mention.c.id)
        .limit(limit)
    )
    return list(tx.conn.execute(query))


def judgements(tx: Tx, mention_id: int) -> list[Mapping[str, Any]]:
    """All judgements of one mention, newest first."""
    query = select(judgement).where(judgement.c.mention == mention_id).order_by(judgement.c.id.desc())
    return [dict(row._mapping) for row in tx.conn.execute(query)]

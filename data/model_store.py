"""The models that a seller's labels made, which one assesses, and what each saw week by week. They hold no text.

The base that ships stands in no row: it is in use until something else is, and again when its version is chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from data.errors import BadInput
from data.schema.judged import label, model_label, model_use, model_week, trained_model
from data.store import Tx
from data.upsert import upsert

REFERENCE = "reference"  # the "week" that the others are compared with


@dataclass(frozen=True, slots=True)
class Kept:
    """One trained model. ``erased`` labels behind it are gone since; without weights it can never be used again."""

    version: str
    base: str
    facts: Mapping[str, Any]
    made_at: datetime
    made_by: str
    has_weights: bool
    erased: int


def add(tx: Tx, version: str, base: str, facts: Mapping[str, Any], weights: bytes, labels: Sequence[int]) -> None:
    """Keep a model; one that is kept already (the same labels made it) stays as it is."""
    if tx.conn.execute(select(trained_model.c.version).where(trained_model.c.version == version)).first():
        tx.conn.execute(delete(model_label).where(model_label.c.model == version))
        tx.conn.execute(delete(trained_model).where(trained_model.c.version == version))
    tx.conn.execute(
        trained_model.insert().values(
            version=version,
            base=base,
            facts=dict(facts),
            weights=weights,
            sha256=hashlib.sha256(weights).hexdigest(),
            made_at=tx.now,
            made_by=tx.actor.id,
        )
    )
    if labels:
        tx.conn.execute(model_label.insert(), [{"model": version, "label": n} for n in labels])
    tx.audit("model.trained", f"model:{version}", {"labels": len(labels), "base": base})


def everything(tx: Tx) -> list[Kept]:
    """All trained models, newest first."""
    gone = select(func.count()).where(model_label.c.model == trained_model.c.version, ~exists_label())
    columns = [c for c in trained_model.c if c.name != "weights"]
    query = select(*columns, trained_model.c.weights.is_not(None).label("has"), gone.scalar_subquery().label("erased"))
    rows = tx.conn.execute(query.order_by(trained_model.c.made_at.desc(), trained_model.c.version))
    return [Kept(r.version, r.base, dict(r.facts), r.made_at, r.made_by, bool(r.has), int(r.erased)) for r in rows]


def exists_label() -> Any:
    """Whether the label that a model learnt from is still there."""
    return exists().where(label.c.id == model_label.c.label)


def find(tx: Tx, version: str) -> Kept | None:
    """One trained model, or None."""
    return next((kept for kept in everything(tx) if kept.version == version), None)


def weights(tx: Tx, version: str) -> bytes:
    """The weights of a model; raises BadInput when they are gone or are not the ones that were kept."""
    row = tx.conn.execute(select(trained_model).where(trained_model.c.version == version)).first()
    if row is None or row.weights is None:
        raise BadInput(f"model {version}: its weights are not kept: train again with 'reinstate train'")
    held = bytes(row.weights)
    if hashlib.sha256(held).hexdigest() != row.sha256:
        raise BadInput(f"model {version}: its weights were changed: train again with 'reinstate train'")
    return held


def use(tx: Tx, version: str, why: str) -> None:
    """Let ``version`` assess from now on. ``why`` is a code for the audit log: trained, chosen or erased."""
    before = in_use(tx)
    tx.conn.execute(model_use.insert().values(version=version, by=tx.actor.id, at=tx.now))
    tx.audit("model.switched", f"model:{version}", {"before": before or "base", "why": why})


def in_use(tx: Tx) -> str | None:
    """The version that was last chosen; None while nobody chose any."""
    found = tx.conn.execute(select(model_use.c.version).order_by(model_use.c.id.desc()).limit(1)).scalar_one_or_none()
    return None if found is None else str(found)


def uses(tx: Tx) -> list[Any]:
    """Every switch, newest first: version, by, at."""
    return list(tx.conn.execute(select(model_use).order_by(model_use.c.id.desc())))


def withdraw(tx: Tx) -> int:
    """Take the weights of models that learnt from erased labels and are not in use; returns how many."""
    stale = [k.version for k in everything(tx) if k.erased and k.has_weights and k.version != in_use(tx)]
    if stale:
        tx.conn.execute(update(trained_model).where(trained_model.c.version.in_(stale)).values(weights=None))
        tx.audit("model.withdrawn", "", {"models": len(stale)})
    return len(stale)


def keep_weeks(tx: Tx, model: str, seen: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what ``model`` saw, by week (the Monday's date, or REFERENCE)."""
    rows = [{"model": model, "week": week, "facts": dict(facts), "made_at": tx.now} for week, facts in seen.items()]
    upsert(tx.conn, model_week, rows, key=("model", "week"), update=("facts", "made_at"))


def weeks(tx: Tx, model: str) -> dict[str, Mapping[str, Any]]:
    """Week -> what ``model`` saw in it, oldest first; REFERENCE among them once there is one."""
    query = select(model_week).where(model_week.c.model == model).order_by(model_week.c.week)
    return {row.week: dict(row.facts) for row in tx.conn.execute(query)}

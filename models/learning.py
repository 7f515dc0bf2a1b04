"""The shell of learning: trains from a seller's labels, compares, switches. All of it commits whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from data import labelling, model_store
from data.domain import Actor
from data.errors import BadInput
from data.store import Store
from models.assess import Assessor
from models.comparison import Comparison, compare
from models.examples import Example
from models.heads_file import pack, version_of
from models.in_use import in_use, trained
from models.independent_set import independent
from models.retraining import Report, SellerText, enough, parted, seller_text, train_heads

_BASE = "base"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training did: the model, how it compares, and whether it assesses now."""

    version: str
    before: str
    sources: Mapping[str, int]  # labels that trained, by source
    held_back: int
    comparison: Comparison
    is_new: bool  # False when the same labels had made the model that is in use
    switched: bool


def train_own(
    store: Store,
    actor: Actor,
    *,
    dry_run: bool = False,
    report: Report | None = None,
    apart: list[Example] | None = None,
) -> Outcome:
    """Train on the seller's labels, compare with the model in use, and switch when the new one is not worse.

    Raises BadInput that says how many labels are missing. With ``dry_run`` nothing is kept. ``apart`` are the messages
    that ship for measuring, all of them by default.
    """
    with store.reading() as tx:
        texts = [seller_text(one) for one in labelling.trainable(tx)]
        model = in_use(tx)
    base = Assessor(model.assessor.base)
    old = base if model.erased else model.assessor  # what learnt from erased labels is nothing to hold on to
    training, held = parted(texts)
    sources = enough(training)
    training = [t for t in training if t.source in sources]
    heads = train_heads(base, training, sources, report)
    new = Assessor(old.base, heads, version_of(heads, base.version))
    found = compare(old, new, held, apart if apart is not None else list(independent()))
    sizes = {s: sum(t.source == s for t in training) for s in sources}
    is_new = new.version != old.version
    switched = is_new and found.may_switch and not dry_run
    made = Outcome(new.version, old.version, sizes, len(held), found, is_new, switched)
    if not dry_run:
        _keep(store, actor, made, new, training, leaves=base.version if model.erased and not switched else None)
    return made


def _keep(
    store: Store, actor: Actor, made: Outcome, new: Assessor, training: list[SellerText], leaves: str | None
) -> None:
    """Keep the model. ``leaves`` is the base when the model in use has to go although this one is worse."""
    with store.transaction(actor) as tx:
        if made.is_new:
            labels = sorted(t.label for t in training)
            model_store.add(tx, new.version, new.base.version, facts_of(made), pack(new.heads), labels)
        if made.switched:
            model_store.use(tx, new.version, "trained")
        elif leaves is not None:
            model_store.use(tx, leaves, "erased")
        model_store.withdraw(tx)


def facts_of(made: Outcome) -> dict[str, Any]:
    """A training as JSON keeps and tells it."""
    found = made.comparison
    return {
        "before": made.before,
        "labels": dict(made.sources),
        "held_back": made.held_back,
        "verdict": found.verdict,
        "product": [asdict(m) for m in found.product],
        "error": asdict(found.error) if found.error else None,
        "seller_f1": asdict(found.seller_f1) if found.seller_f1 else None,
    }


def use_model(store: Store, actor: Actor, wanted: str) -> str:
    """Let ``wanted`` (a version, or ``base``) assess from now on; returns its version.

    Raises BadInput when it is not kept, was made for another base, or learnt from labels that were erased since.
    """
    shipped = Assessor.shipped().version
    version = shipped if wanted in (_BASE, shipped) else wanted
    with store.transaction(actor) as tx:
        if version != shipped:
            trained(tx, version)
            kept = model_store.find(tx, version)
            if kept is not None and kept.erased:
                raise BadInput(f"model {version}: {kept.erased} of its labels were erased since: train again")
        if in_use(tx).assessor.version != version or model_store.in_use(tx) != version:
            model_store.use(tx, version, "chosen")
        model_store.withdraw(tx)
    return version

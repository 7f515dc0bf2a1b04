"""Which model assesses in a workspace: the base that ships, or the seller's own heads on top of it."""

from __future__ import annotations

from dataclasses import dataclass

from data import model_store
from data.errors import BadInput
from data.store import Tx
from models.assess import Assessor
from models.heads_file import NAME, unpack


@dataclass(frozen=True, slots=True)
class InUse:
    """The assessor at work. ``problem`` says why it is not the chosen one, or that it has to be trained anew."""

    assessor: Assessor
    problem: str | None = None
    erased: int = 0  # labels behind it that were erased since it learnt from them

    @property
    def is_own(self) -> bool:
        """Whether the seller's labels are in it."""
        return bool(self.assessor.heads)


def in_use(tx: Tx) -> InUse:
    """The model that was last chosen, or the base when it cannot be used any more (``problem`` then says why)."""
    shipped = Assessor.shipped()
    chosen = model_store.in_use(tx)
    if chosen is None or not chosen.startswith(f"{NAME}-"):  # a base follows the program
        return InUse(shipped)
    try:
        assessor = trained(tx, chosen)
    except BadInput as error:
        return InUse(shipped, str(error))
    kept = model_store.find(tx, chosen)
    if kept is not None and kept.erased:
        told = f"{kept.erased} of its labels were erased since: run 'reinstate train', or 'reinstate models use base'"
        return InUse(assessor, f"model {chosen}: {told}", kept.erased)
    return InUse(assessor)


def trained(tx: Tx, version: str) -> Assessor:
    """One trained model; raises BadInput when it is not kept or was made for another base."""
    shipped = Assessor.shipped()
    kept = model_store.find(tx, version)
    if kept is None:
        raise BadInput(f"model {version}: is not kept here: see 'reinstate models list'")
    if kept.base != shipped.version:
        raise BadInput(
            f"model {version}: was made for base {kept.base}, this program has {shipped.version}: train again"
        )
    heads = unpack(model_store.weights(tx, version), len(shipped.base.trained.scores.index))
    return Assessor(shipped.base, heads, version)

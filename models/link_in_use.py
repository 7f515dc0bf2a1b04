"""Which weights link in a workspace, and where its policy cuts: the documented ones, or those its judgements made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data import link_people, link_weights
from data.config import Policy
from data.errors import BadInput
from data.link_weights import Kept
from data.store import Tx
from models.blocking import KEYS_VERSION
from models.link_weights import PRESET, Curve, Weights
from models.linkage import LinkPolicy

NAME = "link-own"
DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True)
class LinkSetup:
    """All that a link run rests on beside orders and mentions."""

    weights: Weights
    policy: LinkPolicy
    never_orders: frozenset[str]
    never_authors: frozenset[int]

    @property
    def basis(self) -> str:
        """Names everything that, when it changes, may change every link."""
        return f"{self.weights.version} {self.policy.link_at} {self.policy.review_at} {KEYS_VERSION}"


def linking_setup(tx: Tx, policy: Policy | None = None) -> LinkSetup:
    """What links now in a workspace."""
    weights, never = weights_in_use(tx), link_people.never_list(tx)
    return LinkSetup(
        weights,
        policy_of(weights, policy),
        frozenset(n.ref for n in never if n.kind == "order"),
        frozenset(int(n.ref) for n in never if n.kind == "author"),
    )


def weights_in_use(tx: Tx) -> Weights:
    """The weights that were last chosen; the documented ones when none were, or when they correct others than ours."""
    chosen = link_weights.in_use(tx)
    kept = link_weights.find(tx, chosen) if chosen is not None and chosen.startswith(f"{NAME}-") else None
    return PRESET if kept is None or kept.base != PRESET.version else fitted(kept)


def named(tx: Tx, wanted: str) -> Weights:
    """One version by name (``documented`` for the ones that ship).

    Raises BadInput when it is not kept or corrects other documented weights than this program has.
    """
    if wanted in (DOCUMENTED, PRESET.version):
        return PRESET
    kept = link_weights.find(tx, wanted)
    if kept is None:
        raise BadInput(f"weights {wanted}: are not kept here: see 'reinstate link weights'")
    if kept.base != PRESET.version:
        raise BadInput(f"weights {wanted}: correct {kept.base}, this program has {PRESET.version}: tune again")
    return fitted(kept)


def fitted(kept: Kept) -> Weights:
    """The weights that a kept version describes."""
    held = kept.fitted
    curves = {source: Curve(*pair) for source, pair in held["curves"].items()}
    cuts = {float(precision): float(at) for precision, at in held["cuts"]} if held["cuts"] else PRESET.cuts
    return PRESET.corrected(kept.version, held["corrections"], curves, cuts)


def as_json(weights: Weights, *, own_cuts: bool) -> dict[str, Any]:
    """The numbers that ``fitted`` reads; without cuts of their own those of the documented weights hold."""
    cuts = [[precision, at] for precision, at in weights.cuts.items()] if own_cuts else None
    curves = {source: [c.slope, c.offset] for source, c in weights.curves.items()}
    return {"corrections": dict(weights.corrections), "curves": curves, "cuts": cuts}


def policy_of(weights: Weights, policy: Policy | None) -> LinkPolicy:
    """Where decisions are cut: as sure as the workspace's policy wants automatic links to be."""
    wanted = policy or Policy()
    return LinkPolicy(link_at=weights.cut(wanted.link_precision), review_at=wanted.review_from)

"""The model page: which model assesses, how good it is, what it learnt from, and what to label next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.access import Action
from dashboard.queries import mentions
from dashboard.queries.mentions import MentionDetail
from dashboard.viewer import Viewer
from data import judged, labelling, model_store, people
from data.model_store import Kept
from data.store import Tx
from models import in_use, self_report, vigil
from models.drift import Drift
from models.report import Description
from models.retraining import LEAST, SellerText, parted, seller_text
from models.self_report import SelfReport
from models.suggestions import Suggestion
from models.trained import Thresholds

MONTH = timedelta(days=30)
_MONTH_MOST = 50_000
SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class Labels:
    """How many labels there are: of mentions by source, those that train and those that are held back."""

    by_source: Mapping[str, int]
    training: Mapping[str, int]
    held_back: int

    @property
    def nearest(self) -> tuple[str, int] | None:
        """The source that is nearest to a head of its own and how many labels it misses; None when one is there."""
        if any(n >= LEAST for n in self.training.values()):
            return None
        source, n = max(self.training.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
        return source, LEAST - n


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model of the list; ``may_use`` when it can be chosen now."""

    version: str
    is_in_use: bool
    is_base: bool
    made_at: datetime | None
    made_by: str
    labels: int
    facts: Mapping[str, Any]
    erased: int
    may_use: bool


@dataclass(frozen=True, slots=True)
class ModelView:
    """Everything on the page but the suggestion that is open."""

    version: str
    base: str
    base_rows: Mapping[str, int]  # training texts of the base by source
    since: datetime | None
    problem: str | None
    is_own: bool
    thresholds: Thresholds
    report: SelfReport
    held_back: Description | None
    labels: Labels
    models: tuple[ModelLine, ...]
    drifts: tuple[Drift, ...]
    month: tuple[float, ...]  # probabilities of the last 30 days' mentions
    waiting: int  # mentions that the model in use has not assessed yet
    suggestions: tuple[Suggestion, ...]


def read(tx: Tx, viewer: Viewer) -> ModelView:
    """The page as it stands now."""
    model = in_use.in_use(tx)
    assessor = model.assessor
    texts = [seller_text(one) for one in labelling.trainable(tx)]
    training, held = parted(texts)
    uses = model_store.uses(tx)
    return ModelView(
        version=assessor.version,
        base=assessor.base.version,
        base_rows=dict(assessor.base.trained.rows),
        since=uses[0].at if uses and uses[0].version == assessor.version else None,
        problem=model.problem,
        is_own=model.is_own,
        thresholds=assessor.base.trained.thresholds,
        report=self_report.self_report(assessor),
        held_back=self_report.on_held_back(assessor, held),
        labels=Labels(labelling.counts(tx), _by_source(training), len(held)),
        models=_models(tx, viewer, assessor.version, assessor.base.version),
        drifts=tuple(vigil.drifts(tx, assessor.version)),
        month=tuple(labelling.probabilities(tx, tx.now - MONTH, _MONTH_MOST)),
        waiting=judged.count_to_assess(tx, assessor.version),
        suggestions=tuple(vigil.suggest(tx, SUGGESTED)) if viewer.may(Action.LABEL) else (),
    )


def _by_source(texts: list[SellerText]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        found[text.source] = found.get(text.source, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _models(tx: Tx, viewer: Viewer, current: str, base: str) -> tuple[ModelLine, ...]:
    names = {p.id: p.name for p in people.everyone(tx)} if viewer.may(Action.SEE_OWNERS) else {}
    own = [_line(k, current, base, names) for k in model_store.everything(tx)]
    shipped = ModelLine(base, base == current, True, None, "", 0, {}, 0, base != current)
    return (*own, shipped)


def _line(kept: Kept, current: str, base: str, names: Mapping[str, str]) -> ModelLine:
    may_use = kept.version != current and kept.has_weights and not kept.erased and kept.base == base
    return ModelLine(
        version=kept.version,
        is_in_use=kept.version == current,
        is_base=False,
        made_at=kept.made_at,
        made_by=names.get(kept.made_by, kept.made_by),
        labels=sum(kept.facts["labels"].values()),
        facts=kept.facts,
        erased=kept.erased,
        may_use=may_use,
    )


def suggested(tx: Tx, viewer: Viewer, suggestion: Suggestion) -> MentionDetail:
    """The mention of a suggestion, masked for the viewer."""
    return mentions.detail(tx, viewer, suggestion.mention)

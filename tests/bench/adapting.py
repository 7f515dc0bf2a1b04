"""How much a seller's labels teach: heads of several kinds and sizes on reviews that are only read here.

Chosen by these figures on insurers, hotels and Italian reviews, and on messages by hands that the base had not read;
the others were looked at once, afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.adapting import BELIEFS, Beliefs, fit_head
from models.assess import Assessor
from models.heads import Head
from models.measures import calibration_error
from models.retraining import SellerText, see
from models.text import AssessInput

SETS = ("insurer_fr", "amazon_it", "opener_de", "trustpilot_en", "airline_en")
SIZES = (0, 20, 50, 200)
KINDS = {
    "offset alone": Beliefs(1e-4, 1.0, 1e-4),
    "slope and offset": Beliefs(0.3, 1.0, 1e-4),
    "words, as used": BELIEFS,
    "words, freer": Beliefs(0.3, 1.0, 6.0),
}
_MOST, _DRAWS = 1_200, 3


def measure() -> dict[str, float | str]:
    """Squared error and calibration error on texts of the same source that did not train, mean of three draws."""
    folder = Path(__file__).parents[3] / "shared" / "text" / "evaluate_only"
    if not folder.is_dir():
        return {"left out": "the reference material is not beside this checkout"}
    base = Assessor.shipped()
    found: dict[str, float | str] = {}
    for name in SETS:
        texts = _texts(folder / f"{name}_train.jsonl")
        for size in SIZES:
            kinds = KINDS if size else {"the base": BELIEFS}
            for kind, beliefs in kinds.items():
                found[f"{name}, {size} labels, {kind}"] = _measured(base, texts, size, beliefs)
    return found


def _texts(path: Path) -> list[SellerText]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["label"] in (0, 1)]
    np.random.default_rng(1).shuffle(rows)
    return [
        SellerText(n, n, "paste", AssessInput(row["text"], source="paste"), row["label"] == 1, ())
        for n, row in enumerate(rows[:_MOST])
    ]


def _measured(base: Assessor, texts: Sequence[SellerText], size: int, beliefs: Beliefs) -> str:
    errors = []
    for draw in range(_DRAWS):
        order = np.random.default_rng(draw).permutation(len(texts))
        rest = [texts[n] for n in order[max(SIZES) :]]
        heads: dict[str, Head] = {}
        if size:
            heads = {"paste": fit_head([see(base, texts[n]) for n in order[:size]], beliefs)}
        made = Assessor(base.base, heads, "bench").assess([t.said for t in rest])
        told, wanted = np.array([a.probability for a in made]), np.array([int(t.frustrated) for t in rest])
        errors.append((float(((told - wanted) ** 2).mean()), calibration_error(wanted, told)))
    squared, calibration = np.mean(errors, axis=0)
    return f"{squared:.3f} squared error, {calibration:.3f} calibration error"


if __name__ == "__main__":
    print("\n".join(f"{name}: {told}" for name, told in measure().items()))  # noqa: T201

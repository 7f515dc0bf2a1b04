"""The shipped model can be made again: the same data give the same figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.artefact import BASE, load
from models.training import EVALUATION, train_base
from tests.conftest import SHARED


def figures(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / EVALUATION).read_text(encoding="utf-8"))
    return {name: document[name] for name in ("summed", "sets", "categories", "kinds", "language")}


def numbers(found: object) -> list[float]:
    """Every number of a document, in its order."""
    if isinstance(found, dict):
        return [number for value in found.values() for number in numbers(value)]
    return [float(found)] if isinstance(found, int | float) else []


@pytest.mark.shared
@pytest.mark.timeout(3600)
def test_training_the_base_again_gives_the_figures_of_the_card(tmp_path: Path) -> None:
    facts = train_base(SHARED / "text", tmp_path)
    assert facts["rows"] == load(BASE).facts["rows"]
    shipped, again = figures(BASE), figures(tmp_path)
    assert json.dumps(again, default=str).count(":") == json.dumps(shipped, default=str).count(":")
    assert numbers(again) == pytest.approx(numbers(shipped), abs=0.002)  # other processors round otherwise

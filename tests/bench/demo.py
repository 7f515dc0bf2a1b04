"""How long the demo takes to build, and how far its findings agree with the world that it was made from."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from dashboard import demo
from data.demo.world import build_world
from tests.demo.agreement import automatic_links, frustration, main_category

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def measure() -> dict[str, float | str]:
    """Seconds of one build (imports of the libraries included), counts, agreement."""
    world = build_world(NOW.date())
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        built = demo.build(Path(folder) / "workspace", clock=lambda: NOW)
        took = time.perf_counter() - begun
        with built.store.reading() as tx:
            precision, recall = frustration(tx, world)
            linked, right = automatic_links(tx, world)
            category = main_category(tx, world)
        counts = demo.counted(built)
        built.store.close()
    return {
        "seconds": round(took, 1),
        "frustrated precision": round(precision, 3),
        "frustrated recall": round(recall, 3),
        "main category right": round(category, 3),
        "automatic links": linked,
        "automatic link precision": round(right / linked, 3),
        **counts,
    }


if __name__ == "__main__":
    print(measure())  # noqa: T201

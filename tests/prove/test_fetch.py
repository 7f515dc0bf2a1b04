"""Every fault of a server ends in its typed failure, in time, and below 100 MB for the whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collectors.faults import FAULTS, FaultServer

ROOT = Path(__file__).parents[2]
MB, SECONDS = 100.0, 5.0


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_neither_time_nor_memory(name: str) -> None:
    with FaultServer() as server:
        server.act = FAULTS[name].act
        child = subprocess.run(
            [sys.executable, "-m", "tests.prove.fetching", server.url],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    told = json.loads(child.stdout)
    print(f"{name}: {told['ended']}, {told['seconds']:.2f} s, {told['mb']:.0f} MB")  # noqa: T201
    assert told["ended"] == FAULTS[name].ends_as.__name__
    assert told["seconds"] < SECONDS and told["mb"] < MB

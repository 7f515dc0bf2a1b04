"""A source is a module that has SOURCES; nothing else names it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import collectors
from collectors import registry
from collectors.run import collect_all
from data.domain import HealthState
from data.errors import BadInput
from data.workspace import Workspace

MODULE = """
from collectors.sources import Readers
from data.domain import Cursor, HealthState, Page, Source
from data.errors import BadInput

class Feed:
    source, partition = Source.PASTE, "one"

    def pages(self, since):
        yield Page((), Cursor(self.source, self.partition, {"n": 1}))

def collectors(settings, where, now, spent):
    yield Feed()
    raise BadInput("the key's file cannot be read")

SOURCES = {"paste": Readers(collectors)}
"""


@pytest.fixture
def another_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "brand_new.py").write_text(MODULE)
    monkeypatch.setattr(collectors, "__path__", [*collectors.__path__, str(tmp_path)])
    registry.sources.cache_clear()
    yield
    registry.sources.cache_clear()
    sys.modules.pop("collectors.brand_new", None)


def test_the_shipped_sources_are_found() -> None:
    assert {"reddit", "trustpilot", "x"} <= registry.sources().keys()


def test_a_new_module_is_a_source_without_any_other_change(workspace: Workspace, another_source: None) -> None:
    results = {(r.source.value, r.partition): r for r in collect_all(workspace, ["paste"])}
    assert results["paste", "one"].state is HealthState.OK


def test_a_source_that_cannot_be_set_up_is_a_state_and_not_an_end(workspace: Workspace, another_source: None) -> None:
    results = {(r.source.value, r.partition): r for r in collect_all(workspace, ["paste", "trustpilot"])}
    assert results["paste", ""].state is HealthState.AUTH_FAILED
    assert ("trustpilot", "saved") in results


@pytest.mark.parametrize(
    ("raised", "state"),
    [
        ('StopRun("name the profiles", state="needs_approval")', HealthState.NEEDS_APPROVAL),
        ('OSError("no such library")', HealthState.BROKEN_LAYOUT),
    ],
)
def test_whatever_setting_a_source_up_raises_is_its_state(
    workspace: Workspace, another_source: None, tmp_path: Path, raised: str, state: HealthState
) -> None:
    (tmp_path / "brand_new.py").write_text(
        MODULE.replace("import BadInput", "import StopRun").replace(
            'BadInput("the key\'s file cannot be read")', raised
        )
    )
    results = {(r.source.value, r.partition): r for r in collect_all(workspace, ["paste", "trustpilot"])}
    assert results["paste", ""].state is state and results["paste", "one"].state is HealthState.OK
    assert ("trustpilot", "saved") in results


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadInput, match=r"myspace: no such source; choose from .*reddit"):
        registry.wanted(["myspace"])

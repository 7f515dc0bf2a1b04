"""The dashboard's own fixtures: pages that show the demo at the fixed time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard import session
from data.workspace import Workspace
from tests.dashboard.browsing import ARGUMENTS, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, one for all browser tests of a module."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def demo_pages(demo_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Pages show the demo; nothing may be changed through them."""
    monkeypatch.setattr(session, "workspace", lambda: demo_workspace)
    return demo_workspace


@pytest.fixture
def changing_pages(demo_copy: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Pages show a copy of the demo that a test may change."""
    monkeypatch.setattr(session, "workspace", lambda: demo_copy)
    return demo_copy


@pytest.fixture
def empty_pages(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Pages show a new workspace that is no demo and holds nobody."""
    monkeypatch.setattr(session, "workspace", lambda: workspace)
    return workspace

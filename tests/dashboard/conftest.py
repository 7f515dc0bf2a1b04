"""The dashboard's own fixtures: pages that show the demo at the fixed time."""

from __future__ import annotations

import pytest

from dashboard import session
from data.workspace import Workspace


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

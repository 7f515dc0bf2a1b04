"""The dashboard's own addresses for machines: webhooks, and only for those who know the secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette

from dashboard import session, web
from data import browse
from data.browse import Filter
from data.errors import BadInput
from data.workspace import Workspace, open_at

SECRET = "a-long-enough-secret"
EVENT = {
    "eventName": "service-review-created",
    "eventData": {"id": "a" * 24, "stars": 1, "text": "Never came", "createdAt": "2026-11-20T09:00:00Z"},
}


Post = Callable[[str, str], httpx.Response]


@pytest.fixture
def post(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Sends a body with a password to the dashboard's routes."""
    monkeypatch.setenv(web.WEBHOOK_SECRET, SECRET)
    monkeypatch.setattr(session, "workspace", lambda: open_at(workspace.folder))
    app = Starlette(routes=list(web.routes()), middleware=list(web.middleware(is_local=False)))

    async def sent(content: str, password: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example") as client:
            return await client.post("/hooks/trustpilot", content=content, auth=("hook", password))

    return lambda content, password: asyncio.run(sent(content, password))


def test_a_webhook_is_stored_by_whoever_knows_the_secret(post: Post, workspace: Workspace) -> None:
    assert post(json.dumps({"events": [EVENT]}), SECRET).status_code == 204
    with workspace.store.reading() as tx:
        assert browse.count(tx, Filter()) == 1


def test_nobody_else_gets_in(post: Post) -> None:
    answer = post("{}", "wrong")
    assert (answer.status_code, answer.content) == (401, b"")


def test_there_is_no_such_address_without_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(web.WEBHOOK_SECRET, raising=False)
    assert [route.path for route in web.routes() if "hooks" in route.path] == []


def test_a_short_secret_stops_the_dashboard_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(web.WEBHOOK_SECRET, "short")
    with pytest.raises(BadInput, match="at least 16 characters"):
        web.routes()

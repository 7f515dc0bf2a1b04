"""The server: refuses what it cannot serve in one line, sends its headers, and ends when it is told to."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message as Header
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from dashboard import web
from dashboard.serve import serve
from data.errors import BadInput
from data.workspace import Workspace, create
from tests.conftest import SETTINGS
from tests.dashboard.server import Server, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served") / "ws"
    create(folder, SETTINGS).store.close()
    with running(folder) as held:
        yield held


def ask(url: str, *, method: str = "GET", **headers: str) -> tuple[int, Header, bytes]:
    request = urllib.request.Request(url, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def test_a_busy_port_is_one_line_that_names_it_and_the_option(workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=rf"port {port} .*--port") as told:
            serve(workspace.folder, port)
    assert "\n" not in str(told.value)


def test_a_port_that_cannot_exist_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="0 to 65535"):
        serve(workspace.folder, 70_000)


def test_a_folder_without_a_workspace_is_refused_before_any_port_is_taken(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no workspace here"):
        serve(tmp_path / "nothing", 0)


def test_health_is_told_to_whoever_watches(server: Server) -> None:
    status, _, body = ask(f"{server.url}/healthz")
    assert status == 200
    assert json.loads(body)["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/mentions", "/healthz", "/_stcore/health", "/static/no-such-file.js"])
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    _, headers, _ = ask(server.url + path)
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*unsafe-inline", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_inline_script_of_the_page_is_allowed_by_its_hash() -> None:
    assert web.security_policy().count("'sha256-") >= 1


def test_static_files_are_compressed_for_those_who_ask(server: Server) -> None:
    _, _, page = ask(f"{server.url}/")
    script = re.search(r'src="\.?/?(static/js/[^"]+\.js)"', page.decode())
    assert script
    url = f"{server.url}/{script[1]}"
    _, plain_headers, plain = ask(url)
    _, headers, packed = ask(url, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain_headers
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


def test_a_request_that_was_meant_for_another_host_is_refused(server: Server) -> None:
    assert ask(f"{server.url}/", Host="evil.example")[0] == 421
    assert ask(f"{server.url}/", Host="localhost:1234")[0] == 200


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [(None, True), ("http://desk.example:8501", True), ("http://evil.example", False), ("null", False)],
)
def test_a_websocket_is_opened_for_pages_of_our_own_host_only(origin: str | None, is_let_in: bool) -> None:
    reached: list[str] = []
    sent: list[Message] = []

    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"desk.example:8501"), *([(b"origin", origin.encode())] if origin else [])]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers}
    asyncio.run(web.SameOrigin(streamlit)(scope, receive, send))
    assert reached == (["/_stcore/stream"] if is_let_in else [])
    assert [m["type"] for m in sent] == ([] if is_let_in else ["websocket.close"])


def test_no_cookie_is_given_for_a_pass_that_nobody_made(server: Server) -> None:
    status, headers, _ = ask(f"{server.url}/session/keep", method="POST", X_Reinstate_Pass="made-up")
    assert status == 403
    assert "set-cookie" not in headers
    assert "set-cookie" not in ask(f"{server.url}/session/keep")[1]


@pytest.mark.parametrize("path", ["openapi.json", "interact", "mcp"])
def test_no_program_can_drive_the_pages_by_the_agent_interface(server: Server, path: str) -> None:
    assert ask(f"{server.url}/_stcore/agent/{path}")[0] == 404
    assert ask(f"{server.url}/_stcore/agent/{path}", method="POST")[0] == 404


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_status_0_when_told_to(tmp_path: Path, sig: signal.Signals) -> None:
    create(tmp_path / "ws", SETTINGS).store.close()
    with running(tmp_path / "ws") as held:
        held.process.send_signal(sig)
        out, _ = held.process.communicate(timeout=15)
    assert held.process.returncode == 0
    assert f"open http://localhost:{held.url.rpartition(':')[2]}" in out
    assert "Traceback" not in out

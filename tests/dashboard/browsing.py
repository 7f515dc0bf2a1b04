"""A real browser, a server that hostile texts point at, and what such texts look like."""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dashboard.server import Server

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
# every element of a kind, those inside the components' shadow trees too
DEEP = """tag => {
  const found = [];
  const walk = root => root.querySelectorAll('*').forEach(e => {
    if (e.localName === tag) found.push(e.href || e.src || e.action || e.outerHTML.slice(0, 80));
    if (e.shadowRoot) walk(e.shadowRoot);
  });
  walk(document);
  return found.map(String);
}"""
# a page opened by its own address asks for Streamlit's services below that page first, and then at the root
KNOWN = ("_stcore/health", "_stcore/host-config")


def chromium() -> str:
    """A browser that is installed; skips with the reason when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium is installed: 'apt-get install chromium' gives one")


class _Beacon(http.server.BaseHTTPRequestHandler):
    """Counts whoever calls: nobody should."""

    def do_GET(self) -> None:
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@dataclass
class Beacon:
    """A server that hostile texts point at."""

    url: str
    hits: list[str] = field(default_factory=list)


@contextmanager
def beacon_server() -> Iterator[Beacon]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Beacon)
    held = Beacon(f"http://127.0.0.1:{server.server_address[1]}")
    server.hits = held.hits  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()


def payloads(evil: str) -> list[str]:
    """What people could write to be read as something else than words."""
    return [
        f"![x]({evil}/markdown.png)",
        f"![x][r]\n\n[r]: {evil}/reference.png",
        f"<img src='{evil}/img.png' onerror='window.__xss=1'>",
        f"<script>window.__xss=1;fetch('{evil}/script')</script>",
        f"<svg onload=\"window.__xss=1\"><image href='{evil}/svg.png'/></svg>",
        f"<iframe src='{evil}/frame'></iframe>",
        f"<style>body{{background:url({evil}/css.png)}}</style>",
        f"<link rel=stylesheet href='{evil}/link.css'>",
        f"<form action='{evil}/form'><button>Sign in again</button></form>",
        f"<a href='{evil}/a' target='_self'>click</a>",
        f"[click]({evil}/md-link)",
        "[click](javascript:window.__xss=1)",
        f"{evil}/autolink www.evil.example ada@evil.example",
        ":red-badge[APPROVED] :material/delete: :streamlit: :smile:",
        "$$\\rule{300em}{200em}$$ \\(\\color{red}{x}\\)",
        "# Heading\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "`code` ```block``` ~~gone~~ **bold** > quote",
        "\u202eDEVORPPA\u202c \u200bzero\u200bwidth",
        "Z\u0351\u036b\u0343\u036a\u0302\u036ba\u0321\u0350\u0369l\u0353\u034eg\u0321o\u0322",
        "x" * 20_000,
        "*a_ `" * 2_000,
        ">" * 3_000,
        '=HYPERLINK("http://evil.example","click")',
        "{{7*7}} ${7*7} <%= 7*7 %> {0} {name} %s %(x)s",
    ]


class Visit:
    """One browser tab that notes errors and where requests go."""

    def __init__(self, browser: Any, server: Server) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        is_known = any(name in str(message.location.get("url", "")) for name in KNOWN)
        if message.type == "error" and not is_known:
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.server.url, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, path: str) -> Any:
        """Open an address and wait until everything is drawn."""
        self.page.goto(f"{self.server.url}{path}")
        self.page.wait_for_selector("h1", timeout=30_000)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing runs and nothing is stale, and find it still so a moment later: what a run leaves out is
        taken off the page only after its end."""
        for _ in range(2):
            self.page.wait_for_function(
                """() => ['[data-stale="true"]', '[data-testid="stStatusWidget"]', '[data-testid="stSkeleton"]']
                             .every(busy => !document.querySelector(busy))
                         && document.querySelector('[data-test-script-state="notRunning"]')""",
                timeout=30_000,
            )
            self.page.wait_for_timeout(100)

"""What surrounds the pages on the wire: headers, hosts, compression, health, and the cookie of a session."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import metrics, session
from dashboard.signin import ABSOLUTE, COOKIE, DOOR
from data import trail
from data.config import secret
from data.errors import ReinstateError

WEBHOOK_SECRET = "REINSTATE_TRUSTPILOT_WEBHOOK_SECRET"  # noqa: S105 (the name of a variable)
UPLOAD_MB = 32  # as much as the largest saved page; order reports of years belong on the command line
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_LOCAL_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?")


@cache
def security_policy() -> str:
    """The Content-Security-Policy; the one inline script of Streamlit's page is allowed by its hash.

    ``blob:`` is how Streamlit loads the scripts of inline components; ``unsafe-inline`` is for styles only.
    """
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    scripts = _INLINE.findall(page.read_text(encoding="utf-8"))
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'self'; script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._added = [
            (b"content-security-policy", security_policy().encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in self._added}
                kept = [pair for pair in message["headers"] if pair[0].lower() not in names]
                message = {**message, "headers": [*kept, *self._added]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class LocalHosts:
    """On a loopback address: refuses requests that were sent to another name (DNS rebinding)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what was meant for this machine."""
        if scope["type"] == "http":
            host = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"host"), "")
            if not _LOCAL_HOST.fullmatch(host):
                await PlainTextResponse("This server answers on this machine only.", 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SameOrigin:
    """Refuses a websocket that a page of another host opens.

    Streamlit would refuse it too, but to know our own names it first asks a service outside for this machine's address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from a page of ours, or from no page at all."""
        if scope["type"] == "websocket":
            sent = {key: value.decode("latin-1") for key, value in scope["headers"] if key in (b"origin", b"host")}
            origin = sent.get(b"origin")
            if origin is not None and urlsplit(origin).netloc != sent.get(b"host"):
                await send({"type": "websocket.close", "code": 1008})
                return
        await self._app(scope, receive, send)


class NoAgents:
    """Nobody drives the pages by Streamlit's agent interface, which describes itself even when it is off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else."""
        if scope["type"] == "http" and scope["path"].startswith("/_stcore/agent"):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class StaticGzip:
    """Compresses Streamlit's static files, which it leaves as they are (4.7 MB for the charts alone)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(app, minimum_size=1_024, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, compressed where it pays."""
        is_static = scope["type"] == "http" and scope["path"].startswith("/static/")
        await (self._packed if is_static else self._app)(scope, receive, send)


def middleware(is_local: bool) -> Sequence[Middleware]:
    """The layers around Streamlit, outermost first."""
    layers = [Middleware(Headers)]
    if is_local:
        layers.append(Middleware(LocalHosts))
    return [*layers, Middleware(SameOrigin), Middleware(NoAgents), Middleware(StaticGzip)]


def routes() -> Sequence[Route]:
    """Our own addresses beside Streamlit's; the one for webhooks only while its secret is set."""
    ours = [Route("/healthz", _health), Route("/metrics", _metrics), Route("/session/keep", _keep, methods=["POST"])]
    if known := secret(WEBHOOK_SECRET):
        from collectors.trustpilot_hook import Webhook  # only now: the page's parsers take time to load

        ours.append(Route("/hooks/trustpilot", Webhook(lambda: session.workspace().store, known)))
    return ours


def _health(request: Request) -> Response:
    """200 while the store can be read."""
    try:
        with session.workspace().store.reading() as tx:
            entries = trail.size(tx)
    except ReinstateError as error:
        return JSONResponse({"status": "failing", "what": str(error)}, 503)
    return JSONResponse({"status": "ok", "audit_entries": entries})


def _metrics(request: Request) -> Response:
    """The sources' figures, for a collector of metrics on this machine; nobody else is answered."""
    if request.client is None or request.client.host not in ("127.0.0.1", "::1"):
        return Response(status_code=403)
    with session.workspace().store.reading() as tx:
        return PlainTextResponse(metrics.text(tx), media_type="text/plain; version=0.0.4")


def _keep(request: Request) -> Response:
    """Exchanges a one-time pass for the session cookie, which no script can read."""
    now = session.workspace().store.clock()
    token = DOOR.take_pass(request.headers.get("x-reinstate-pass", ""), now)
    if token is None:
        return Response(status_code=403)
    answer = Response(status_code=204)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer

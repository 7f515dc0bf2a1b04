"""The address that Trustpilot's webhooks are sent to: an ASGI application over the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from collectors.incoming import add_payload
from collectors.results import ACTOR, SourceResult
from collectors.trustpilot_webhook import MAX_BODY, PARTITION, Payload, is_authentic, read_payload
from data import log
from data.domain import HealthState, Source
from data.errors import BadInput, ReinstateError
from data.store import Store

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
BODY_S = 10.0
SHORTEST_SECRET = 16
_log = log.get("collectors")


class Webhook:
    """The application: 204 stored (again and again the same), 401 wrong secret, 405, 408 too slow, 413 too large,
    422 unreadable, 503 not now.

    Nothing of a request is kept before its secret is known to be right, and nothing of it is ever sent back.
    """

    def __init__(self, store: Callable[[], Store], secret: str) -> None:
        """The store is asked for with each request, so that the route can be made before it is open.

        Raises BadInput for a secret that could be guessed.
        """
        if len(secret) < SHORTEST_SECRET:
            raise BadInput(f"the webhook secret is too short: give at least {SHORTEST_SECRET} characters")
        self._store, self._secret = store, secret

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        status = await _status(scope, receive, self._store, self._secret)
        headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
        if status == 401:
            headers.append((b"www-authenticate", b'Basic realm="webhook"'))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


async def _status(scope: MutableMapping[str, Any], receive: Receive, store: Callable[[], Store], secret: str) -> int:
    if scope["method"] != "POST":
        return 405
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        async with asyncio.timeout(BODY_S):
            body = await _body(receive)
    except TimeoutError:
        return 408
    if body is None:
        return 413
    if not is_authentic(secret, body, headers):
        _log.warning("webhook.refused")
        return 401
    try:
        payload = read_payload(body)
    except BadInput:
        return 422
    try:
        await asyncio.to_thread(lambda: store_payload(store(), payload))
    except ReinstateError:
        return 503  # the sender tries again
    return 204


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than any payload, or when the other side went away."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def store_payload(store: Store, payload: Payload) -> SourceResult:
    """Store what one payload told: events may come twice and in any order."""
    with store.transaction(ACTOR) as tx:
        stored = add_payload(tx, payload)
        if stored.new or stored.changed or stored.gone:
            tx.audit("collect.done", "source:trustpilot", {"new": stored.new, "changed": stored.changed})
    return SourceResult(Source.TRUSTPILOT, PARTITION, HealthState.OK, "", stored)

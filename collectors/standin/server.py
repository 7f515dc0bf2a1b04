"""A loopback server that speaks Reddit's, X's and Trustpilot's APIs over invented content, with faults on demand.

It listens on 127.0.0.1 only. The demo and the tests read it through the real praw and tweepy.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from collectors.standin import reddit_api, x_api
from collectors.standin.content import Post, Tweet
from collectors.standin.trustpilot import Trustpilot


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``drop`` closes the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False

    @staticmethod
    def of(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """A JSON answer."""
        kind = {"content-type": "application/json"}
        return Answer(status, json.dumps(document).encode(), kind | dict(headers or {}))


class StandIn:
    """The running server; use it in a ``with`` block. ``url`` is its address."""

    def __init__(self, posts: tuple[Post, ...] = (), tweets: tuple[Tweet, ...] = (), *, words: str = "tweet") -> None:
        """``words`` is X's vocabulary: ``tweet`` or, as since August 2026, ``post``."""
        self.posts, self.tweets, self.words = list(posts), list(tweets), words
        self.trustpilot = Trustpilot()
        self.asked: list[str] = []
        self._scripted: deque[tuple[str, Answer]] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, path: str, *answers: Answer) -> None:
        """Give ``answers``, one after the other, to the next requests whose path contains ``path``."""
        self._scripted.extend((path, answer) for answer in answers)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def scripted(self, path: str) -> Answer | None:
        """Note the request; the answer that was scripted for it, if one is left."""
        self.asked.append(path)
        for index, (wanted, scripted) in enumerate(self._scripted):
            if wanted in path:
                del self._scripted[index]
                return scripted
        return None

    def answer(self, path: str, query: Mapping[str, str], form: Mapping[str, str], sent: Mapping[str, str]) -> Answer:
        """What the server says to one request with the headers ``sent`` (names in lower case)."""
        if scripted := self.scripted(path):
            return scripted
        if path.startswith("/v1/"):
            status, found = self.trustpilot.api(path, query, form, sent)
            return Answer.of(found, status)
        if self.trustpilot.has(path):
            return Answer(*self.trustpilot.page(path, query, sent))
        if path.startswith("/2/tweets"):
            headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "449", "x-rate-limit-reset": "4102444800"}
            document = x_api.answer(path, query, self.tweets, self.words)
        else:
            headers = {"x-ratelimit-remaining": "590.0", "x-ratelimit-used": "10", "x-ratelimit-reset": "300"}
            document = reddit_api.answer(path, {**query, **form}, self.posts)
        if document is None:
            return Answer.of({"message": "Not Found", "error": 404}, 404)
        return Answer.of(document, headers=headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body leave together: two small packets would wait for each other

            def do_GET(self) -> None:
                self._serve({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                self._serve({name: values[0] for name, values in parse_qs(body).items()})

            def _serve(self, form: Mapping[str, str]) -> None:
                parts = urlsplit(self.path)
                query = {name: "\n".join(values) for name, values in parse_qs(parts.query).items()}
                sent = {name.lower(): value for name, value in self.headers.items()}
                said = stand_in.answer(parts.path, query, form, sent)
                if said.drop:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(said.body)))
                if self.close_connection:  # praw asks for it when it signs in; unsaid, it would use this one again
                    self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(said.body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
                """Silent: a request line holds the query."""

        return Handler

"""A raw socket server that breaks HTTP in every way we know, and the failure that each way must end in."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

from collectors.answers import (
    CutOff,
    FetchFailed,
    Forbidden,
    Lost,
    Malformed,
    ServerFault,
    TooBig,
    TooSlow,
    Unreachable,
)

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
Act = Callable[[socket.socket], None]


def says(*parts: bytes) -> Act:
    """Send ``parts`` and close."""

    def act(conn: socket.socket) -> None:
        for part in parts:
            conn.sendall(part)

    return act


def holds(*parts: bytes) -> Act:
    """Send ``parts``, then nothing, and keep the connection."""

    def act(conn: socket.socket) -> None:
        says(*parts)(conn)
        time.sleep(HOLD_S)

    return act


def drips(start: bytes, drop: bytes) -> Act:
    """Send ``start``, then ``drop`` again and again, slowly enough for every single read to be in time."""

    def act(conn: socket.socket) -> None:
        conn.sendall(start)
        for _ in range(int(HOLD_S / 0.1)):
            conn.sendall(drop)
            time.sleep(0.1)

    return act


def pours(start: bytes, wave: bytes) -> Act:
    """Send ``start``, then ``wave`` as fast as it goes until the other side has had enough (10 GB at most)."""

    def act(conn: socket.socket) -> None:
        conn.sendall(start)
        for _ in range(10_000_000_000 // len(wave)):
            conn.sendall(wave)

    return act


def resets(*parts: bytes) -> Act:
    """Send ``parts``, then tear the connection down."""

    def act(conn: socket.socket) -> None:
        says(*parts)(conn)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return act


def moved(to: str, status: int = 302) -> Act:
    return says(f"HTTP/1.1 {status} Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n".encode())


def sized(body: bytes, *heads: bytes) -> bytes:
    return HEAD + b"".join(h + b"\r\n" for h in heads) + b"content-length: %d\r\n\r\n" % len(body) + body


HOLD_S = 6.0
BOMB = gzip.compress(bytes(300_000_000), 9)  # 0.3 MB that would be 300
DEFLATE_BOMB = zlib.compress(bytes(100_000_000), 9)


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server does, and what the fetcher has to make of it."""

    act: Act
    ends_as: type[FetchFailed]
    is_slow: bool = False  # takes as long as the limit allows


FAULTS: Mapping[str, Fault] = {
    "never answers": Fault(holds(), TooSlow, True),
    "headers drip": Fault(drips(b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n"), TooSlow, True),
    "body drips": Fault(drips(HEAD + b"content-length: 100000\r\n\r\n", b"{"), TooSlow, True),
    "continues for ever": Fault(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), TooSlow, True),
    "stalls in the body": Fault(holds(HEAD + b"content-length: 100\r\n\r\n{"), TooSlow, True),
    "chunks drip": Fault(drips(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n{\r\n"), TooSlow, True),
    "half body": Fault(says(HEAD + b'content-length: 100\r\n\r\n{"a":'), CutOff),
    "closes after headers": Fault(says(HEAD + b"content-length: 100\r\n\r\n"), CutOff),
    "closes within headers": Fault(says(b"HTTP/1.1 200 OK\r\ncontent-"), CutOff),
    "empty answer": Fault(says(), CutOff),
    "chunk cut off": Fault(says(HEAD + b"transfer-encoding: chunked\r\n\r\n100\r\n{"), CutOff),
    "reset at once": Fault(resets(), Unreachable),
    "reset in the body": Fault(resets(HEAD + b"content-length: 100\r\n\r\n{"), Unreachable),
    "longer than it says": Fault(says(HEAD + b"content-length: 4\r\n\r\n" + b"{" * 50), Malformed),
    "negative length": Fault(says(HEAD + b"content-length: -5\r\n\r\n{}"), Malformed),
    "two lengths": Fault(says(HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{} "), Malformed),
    "bad chunk size": Fault(says(HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), Malformed),
    "not HTTP": Fault(says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), Malformed),
    "huge header": Fault(pours(b"HTTP/1.1 200 OK\r\nx-a: ", b"a" * 65_536), Malformed),
    "endless headers": Fault(pours(b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n" * 4_096), Malformed),
    "bad status line": Fault(says(b"HTTP/1.1 banana\r\n\r\n"), Malformed),
    "invalid UTF-8": Fault(says(sized(b'{"a": "\xff\xfe"}')), Malformed),
    "not JSON": Fault(says(sized(b"<html>hello</html>")), Malformed),
    "deep nesting": Fault(says(sized(b"[" * 200_000)), Malformed),
    "no content": Fault(says(b"HTTP/1.1 204 No Content\r\n\r\n"), Malformed),
    "gzip that is none": Fault(says(sized(b"{}", b"content-encoding: gzip")), Malformed),
    "gzip cut off": Fault(says(sized(gzip.compress(b"{}" * 500)[:20], b"content-encoding: gzip")), Malformed),
    "an encoding not asked for": Fault(says(sized(b"{}", b"content-encoding: br")), Malformed),
    "gzip bomb": Fault(says(sized(BOMB, b"content-encoding: gzip")), TooBig),
    "deflate bomb": Fault(says(sized(DEFLATE_BOMB, b"content-encoding: deflate")), TooBig),
    "10 GB page": Fault(pours(HEAD + b"content-length: 10000000000\r\n\r\n", b" " * 65_536), TooBig),
    "endless page": Fault(pours(HEAD + b"\r\n", b" " * 65_536), TooBig),
    "endless chunks": Fault(
        pours(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65_536 + b"\r\n"), TooBig
    ),
    "redirect loop": Fault(moved("/again"), Lost),
    "redirect to a private address": Fault(moved("http://10.0.0.1/"), Forbidden),
    "redirect to link-local metadata": Fault(moved("http://169.254.169.254/latest/meta-data/"), Forbidden),
    "redirect to another port here": Fault(moved("http://127.0.0.1:1/"), Forbidden),
    "redirect to a file": Fault(moved("file:///etc/passwd"), Forbidden),
    "redirect that is no address": Fault(moved("http://[::1"), Forbidden),
    "redirect to another site": Fault(moved("https://elsewhere.example/", 307), Forbidden),
    "500": Fault(says(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"), ServerFault),
    "503 with a time": Fault(says(b"HTTP/1.1 503 Wait\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n"), ServerFault),
}


class FaultServer:
    """Listens on loopback and does ``act`` to every request. Use it in a ``with`` block."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[bytes] = []
        self.act: Act = says()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> FaultServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                conn, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(conn, self.act), daemon=True).start()

    def _serve(self, conn: socket.socket, act: Act) -> None:
        with conn:
            conn.settimeout(HOLD_S)
            try:
                if self._tls:
                    conn = self._tls.wrap_socket(conn, server_side=True)
                asked = _request(conn)
                self.asked.append(asked)
                if asked:
                    act(conn)
            except OSError:
                return  # the other side had enough


def _request(conn: socket.socket) -> bytes:
    """One whole request: httpx sends its head and its body apart."""
    asked = conn.recv(65_536)
    head, _, body = asked.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length and len(body) < int(length[1]) and (more := conn.recv(65_536)):
        asked, body = asked + more, body + more
    return asked

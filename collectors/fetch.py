"""Bounded, polite HTTP: every limit is kept, every failure is a StopRun with a health state, no host is hurried."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

import httpx
import stamina
import stamina.instrumentation

from collectors.addresses import NotAllowed, Resolve, check_url, resolve
from collectors.answers import (
    Answer,
    Blocked,
    CutOff,
    FetchFailed,
    Forbidden,
    Lost,
    Malformed,
    ServerFault,
    TooBig,
    TooSlow,
    Unreachable,
    wait_until,
)
from collectors.inflate import OFFERED, Damaged, TooMuch, read_body
from collectors.wire import Deadline, Wire

stamina.instrumentation.set_on_retry_hooks([])  # a try that fails is told by the health state, not on standard output
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost. Times in seconds, sizes in bytes."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 60.0  # with all redirects and tries; waiting for one's turn is not counted
    body: int = 8_000_000  # over the wire and inflated, each
    redirects: int = 3  # 0 hands the redirect itself back
    attempts: int = 3  # of a GET, after a time-out or a 5xx only
    retry_s: float = 0.5  # before the second try; doubles, with jitter
    spacing_s: float = 0.0  # between the beginnings of two requests to one host
    jitter_s: float = 0.0  # up to this much more
    failures: int = 3  # in a row, after which a host is left alone


class Fetcher:
    """Asks one source's hosts, one request at a time over one connection. Make one for each run and source."""

    def __init__(
        self,
        who: str,
        *,
        agent: str,
        hosts: Collection[str] | None = None,
        local: str | None = None,
        limits: Limits | None = None,
        walls: Collection[int] = (),
        resolve: Resolve = resolve,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """``who`` names the source in messages; ``hosts`` are the allowed host names (None: every public one).

        ``local`` is the origin of a stand-in, the only address that may be this machine. A status among ``walls`` is
        a refusal: it raises Blocked, and its host is not asked again by this fetcher.
        """
        self.who = who
        self._agent, self._hosts, self._local, self._limits = agent, hosts, local, limits or Limits()
        self._walls, self._pause = frozenset(walls), pause
        self._lock = threading.RLock()
        self._deadline = Deadline()
        self._wire = Wire(self._deadline, resolve, urlsplit(local).hostname if local else None)
        self._spacing_s = self._limits.spacing_s
        self._next: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._open: dict[str, FetchFailed] = {}

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        unless: Mapping[str, str] | None = None,
        kinds: Collection[str] = (),
    ) -> Answer:
        """Read ``url``; any status below 500 is an answer. Raises a FetchFailed (a StopRun) for all else.

        ``unless`` are an earlier answer's validators: the server may then say 304. ``kinds`` are the content types
        that a 200 may have; empty allows all. ``headers`` may hold credentials: they never follow to another host.
        """
        whole = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        names = {"etag": "if-none-match", "last-modified": "if-modified-since"}
        conditions = {names[k]: v for k, v in (unless or {}).items() if k in names}
        answer = self._asked("GET", whole, {**conditions, **(headers or {})}, b"")
        if answer.status == 200 and kinds and answer.kind not in kinds:
            raise Malformed(f"{self.who} sent another kind of content than expected")
        return answer

    def post(self, url: str, content: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send ``content`` of content type ``kind``; tried once, never redirected. Raises as ``get``."""
        return self._asked("POST", url, {**(headers or {}), "content-type": kind}, content)

    def slow_down(self, spacing_s: float) -> None:
        """Keep at least ``spacing_s`` between two requests from now on, as a robots.txt may ask for."""
        self._spacing_s = max(self._spacing_s, spacing_s)

    def trip(self, url: str, error: FetchFailed) -> None:
        """Leave the host of ``url`` alone from now on: each further request raises ``error``'s like at once."""
        self._open[urlsplit(url).netloc] = error

    def close(self) -> None:
        """Give the connection back."""
        self._wire.close()

    def _asked(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        with self._lock:
            host = urlsplit(url).netloc
            if (held := self._open.get(host)) is not None:
                raise held.again()
            self._deadline.set(self._limits.total_s)
            try:
                answer = self._tried(method, url, headers, content)
            except FetchFailed as error:
                self._failures[host] = self._failures.get(host, 0) + 1
                if self._failures[host] >= self._limits.failures:
                    self.trip(url, error)
                raise
            self._failures.pop(host, None)
            if answer.status in self._walls:
                wall = Blocked(f"{self.who} does not let us in (status {answer.status}): not asked again in this run")
                self.trip(url, wall)
                raise wall
            return answer

    def _tried(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        attempts = self._limits.attempts if method == "GET" else 1
        for attempt in stamina.retry_context(
            on=self._is_worth_a_try,
            attempts=attempts,
            timeout=None,
            wait_initial=self._limits.retry_s,
            wait_jitter=self._limits.retry_s,
        ):
            with attempt:
                return self._followed(method, url, headers, content)
        raise AssertionError("stamina ends with an answer or an error")

    def _is_worth_a_try(self, error: Exception) -> bool:
        may = isinstance(error, TooSlow) or (isinstance(error, ServerFault) and error.until is None)
        return may and self._deadline.left > 2 * self._limits.retry_s

    def _followed(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        sent = dict(headers)
        for _ in range(self._limits.redirects + 1):
            with self._typed():
                parts = check_url(url, self._hosts, self._local)
                self._take_turn(parts.netloc)
                answer = self._once(method, url, sent, content)
            target = answer.headers.get("location")
            if self._limits.redirects == 0 or answer.status not in _REDIRECTS or target is None:
                return answer
            if method != "GET":
                raise Malformed(f"{self.who} sends a request elsewhere that may not be repeated")
            url, sent = _next_hop(parts, url, target, sent)
        raise Lost(f"{self.who} redirects without end")

    def _take_turn(self, host: str) -> None:
        """Wait until the host may be asked again; the wait is not the server's fault and costs it no time."""
        wait = self._next.get(host, 0.0) - time.monotonic()
        if wait > 0:
            self._pause(wait)
            self._deadline.add(wait)
        gap = self._spacing_s + random.uniform(0, self._limits.jitter_s)
        self._next[host] = time.monotonic() + gap

    def _once(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        limits = self._limits
        times = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s, "pool": limits.connect_s}
        base = {"user-agent": self._agent, "accept-encoding": OFFERED, "accept": "*/*"}
        asked = httpx.Request(method, url, headers={**base, **headers}, content=content, extensions={"timeout": times})
        response = self._wire.handle_request(asked)
        try:
            told = {name.lower(): value for name, value in response.headers.items()}
            if response.status_code >= 500:
                until = wait_until(told)
                raise ServerFault(f"{self.who} is out of order (status {response.status_code})", until)
            may_have_body = response.status_code not in (204, 304)
            coding = told.get("content-encoding", "") if may_have_body else ""
            return Answer(response.status_code, url, told, read_body(response.iter_raw(), coding, limits.body))
        finally:
            response.close()

    @contextmanager
    def _typed(self) -> Iterator[None]:
        """Whatever happens below becomes one of our own failures; none of them quotes what the server said."""
        try:
            yield
        except NotAllowed as error:
            raise Forbidden(f"{self.who} leads to {error}: not asked") from None
        except httpx.TimeoutException:
            raise TooSlow(f"{self.who} took too long to answer: the next run tries again") from None
        except TooMuch:
            raise TooBig(f"{self.who} sent more than {self._limits.body // 1_000_000 or 1} MB") from None
        except Damaged:
            raise Malformed(f"{self.who} sent a packed answer that cannot be unpacked") from None
        except httpx.RemoteProtocolError as error:
            if "disconnected" in str(error) or "closed connection" in str(error):
                raise CutOff(f"{self.who} broke off its answer: the next run tries again") from None
            raise Malformed(f"{self.who} sent an answer that is not HTTP") from None
        except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError):
            raise Malformed(f"{self.who} led to an address that cannot be asked") from None
        except (httpx.TransportError, OSError):
            raise Unreachable(f"{self.who} cannot be reached: the next run tries again") from None


def _next_hop(parts: SplitResult, url: str, target: str, sent: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Where a redirect leads, and what may be sent there: nothing of ours to another host."""
    try:
        following = urljoin(url, target)
        is_same = urlsplit(following)[:2] == parts[:2]
    except ValueError:
        return "", {}
    return following, sent if is_same else {}

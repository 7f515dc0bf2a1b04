"""The door: who is signed in, until when, and how long somebody who failed has to wait. Pure but for its own memory."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
FREE_FAILURES = 3  # typing slips that cost no waiting
LONGEST_WAIT = timedelta(minutes=15)
PASS_LIFE = timedelta(seconds=60)
COOKIE = "reinstate_session"


@dataclass(frozen=True, slots=True)
class Session:
    """One person's stay."""

    person: str
    began: datetime
    seen: datetime

    def is_over(self, now: datetime) -> bool:
        """After an hour without a click, or twelve hours in any case."""
        return now - self.seen > IDLE or now - self.began > ABSOLUTE


@dataclass(slots=True)
class Door:
    """Keeps sessions by the hash of their token, failures by the name typed, and one-time passes."""

    _sessions: dict[str, Session] = field(default_factory=dict)
    _failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    _passes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, typed: str, now: datetime) -> timedelta:
        """How long whoever signs in as ``typed`` has to wait before another try; zero when they may try now."""
        with self._lock:
            count, last = self._failures.get(typed, (0, now))
        if count < FREE_FAILURES:
            return timedelta(0)
        pause = min(timedelta(seconds=2 ** min(count - FREE_FAILURES + 1, 12)), LONGEST_WAIT)
        return max(last + pause - now, timedelta(0))

    def failed(self, typed: str, now: datetime) -> None:
        """Count a wrong password: the pause doubles with each."""
        with self._lock:
            self._failures[typed] = (self._failures.get(typed, (0, now))[0] + 1, now)

    def open(self, person: str, typed: str, now: datetime) -> str:
        """Begin a session of ``person``, who signed in as ``typed``; returns its token, nowhere kept in the clear."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._failures.pop(typed, None)
            self._sessions = {k: s for k, s in self._sessions.items() if not s.is_over(now)}
            self._sessions[_hash(token)] = Session(person, now, now)
        return token

    def find(self, token: str | None, now: datetime) -> Session | None:
        """The session of a token, refreshed; None when there is none or it is over."""
        if not token:
            return None
        with self._lock:
            held = self._sessions.get(_hash(token))
            if held is None:
                return None
            if held.is_over(now):
                del self._sessions[_hash(token)]
                return None
            self._sessions[_hash(token)] = replace(held, seen=now)
            return held

    def close(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(_hash(token), None)

    def make_pass(self, token: str, now: datetime) -> str:
        """A one-time pass that the browser exchanges for its cookie, so that a reload stays signed in."""
        made = secrets.token_urlsafe(24)
        with self._lock:
            self._passes = {k: v for k, v in self._passes.items() if now - v[1] <= PASS_LIFE}
            self._passes[made] = (token, now)
        return made

    def take_pass(self, made: str, now: datetime) -> str | None:
        """The token behind a pass, once, within a minute."""
        with self._lock:
            token, at = self._passes.pop(made, ("", now))
        return token if token and now - at <= PASS_LIFE else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


DOOR = Door()  # one for the process: pages and the route that sets the cookie share it

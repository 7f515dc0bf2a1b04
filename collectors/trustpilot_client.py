"""Trustpilot's official API: who we are there, and the few questions that we ask it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from collectors.answers import Answer, checked, user_agent
from collectors.api_answers import mapping, text, unknown_form
from collectors.fetch import Fetcher, Limits
from data.clock import Clock
from data.domain import HealthState
from data.errors import StopRun

WHO = "Trustpilot"
HOST = "https://api.trustpilot.com"
PER_PAGE = 100
LAST_PAGE = 1_000  # page × perPage may not exceed 100,000
_OAUTH = "/oauth/oauth-business-users-for-applications"
_LIMITS = Limits(spacing_s=0.36, redirects=0)  # 833 calls in 5 minutes are advised; nothing here has to redirect
_REFRESH_FOR = timedelta(days=29)  # 30 by the documentation
_EARLY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The key; with the secret also what only the business itself may see (reference numbers)."""

    key: str
    secret: str | None = None
    local: str | None = None  # origin of a stand-in
    agent: str = field(default_factory=lambda: user_agent(""))
    limits: Limits = _LIMITS


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit: one reviewed business, which may have several domains."""

    id: str
    name: str | None
    domain: str
    total: int | None


@dataclass(frozen=True, slots=True)
class _Token:
    access: str
    until: datetime
    refresh: str | None
    refresh_until: datetime


# for the life of the process: whoever asks for tokens too often is answered with 429
_TOKENS: dict[tuple[str, str], _Token] = {}


class TrustpilotApi:
    """One run's way to the API; businesses that were looked up are remembered."""

    def __init__(self, settings: ApiSettings, now: Clock) -> None:
        self.now = now
        self._settings = settings
        origin = settings.local or HOST
        self._base = f"{origin}/v1"
        self._web = Fetcher(
            WHO, agent=settings.agent, hosts=("api.trustpilot.com",), local=settings.local, limits=settings.limits
        )
        self._units: dict[str, Unit] = {}

    @property
    def is_private(self) -> bool:
        """Whether reviews are read as the business itself sees them."""
        return self._settings.secret is not None

    def unit(self, domain: str) -> Unit:
        """The business behind ``domain``; raises StopRun when there is none."""
        if domain not in self._units:
            answer = self._public("/business-units/find", {"name": domain})
            if answer.status == 404:
                raise StopRun(
                    "Trustpilot knows no business by one of your domains: check sources.trustpilot.domains",
                    state=HealthState.BROKEN_LAYOUT,
                )
            found = mapping(checked(answer, WHO, self.now).json(WHO))
            unit_id = found.get("id")
            if not isinstance(unit_id, str) or not unit_id:
                raise unknown_form(WHO)
            total = mapping(found.get("numberOfReviews")).get("total")
            name = text(found.get("displayName")) or None
            self._units[domain] = Unit(unit_id, name, domain, total if isinstance(total, int) else None)
        return self._units[domain]

    def is_first(self, unit: Unit) -> bool:
        """Whether no other domain of the same business came before: a business is read once a run."""
        return next(u.domain for u in self._units.values() if u.id == unit.id) == unit.domain

    def reviews(self, unit: Unit, page: int) -> list[Mapping[str, Any]]:
        """Up to 100 review objects, newest first, in all languages; empty past the end. ``page`` counts from 1."""
        params = {"page": str(page), "perPage": str(PER_PAGE), "orderBy": "createdat.desc"}
        path = f"/business-units/{quote(unit.id, safe='')}/reviews"
        answer = self._private(path, params) if self.is_private else self._public(path, params)
        rows = mapping(checked(answer, WHO, self.now).json(WHO)).get("reviews")
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise unknown_form(WHO)
        return rows

    def is_gone(self, review_id: str) -> bool:
        """Whether the API says by its own 404 that there is no such review (any more)."""
        answer = self._public(f"/reviews/{quote(review_id, safe='')}", {})
        if answer.status == 404:
            answer.json(WHO)  # a 404 of something in between is no word of Trustpilot's
            return True
        checked(answer, WHO, self.now)
        return False

    def close(self) -> None:
        """Give the connection back."""
        self._web.close()

    def _public(self, path: str, params: Mapping[str, str]) -> Answer:
        return self._web.get(f"{self._base}{path}", params=params, headers={"apikey": self._settings.key})

    def _private(self, path: str, params: Mapping[str, str]) -> Answer:
        answer = self._with_token(path, params)
        if answer.status == 401:  # revoked before its time: a new one, once
            _TOKENS.pop(self._kept_as, None)
            answer = self._with_token(path, params)
        return answer

    def _with_token(self, path: str, params: Mapping[str, str]) -> Answer:
        headers = {"apikey": self._settings.key, "authorization": f"Bearer {self._token().access}"}
        return self._web.get(f"{self._base}/private{path}", params=params, headers=headers)

    @property
    def _kept_as(self) -> tuple[str, str]:
        return self._base, self._settings.key

    def _token(self) -> _Token:
        held, now = _TOKENS.get(self._kept_as), self.now()
        if held and now < held.until:
            return held
        answer = None
        if held and held.refresh and now < held.refresh_until:
            answer = self._grant("/refresh", {"grant_type": "refresh_token", "refresh_token": held.refresh})
        if answer is None or answer.status in (400, 401):
            answer = self._grant("/accesstoken", {"grant_type": "client_credentials"})
        if answer.status in (400, 401):
            raise StopRun(f"{WHO} refuses the key and secret: check both", state=HealthState.AUTH_FAILED)
        _TOKENS[self._kept_as] = _read_token(checked(answer, WHO, self.now), now)
        return _TOKENS[self._kept_as]

    def _grant(self, path: str, form: Mapping[str, str]) -> Answer:
        pair = f"{self._settings.key}:{self._settings.secret}".encode()
        headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
        kind = "application/x-www-form-urlencoded"
        return self._web.post(f"{self._base}{_OAUTH}{path}", urlencode(form).encode(), kind, headers)


def _read_token(answer: Answer, now: datetime) -> _Token:
    """The token in an answer; ``expires_in`` is a text of seconds."""
    told = mapping(answer.json(WHO))
    access, seconds = text(told.get("access_token")), str(told.get("expires_in") or "")
    if not access or not seconds.isascii() or not seconds.isdigit():
        raise unknown_form(WHO)
    until = now + timedelta(seconds=min(int(seconds[:9]), 400_000)) - _EARLY
    return _Token(access, until, text(told.get("refresh_token")) or None, now + _REFRESH_FOR)

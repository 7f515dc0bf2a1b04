"""Reviews through Trustpilot's official API: the new ones, the older ones again once a day, and which are gone.

Sorted by the date of publication an edit or a late reply never comes up again: so all reviews are read once more
within a day, in slices, and what that reading no longer shows is asked for by its id. Only a 404 erases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from collectors.answers import user_agent
from collectors.api_answers import time_of, unknown_form
from collectors.base import Collector, Rechecker
from collectors.fetch import Limits
from collectors.sources import Endpoints, Keys, Readers, Spent
from collectors.trustpilot.api_rows import api_review, unknown_fields
from collectors.trustpilot.page import Business, Outcome, ParsedPage, mentions
from collectors.trustpilot_client import LAST_PAGE, WHO, ApiSettings, TrustpilotApi, Unit
from data.clock import Clock, rfc3339
from data.config import Settings, secret
from data.domain import Cursor, HealthState, Page, Source, Watch
from data.errors import StopRun

ROUND = timedelta(hours=20)  # between two full readings: with a run every few hours all is fresh within 24 h
_ID = re.compile(r"[0-9a-f]{24}")


class NewReviews:
    """The newest reviews of one domain's business, down to the high-water mark less the look-back."""

    source = Source.TRUSTPILOT

    def __init__(self, api: TrustpilotApi, domain: str, watch: str | None, lookback: timedelta) -> None:
        self._api, self._domain, self._watch, self._lookback = api, domain, watch, lookback
        self.partition = f"api:{domain}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """See collectors.base. The cursor tells how many reviews were ``shown`` of how many there are in ``total``."""
        state: Mapping[str, Any] = since.state if since else {}
        mark, newest = time_of(state.get("mark")), time_of(state.get("pending"))
        # an interrupted reading goes on one page early: a deletion in between has moved the rest forward
        number, shown = max(1, _number(state.get("page")) - 1), _number(state.get("shown")) if "page" in state else 0
        unit = self._api.unit(self._domain)
        if not self._api.is_first(unit):
            return
        while True:
            rows = self._api.reviews(unit, number)
            times = [t for row in rows if (t := time_of(row.get("createdAt"))) is not None]
            newest = max([t for t in (newest, *times) if t is not None], default=None)
            shown += len(rows)
            is_old = mark is not None and bool(times) and min(times) < mark - self._lookback
            is_last = not rows or number >= LAST_PAGE or is_old
            told = {"shown": shown, "total": unit.total}
            if is_last:
                place = told | _spelled(mark=_later(mark, newest))
            else:
                place = told | _spelled(mark=mark, pending=newest) | {"page": number + 1}
            yield _page(rows, unit, self._watch, Cursor(self.source, self.partition, place))
            if is_last:
                return
            number += 1


class OlderReviews:
    """All reviews of one domain's business again, once a day, some pages in each run: edits and late replies."""

    source = Source.TRUSTPILOT

    def __init__(self, api: TrustpilotApi, domain: str, watch: str | None, pages_a_run: int) -> None:
        self._api, self._domain, self._watch, self._most = api, domain, watch, pages_a_run
        self.partition = f"api:{domain}:again"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """See collectors.base; nothing while the last full reading is fresh. The first run has just read them all."""
        state: Mapping[str, Any] = since.state if since else {"done": rfc3339(self._api.now())}
        done, number, shown = time_of(state.get("done")), _number(state.get("page")), _number(state.get("shown"))
        if since is None:
            yield Page((), Cursor(self.source, self.partition, state))
        if number == 0:
            if done is not None and self._api.now() - done < ROUND:
                return
            number, shown = 1, 0
        unit = self._api.unit(self._domain)
        if not self._api.is_first(unit):
            return
        for page in range(number, number + self._most):
            rows = self._api.reviews(unit, page)
            shown += len(rows)
            is_last = not rows or page >= LAST_PAGE
            place: dict[str, Any] = {"shown": shown, "total": unit.total}
            place |= _spelled(done=self._api.now()) if is_last else {"page": page + 1}
            yield _page(rows, unit, self._watch, Cursor(self.source, self.partition, place))
            if is_last:
                return


class GoneReviews:
    """Asks for reviews by their ids."""

    source = Source.TRUSTPILOT

    def __init__(self, api: TrustpilotApi, domains: Sequence[str]) -> None:
        self._api, self._domains = api, domains

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those that the API answers with its own 404; ids that are none of Trustpilot's are left alone."""
        self._api.unit(self._domains[0])  # proves key and address first: a wrong one would answer 404 to everything
        return tuple(native for native in native_ids if _ID.fullmatch(native) and self._api.is_gone(native))


def _page(rows: Sequence[Mapping[str, Any]], unit: Unit, watch: str | None, cursor: Cursor) -> Page:
    reviews = tuple(review for row in rows if (review := api_review(row)) is not None and review.published_at)
    if rows and not reviews:
        raise unknown_form(WHO)
    skipped = {"no id, rating or date": len(rows) - len(reviews)} if len(reviews) < len(rows) else {}
    read = ParsedPage(Outcome.OK, Business(unit.id, unit.name, unit.domain), len(reviews), unit.total, reviews)
    return Page(mentions(read, watch), cursor, skipped=skipped, unknown_fields=unknown_fields(rows))


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _later(*times: datetime | None) -> datetime | None:
    return max((t for t in times if t is not None), default=None)


def _spelled(**times: datetime | None) -> dict[str, Any]:
    return {name: rfc3339(t) for name, t in times.items() if t is not None}


def domains_of(settings: Settings) -> tuple[str, ...]:
    """The profiles to read: the source's own list, else the brand's domains."""
    return tuple(dict.fromkeys(settings.sources.trustpilot.domains or settings.brand.domains))


def watch_of(watches: Sequence[Watch], domain: str) -> str | None:
    """The watch that lists ``domain``; else the only one there is."""
    named = [w.name for w in watches if domain in w.domains]
    return named[0] if named else (watches[0].name if len(watches) == 1 else None)


def settings_of(settings: Settings, where: Endpoints) -> ApiSettings | None:
    """Key and secret from the environment; None without a key. A stand-in takes any."""
    part, agent = settings.sources.trustpilot, user_agent(settings.brand.contact)
    if (local := where.of("trustpilot")) is not None:
        return ApiSettings("stand-in", "stand-in", local, agent, Limits(redirects=0))
    key = secret(part.api_key_env) if part.enabled and not where.are_stand_ins else None
    return ApiSettings(key, secret(part.api_secret_env), agent=agent) if key else None


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """New and older reviews of every business, each business once however many domains it has."""
    keys, part = settings_of(settings, where), settings.sources.trustpilot
    if keys is None or not part.enabled:
        return
    with closing(TrustpilotApi(keys, now)) as api:
        for domain in _need_domains(settings):
            watch = watch_of(settings.watches(), domain)
            yield NewReviews(api, domain, watch, timedelta(hours=part.lookback_hours))
            if part.rescan_pages:
                yield OlderReviews(api, domain, watch, part.rescan_pages)


def recheckers(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Rechecker]:
    """One, when there is a key."""
    keys = settings_of(settings, where)
    if keys is not None and settings.sources.trustpilot.enabled:
        with closing(TrustpilotApi(keys, now)) as api:
            yield GoneReviews(api, _need_domains(settings))


def _need_domains(settings: Settings) -> tuple[str, ...]:
    domains = domains_of(settings)
    if not domains:
        raise StopRun("Trustpilot: name your profiles in sources.trustpilot.domains", state=HealthState.AUTH_FAILED)
    return domains


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether the API's key is set; saved pages need none."""
    if settings.sources.trustpilot.enabled:
        has = settings_of(settings, Endpoints()) is not None
        yield Keys("trustpilot key", True, "set" if has else "not set: only saved pages and webhooks are read")


SOURCES = {"trustpilot": Readers(collectors, recheckers, keys=keys)}

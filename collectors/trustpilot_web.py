"""Fetches the seller's own Trustpilot profile: off by default, robots.txt first, slowly, and never past a wall.

What may be fetched is Trustpilot's to say: robots.txt, or a written permission that the settings record. A 403, a
captcha or a sign-in page ends the run whatever the permission says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from collectors.answers import Answer, Blocked, Malformed, user_agent
from collectors.base import Collector
from collectors.fetch import Fetcher, Limits
from collectors.robots import Robots
from collectors.sources import Endpoints, Keys, Readers, Spent
from collectors.trustpilot import Outcome, ParsedPage, alarm, parse_page
from collectors.trustpilot.page import mentions
from collectors.trustpilot_api import domains_of, watch_of
from collectors.trustpilot_kept import Kept
from data.clock import Clock
from data.config import PermissionPart, Settings
from data.domain import Cursor, HealthState, Page, Source
from data.errors import StopRun

WHO = "Trustpilot's site"
WALLS = (202, 401, 403, 405, 407, 429, 451)
ROUND = timedelta(hours=20)  # between two readings of all public pages: edits and late replies
AFTER_A_WALL = timedelta(days=1)
LONGEST_DELAY_S = 120.0
_GATE = "/users/connect"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the pages are fetched; ``spacing_s`` is never below 5, whatever stands here."""

    contact: str
    spacing_s: float = 6.0
    pages: int = 10
    lookback: timedelta = timedelta(hours=48)
    permission: PermissionPart | None = None
    local: str | None = None
    pause: Callable[[float], None] = time.sleep


class Site:
    """Trustpilot's hosts as one run asks them: one fetcher, so that a wall on one page stops all others."""

    def __init__(self, settings: WebSettings, hosts: Iterable[str], now: Clock) -> None:
        self.settings, self.now = settings, now
        spacing = max(5.0, settings.spacing_s)
        self.web = Fetcher(
            WHO,
            agent=user_agent(settings.contact),
            hosts=frozenset(hosts),
            local=settings.local,
            limits=Limits(spacing_s=spacing, jitter_s=spacing / 2, redirects=0, failures=2),
            walls=WALLS,
            pause=settings.pause,
        )
        self._robots = Robots(self.web, now)

    def ask(self, url: str, unless: Mapping[str, str]) -> Answer:
        """The answer to one page, asked for only if it may be: an honest contact, and robots.txt or a permission.

        Raises StopRun; a wall is met once and then left alone.
        """
        if not self.settings.contact:
            raise StopRun(
                "set brand.contact: pages are fetched only with an address that the site can write to",
                state=HealthState.DISALLOWED,
            )
        if self.settings.permission is None or self.settings.permission.when > self.now().date():
            self._robots.check(url)
            delay = self._robots.delay_s(url)
            if delay > LONGEST_DELAY_S:
                raise StopRun(f"{WHO}: robots.txt asks for {delay:.0f} s between pages", state=HealthState.DISALLOWED)
            self.web.slow_down(delay)
        try:
            return self.web.get(url, unless=unless)
        except Blocked:
            raise self.blocked(url) from None

    def close(self) -> None:
        """Give the connection back."""
        self.web.close()

    def blocked(self, url: str) -> Blocked:
        """A wall was found: nothing more is asked in this run, and nothing before tomorrow."""
        wall = Blocked(f"{WHO} does not let us in: save the pages yourself", self.now() + AFTER_A_WALL)
        self.web.trip(url, wall)
        return wall


class ProfilePages:
    """The public pages of one profile on one host, newest first."""

    source = Source.TRUSTPILOT

    def __init__(self, site: Site, host: str, domain: str, watch: str | None) -> None:
        self._site, self._domain, self._watch = site, domain, watch
        self._origin = site.settings.local or f"https://{host}"
        self.partition = f"web:{host}/{domain}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """See collectors.base. Ten pages at most are public, so an interrupted reading begins again at the first.

        Once a day all of them are read, else down to the high-water mark less the look-back; a page that the server
        calls unchanged is not read again. The mark moves with the last, empty page alone.
        """
        kept, now = Kept.of(since), self._site.now()
        is_full = kept.is_open or kept.done is None or now - kept.done >= ROUND
        fields: str | None = None
        has_read = False
        for number in range(1, self._site.settings.pages + 1):
            url = self._url(number)
            answer = self._site.ask(url, kept.validators(number))
            if answer.status == 304 and is_full:
                continue
            page = None if answer.status == 304 else self._read(url, answer, number)
            if page is None:
                break
            fields, has_read = fields or alarm.new_fields(page), True
            is_old = kept.is_old(page, self._site.settings.lookback)
            kept = kept.with_page(number, page, answer.validators)
            cursor = Cursor(self.source, self.partition, kept.state)
            yield Page(mentions(page, self._watch), cursor, unknown_fields=page.unknown_fields)
            if is_old and not is_full:
                break
        if has_read or is_full:
            yield Page((), Cursor(self.source, self.partition, kept.closed(now if is_full else None).state))
        if fields:
            raise StopRun(fields, state=HealthState.BROKEN_LAYOUT)

    def _url(self, number: int) -> str:
        # the first page has no number: with one it would be another address, and redirect
        page = f"&page={number}" if number > 1 else ""
        return f"{self._origin}/review/{quote(self._domain)}?languages=all&sort=recency{page}"

    def _read(self, url: str, answer: Answer, number: int) -> ParsedPage | None:
        """What the answer says; None past the last public page. Raises StopRun for all that is no readable page."""
        is_gate = 300 <= answer.status < 400 and _GATE in answer.headers.get("location", "")
        page = ParsedPage(Outcome.GATED) if is_gate else parse_page(answer.body, status=answer.status)
        if page.outcome is Outcome.BLOCKED or (page.outcome is Outcome.GATED and number == 1):
            raise self._site.blocked(url)
        if page.outcome in (Outcome.GATED, Outcome.EMPTY) or (answer.status == 404 and number > 1):
            return None
        if answer.status != 200:
            raise Malformed(f"{WHO} has no profile there (status {answer.status}): check sources.trustpilot.domains")
        if page.outcome is not Outcome.OK:
            raise Malformed(f"{WHO} sent a page that cannot be read ({page.outcome.value})")
        if (page.business.domain or "").casefold() != self._domain.casefold():
            raise Malformed(f"{WHO} shows another business: check sources.trustpilot.domains")
        if differ := alarm.changed_layout(answer.body, page):
            raise Malformed(differ)
        return page


def collectors(settings: Settings, where: Endpoints, now: Clock, _spent: Spent) -> Iterable[Collector]:
    """One for every profile on every host, while fetching is switched on."""
    part, local = settings.sources.trustpilot, where.of("trustpilot_site")
    if not (part.enabled and part.fetch) or (where.are_stand_ins and local is None):
        return
    rules = WebSettings(
        settings.brand.contact,
        part.spacing_s,
        part.pages,
        timedelta(hours=part.lookback_hours),
        part.permission,
        local,
    )
    with closing(Site(rules, part.hosts, now)) as site:
        for domain in domains_of(settings):
            for host in part.hosts:
                yield ProfilePages(site, host, domain, watch_of(settings.watches(), domain))


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether fetching, when it is switched on, has the address that it needs."""
    part, has = settings.sources.trustpilot, bool(settings.brand.contact)
    if part.enabled and part.fetch:
        allowed = "by robots.txt" if part.permission is None else "by a recorded permission"
        yield Keys("trustpilot pages", has, f"fetched as allowed {allowed}" if has else "set brand.contact first")


SOURCES = {"trustpilot": Readers(collectors, keys=keys)}

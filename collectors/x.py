"""X through tweepy: count first, then recent search, never beyond the month's budget.

Both vocabularies are read (``tweet`` and, since August 2026, ``post``). Stored under the first id of the edit history:
an edited post gets a new id, and only the first one is shared by all its versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import tweepy

from collectors import watch
from collectors.base import Collector, Rechecker
from collectors.http import Bounded
from collectors.sources import Endpoints, Keys, Readers, Spent
from collectors.x_client import QueryRefused, XSettings, asked, client
from collectors.x_rows import gone_in, mention, native_id, text_of
from data.clock import Clock
from data.config import Settings, secret
from data.domain import Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import StopRun

POST_MICROS, USER_MICROS, COUNT_MICROS = 5_000, 10_000, 5_000  # pay per use: 0.005, 0.010, 0.005 US dollars
_PAGE = 100
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)  # a row whose fields are not what they should be
_FIELDS = ["author_id", "created_at", "edit_history_tweet_ids", "lang", "note_tweet", "public_metrics",
           "referenced_tweets", "withheld"]  # fmt: skip


class XCollector:
    """One query of one watch."""

    source = Source.X

    def __init__(
        self,
        settings: XSettings,
        wanted: Watch,
        query: str,
        *,
        part: int = 1,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spent: Callable[[], int] | None = None,
    ) -> None:
        """``spent`` tells what the month has cost when the reading starts; without it the settings' figure counts."""
        self._settings, self._watch, self._query, self._now = settings, wanted, query, now
        self._spent_so_far = spent or (lambda: settings.spent_micros)
        self.partition = f"{wanted.name}:search" if part == 1 else f"{wanted.name}:search{part}"
        self._spent = 0

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first; ``since_id`` moves with the last page only; see collectors.base.

        An interrupted reading is brought to its end first; what came up since then is read after it.
        """
        state = dict(since.state) if since else {}
        was_interrupted = "next_token" in state
        api, adapter = client(self._settings)
        self._spent = self._spent_so_far()
        for page in self._pass(api, adapter, state):
            state = dict(page.cursor.state)
            yield page
        if was_interrupted:
            yield from self._pass(api, adapter, state)

    def _pass(self, api: tweepy.Client, adapter: Bounded, state: Mapping[str, Any]) -> Iterator[Page]:
        """One search from ``state`` to its last page.

        A page's token does not live for ever, and a post older than the seven days that the search goes back is no
        longer taken as a beginning: then the search begins again without the one, or without both.
        """
        has_begun = False
        try:
            for page in self._read(api, adapter, state):
                has_begun = True
                yield page
        except QueryRefused:
            less = {"since_id": state["since_id"]} if "next_token" in state and "since_id" in state else {}
            if has_begun or not state:
                raise
            yield from self._pass(api, adapter, less)
            if "since_id" in state and not less:
                raise StopRun(
                    "X's search goes back seven days and the last reading was before them: import what is missing",
                    state=HealthState.BEHIND,
                ) from None

    def _read(self, api: tweepy.Client, adapter: Bounded, state: Mapping[str, Any]) -> Iterator[Page]:
        since_id, newest, token = state.get("since_id"), state.get("pending_newest_id"), state.get("next_token")
        owed, expected = 0, _PAGE
        if token is None:
            self._afford(COUNT_MICROS)
            expected = self._count(api, adapter, since_id)
            owed = COUNT_MICROS
            self._spent += owed
            if expected == 0:
                yield Page((), self._cursor(since_id, None, None), cost_micros=owed)
                return
        while True:
            self._afford(min(_PAGE, max(expected, 10)) * (POST_MICROS + USER_MICROS))
            answer = self._search(api, adapter, since_id, token)
            rows = answer.get("data") or []
            newest = newest or (answer.get("meta") or {}).get("newest_id")
            token = (answer.get("meta") or {}).get("next_token")
            users = (answer.get("includes") or {}).get("users") or []
            cost = len(rows) * POST_MICROS + len(users) * USER_MICROS + owed
            self._spent += cost - owed
            owed, expected = 0, expected - len(rows)
            cursor = self._cursor(since_id, newest, token) if token else self._cursor(newest or since_id, None, None)
            yield self._page(answer, rows, users, cursor, cost)
            if token is None:
                return

    def _afford(self, micros: int) -> None:
        """Stop before the request that could go beyond the budget, not after it."""
        if self._spent + micros > self._settings.budget_micros:
            month = self._now().strftime("%Y-%m")
            raise StopRun(
                f"the X budget of {month} is spent: raise monthly_budget_usd (for a backfill backfill_budget_usd), or "
                "wait for the next month",
                state=HealthState.BUDGET_SPENT,
            )

    def _count(self, api: tweepy.Client, adapter: Bounded, since_id: str | None) -> int:
        answer = asked(lambda: api.get_recent_tweets_count(self._query, since_id=since_id), adapter, self._now)
        meta = answer.get("meta") or {}
        total = meta.get("total_tweet_count", meta.get("total_post_count"))
        if not isinstance(total, int):
            raise StopRun("X counted in an unknown form", state=HealthState.BROKEN_LAYOUT)
        return total

    def _search(
        self, api: tweepy.Client, adapter: Bounded, since_id: str | None, token: str | None
    ) -> Mapping[str, Any]:
        def ask() -> Any:
            return api.search_recent_tweets(
                self._query,
                since_id=since_id,
                next_token=token,
                max_results=_PAGE,
                tweet_fields=_FIELDS,
                expansions=["author_id"],
                user_fields=["name", "username"],
            )

        answer = asked(ask, adapter, self._now)
        if not isinstance(answer.get("data", []), list) or not isinstance(answer.get("meta"), Mapping):
            raise StopRun("X's answer has an unknown form", state=HealthState.BROKEN_LAYOUT)
        found: Mapping[str, Any] = answer
        return found

    def _cursor(self, since_id: str | None, newest: str | None, token: str | None) -> Cursor:
        state = {"since_id": since_id, "pending_newest_id": newest, "next_token": token}
        return Cursor(Source.X, self.partition, {k: v for k, v in state.items() if v is not None})

    def _page(
        self,
        answer: Mapping[str, Any],
        rows: list[Mapping[str, Any]],
        users: list[Mapping[str, Any]],
        cursor: Cursor,
        cost: int,
    ) -> Page:
        people = {user.get("id"): user for user in users}
        mentions: list[Mention] = []
        skipped: dict[str, int] = {}
        for row in rows:
            if not row.get("id") or not row.get("created_at") or not row.get("text"):
                skipped["no id, time or text"] = skipped.get("no id, time or text", 0) + 1
                continue
            user = people.get(row.get("author_id")) or {}
            hit = watch.match(self._watch, text_of(row), user.get("username"))
            if hit is None:
                skipped["not about the brand"] = skipped.get("not about the brand", 0) + 1
                continue
            try:
                mentions.append(mention(row, user, hit))
            except _UNREADABLE:
                skipped["cannot be read"] = skipped.get("cannot be read", 0) + 1
        return Page(tuple(mentions), cursor, gone_in(answer), skipped, cost_micros=cost)


class XRechecker:
    """Looks stored posts up again, 100 at a time."""

    source = Source.X

    def __init__(
        self,
        settings: XSettings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spent: Callable[[], int] | None = None,
    ) -> None:
        """``spent`` tells what the month has cost so far; a look-up costs as much as a post read."""
        self._settings, self._now = settings, now
        self._spent_so_far = spent or (lambda: settings.spent_micros)
        self.cost_micros = 0

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Posts that X no longer shows: deleted, withheld, or their author suspended or protected (X-04)."""
        self.cost_micros = 0
        native_ids = tuple(native for native in native_ids if native.isdigit())  # others were pasted: X knows them not
        api, adapter = client(self._settings)
        if self._spent_so_far() + len(native_ids) * POST_MICROS > self._settings.budget_micros:
            raise StopRun(
                "the X budget does not pay for asking which posts are deleted, which is owed within 24 hours: raise "
                "monthly_budget_usd, or remove all of X with 'reinstate erase --source x'",
                state=HealthState.BUDGET_SPENT,
            )
        missing: list[str] = []
        for start in range(0, len(native_ids), _PAGE):
            part = list(native_ids[start : start + _PAGE])
            ask = partial(api.get_tweets, part, tweet_fields=["edit_history_tweet_ids"])
            answer = asked(ask, adapter, self._now)
            self.cost_micros += len(answer.get("data") or []) * POST_MICROS
            shown = {i for row in answer.get("data") or [] for i in (row.get("id"), native_id(row))}
            missing += [native for native in part if native not in shown]
        return tuple(missing)


def settings_of(settings: Settings, where: Endpoints) -> XSettings:
    """Token from the environment (a stand-in takes any) and the month's budget from the settings."""
    part, instead = settings.sources.x, where.of("x")
    budget = round(part.monthly_budget_usd * 1_000_000)
    return XSettings("stand-in", budget, 0, instead) if instead else XSettings(secret(part.bearer_token_env), budget)


def collectors(settings: Settings, where: Endpoints, now: Clock, spent: Spent) -> Iterable[Collector]:
    """One collector for every query of every watch; they share the month's budget."""
    if not settings.sources.x.enabled:
        return
    keys = settings_of(settings, where)
    for wanted in settings.watches():
        for part, query in enumerate(watch.x_queries(wanted), start=1):
            yield XCollector(keys, wanted, query, part=part, now=now, spent=lambda: spent(Source.X))


def recheckers(settings: Settings, where: Endpoints, now: Clock, spent: Spent) -> Iterable[Rechecker]:
    """One, when there is a token."""
    if settings.sources.x.enabled and (keys := settings_of(settings, where)).bearer:
        yield XRechecker(keys, now, lambda: spent(Source.X))


def keys(settings: Settings) -> Iterable[Keys]:
    """Whether X's token and budget are set."""
    if settings.sources.x.enabled:
        x = settings_of(settings, Endpoints())
        fine = bool(x.bearer) and x.budget_micros > 0
        yield Keys("x token and budget", fine, "set" if fine else "not set: set both, or set enabled = false")


SOURCES = {"x": Readers(collectors, recheckers, keys=keys, queries=watch.x_queries)}

"""X through tweepy: count first, then recent search, never beyond the month's budget.

Both vocabularies are read (``tweet`` and, since August 2026, ``post``). Stored under the first id of the edit history:
an edited post gets a new id, and only the first one is shared by all its versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
import tweepy

from collectors import watch
from collectors.http import Bounded
from data.domain import Author, Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import StopRun

HOST = "https://api.twitter.com"  # fixed in tweepy
POST_MICROS, USER_MICROS, COUNT_MICROS = 5_000, 10_000, 5_000  # pay per use: 0.005, 0.010, 0.005 US dollars
_PAGE = 100
_FIELDS = ["author_id", "created_at", "edit_history_tweet_ids", "lang", "note_tweet", "public_metrics",
           "referenced_tweets", "withheld"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class XSettings:
    """Token and money. ``spent_micros`` is what this month has cost before the run, in millionths of a dollar."""

    bearer: str | None
    budget_micros: int = 0
    spent_micros: int = 0
    base_url: str = HOST


def client(settings: XSettings) -> tuple[tweepy.Client, Bounded]:
    """A tweepy client that never sleeps, and the adapter that keeps its last headers."""
    if not settings.bearer:
        raise StopRun("X needs a bearer token: set it in the environment", state=HealthState.AUTH_FAILED)
    made = tweepy.Client(settings.bearer, return_type=dict, wait_on_rate_limit=False)
    adapter = Bounded(HOST, settings.base_url)
    made.session.mount(HOST, adapter)
    return made, adapter


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
    ) -> None:
        self._settings, self._watch, self._query, self._now = settings, wanted, query, now
        self.partition = f"{wanted.name}:search" if part == 1 else f"{wanted.name}:search{part}"
        self._spent = settings.spent_micros

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first; ``since_id`` moves with the last page only; see collectors.base."""
        state = dict(since.state) if since else {}
        since_id, newest, token = state.get("since_id"), state.get("pending_newest_id"), state.get("next_token")
        api, adapter = client(self._settings)
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
                f"the X budget of {month} is spent: raise monthly_budget_usd or wait for the next month",
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
            hit = watch.match(self._watch, _text(row), user.get("username"))
            if hit is None:
                skipped["not about the brand"] = skipped.get("not about the brand", 0) + 1
                continue
            mentions.append(_mention(row, user, hit))
        return Page(tuple(mentions), cursor, gone_in(answer), skipped, cost_micros=cost)


class XRechecker:
    """Looks stored posts up again, 100 at a time."""

    source = Source.X

    def __init__(self, settings: XSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._now = settings, now

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Posts that X no longer shows: deleted, withheld, or their author suspended or protected (X-04)."""
        api, adapter = client(self._settings)
        missing: list[str] = []
        for start in range(0, len(native_ids), _PAGE):
            part = list(native_ids[start : start + _PAGE])
            ask = partial(api.get_tweets, part, tweet_fields=["edit_history_tweet_ids"])
            answer = asked(ask, adapter, self._now)
            shown = {i for row in answer.get("data") or [] for i in (row.get("id"), native_id(row))}
            missing += [native for native in part if native not in shown]
        return tuple(missing)


def native_id(row: Mapping[str, Any]) -> str:
    """The id that all versions of an edited post share."""
    history = row.get("edit_history_post_ids") or row.get("edit_history_tweet_ids") or [row.get("id")]
    return str(history[0])


def gone_in(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids that a partial error says do not exist any more (only posts; a missing user is no deletion of ours)."""
    found = []
    for error in answer.get("errors") or []:
        if error.get("resource_type") in ("tweet", "post") and error.get("title") in (
            "Not Found Error",
            "Authorization Error",
        ):
            found.append(str(error.get("resource_id") or error.get("value") or ""))
    return tuple(i for i in found if i.isdigit())


def _text(row: Mapping[str, Any]) -> str:
    note = row.get("note_post") or row.get("note_tweet")
    return str(note.get("text") or row["text"]) if isinstance(note, Mapping) else str(row["text"])


def _mention(row: Mapping[str, Any], user: Mapping[str, Any], hit: watch.Hit) -> Mention:
    native, handle = native_id(row), user.get("username")
    metrics = row.get("public_metrics") or {}
    history = row.get("edit_history_post_ids") or row.get("edit_history_tweet_ids") or []
    language = row.get("lang")
    author = row.get("author_id")
    return Mention(
        Source.X,
        native,
        _text(row),
        datetime.fromisoformat(str(row["created_at"])).astimezone(UTC),
        Author(Source.X, str(author), user.get("name"), handle) if author else None,
        url=f"https://x.com/i/status/{row['id']}",
        language=language if isinstance(language, str) and len(language) == 2 else None,
        updated_at=datetime.fromisoformat(str(row["created_at"])).astimezone(UTC) if len(history) > 1 else None,
        kind="post",
        repeats=_original(row),
        reach=sum(int(metrics.get(k) or 0) for k in ("retweet_count", "repost_count", "quote_count", "like_count")),
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _original(row: Mapping[str, Any]) -> str | None:
    for reference in row.get("referenced_posts") or row.get("referenced_tweets") or []:
        if reference.get("type") in ("retweeted", "reposted"):
            return str(reference.get("id"))
    return None


def asked(ask: Callable[[], Any], adapter: Bounded, now: Callable[[], datetime]) -> Any:
    """Call the library; whatever it raises, typed or not, ends as a StopRun with a health state."""
    try:
        answer = ask()
    except tweepy.errors.TooManyRequests:
        reset = adapter.last_headers.get("x-rate-limit-reset", "")
        until = datetime.fromtimestamp(int(reset), UTC) if reset.isdigit() else now() + timedelta(minutes=15)
        raise _stop("asks us to wait", HealthState.RATE_LIMITED, until) from None
    except tweepy.errors.Unauthorized:
        raise _stop("refuses the token: check it", HealthState.AUTH_FAILED) from None
    except tweepy.errors.Forbidden:
        raise _stop("does not allow this with our access level", HealthState.NEEDS_APPROVAL) from None
    except tweepy.errors.BadRequest:
        raise _stop("refuses the query: test the watch", HealthState.BROKEN_LAYOUT) from None
    except tweepy.errors.TwitterServerError:
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except tweepy.errors.HTTPException as error:
        if error.response.status_code == 402:
            raise _stop("says that the account's credit is used up", HealthState.BUDGET_SPENT) from None
        raise _stop(f"answered with status {error.response.status_code}", HealthState.BEHIND) from None
    except requests.exceptions.JSONDecodeError:
        raise _stop("sent something that is not its API's answer", HealthState.BROKEN_LAYOUT) from None
    except requests.exceptions.RequestException:
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except (tweepy.errors.TweepyException, ValueError, KeyError, TypeError, AttributeError):
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT) from None
    if not isinstance(answer, Mapping):
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT)
    return answer


def _stop(what: str, state: HealthState, until: datetime | None = None) -> StopRun:
    return StopRun(f"X {what}", state=state, until=until)

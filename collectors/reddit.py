"""Reddit through praw: post search, and subreddits' comment listings matched locally.

Search covers posts only. A listing comes newest first; its high-water mark moves with the last page alone, and every
run reads back over a look-back, because a post may be approved late and an item named in ``before`` may be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import praw
import prawcore
from praw.exceptions import PRAWException

from collectors import http, watch
from data.domain import Author, Cursor, HealthState, Mention, Page, Source, Watch
from data.errors import StopRun

_GONE = {"[deleted]", "[removed]"}
_PAGE = 100


@dataclass(frozen=True, slots=True)
class RedditSettings:
    """Keys and limits. Without keys that Reddit has approved nothing is asked at all."""

    client_id: str | None
    client_secret: str | None
    user_agent: str = ""
    lookback: timedelta = timedelta(hours=48)
    oauth_url: str = "https://oauth.reddit.com"
    reddit_url: str = "https://www.reddit.com"


def client(settings: RedditSettings) -> praw.Reddit:
    """A read-only praw client; raises StopRun when there are no keys."""
    if not settings.client_id or not settings.client_secret:
        raise StopRun(
            "Reddit needs keys that it has approved: apply for them, then set them in the environment",
            state=HealthState.NEEDS_APPROVAL,
        )
    return praw.Reddit(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        user_agent=settings.user_agent or "linux:reinstate:0.1 (by /u/unset)",
        oauth_url=settings.oauth_url,
        reddit_url=settings.reddit_url,
        short_url="https://redd.it",
        check_for_updates=False,
        check_for_async=False,
        requestor_kwargs={"session": http.session()},
    )


class RedditCollector:
    """One query or one subreddit's comments of one watch."""

    source = Source.REDDIT

    def __init__(
        self,
        settings: RedditSettings,
        wanted: Watch,
        *,
        query: str | None = None,
        subreddit: str | None = None,
        part: int = 1,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Exactly one of ``query`` (post search) and ``subreddit`` (comment listing) is given."""
        self._settings, self._watch, self._now = settings, wanted, now
        self._query, self._subreddit = query, subreddit
        search = "search" if part == 1 else f"search{part}"
        self.partition = f"{wanted.name}:r/{subreddit}" if subreddit else f"{wanted.name}:{search}"

    def pages(self, since: Cursor | None) -> Iterator[Page]:
        """Pages newest first down to the high-water mark less the look-back; see collectors.base."""
        state = dict(since.state) if since else {}
        mark = float(state.get("mark", 0.0))
        pending, after = float(state.get("pending", 0.0)), state.get("after")
        stop_at = mark - self._settings.lookback.total_seconds()
        reddit = client(self._settings)
        while True:
            children, after = self._listing(reddit, after)
            rows = [child.get("data", {}) for child in children]
            times = [float(row.get("created_utc") or 0.0) for row in rows]
            pending = max([pending, *times])
            is_last = after is None or (bool(times) and min(times) < stop_at)
            next_state = {"mark": max(mark, pending)} if is_last else {"mark": mark, "pending": pending, "after": after}
            yield self._page(rows, next_state)
            if is_last:
                return

    def _listing(self, reddit: praw.Reddit, after: Any) -> tuple[list[Mapping[str, Any]], Any]:
        params: dict[str, Any] = {"limit": _PAGE}
        if after:
            params["after"] = after
        if self._subreddit:
            path = f"r/{self._subreddit}/comments/"
        else:
            path = "r/all/search/"
            params |= {"q": self._query, "sort": "new", "t": "all", "type": "link"}
        answer = _asked(lambda: reddit.request(method="GET", path=path, params=params), self._now)
        held = answer.get("data") if isinstance(answer, Mapping) else None
        if not isinstance(held, Mapping) or not isinstance(held.get("children"), list):
            raise StopRun("Reddit's answer has an unknown form", state=HealthState.BROKEN_LAYOUT)
        return held["children"], held.get("after")

    def _page(self, rows: list[Mapping[str, Any]], state: Mapping[str, Any]) -> Page:
        mentions: list[Mention] = []
        gone: list[str] = []
        skipped: dict[str, int] = {}
        for row in rows:
            name = fullname(row)
            if name is None or not row.get("created_utc"):
                skipped["no id or time"] = skipped.get("no id or time", 0) + 1
            elif is_gone(row):
                gone.append(name)
            elif row.get("promoted") or row.get("is_created_from_ads_ui"):
                skipped["advertising"] = skipped.get("advertising", 0) + 1
            else:
                hit = watch.match(self._watch, _said(row), row.get("author"))
                if hit is not None:
                    mentions.append(_mention(name, row, hit))
        return Page(tuple(mentions), Cursor(Source.REDDIT, self.partition, state), tuple(gone), skipped)


class RedditRechecker:
    """Asks ``reddit.info`` which of our stored posts and comments are gone."""

    source = Source.REDDIT

    def __init__(self, settings: RedditSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings, self._now = settings, now

    def gone(self, native_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Missing from the answer, deleted by the author or removed by a moderator: all count as gone (RD-03)."""
        reddit = client(self._settings)
        found = _asked(lambda: [vars(item) for item in reddit.info(fullnames=list(native_ids))], self._now)
        alive = {name for row in found if not is_gone(row) and (name := row.get("name"))}
        return tuple(native for native in native_ids if native not in alive)


def fullname(row: Mapping[str, Any]) -> str | None:
    """``t3_…`` of a post, ``t1_…`` of a comment; None when the row has no id."""
    name = row.get("name")
    return name if isinstance(name, str) and name[:3] in ("t1_", "t3_") else None


def is_gone(row: Mapping[str, Any]) -> bool:
    """Whether the row is only the shell of something deleted or removed."""
    author = row.get("author")
    body = row.get("body") if "body" in row else row.get("selftext")
    return author is None or str(author) == "[deleted]" or body in _GONE or bool(row.get("removed_by_category"))


def _said(row: Mapping[str, Any]) -> str:
    return "\n".join(str(row[key]) for key in ("title", "selftext", "body", "url") if row.get(key))


def _mention(name: str, row: Mapping[str, Any], hit: watch.Hit) -> Mention:
    is_post = name.startswith("t3_")
    handle = str(row["author"])
    parent = row.get("crosspost_parent")
    return Mention(
        Source.REDDIT,
        name,
        str((row.get("selftext") or row.get("title")) if is_post else row.get("body") or ""),
        datetime.fromtimestamp(float(row["created_utc"]), UTC),
        Author(Source.REDDIT, str(row.get("author_fullname") or f"u/{handle}"), None, handle),
        title=str(row["title"]) if is_post and row.get("title") else None,
        url=f"https://www.reddit.com{row['permalink']}" if row.get("permalink") else None,
        updated_at=datetime.fromtimestamp(float(row["edited"]), UTC) if _is_time(row.get("edited")) else None,
        kind="post" if is_post else "comment",
        repeats=parent if isinstance(parent, str) else None,
        reach=max(0, int(row.get("score") or 0)),
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _asked(ask: Callable[[], Any], now: Callable[[], datetime]) -> Any:
    """Call the library; whatever it raises, typed or not, ends as a StopRun with a health state."""
    try:
        return ask()
    except StopRun:
        raise
    except prawcore.exceptions.TooManyRequests as error:
        wait = float(error.retry_after) if error.retry_after else 60.0
        raise _stop("asks us to slow down", HealthState.RATE_LIMITED, now() + timedelta(seconds=wait)) from None
    except (
        prawcore.exceptions.InvalidToken,
        prawcore.exceptions.InsufficientScope,
        prawcore.exceptions.OAuthException,
    ):
        raise _stop("refuses the keys: check them", HealthState.AUTH_FAILED) from None
    except (
        prawcore.exceptions.Forbidden,
        prawcore.exceptions.NotFound,
        prawcore.exceptions.Redirect,
        prawcore.exceptions.UnavailableForLegalReasons,
    ):
        raise _stop("does not show this listing: private, quarantined or gone", HealthState.BLOCKED) from None
    except (prawcore.exceptions.ServerError, prawcore.exceptions.RequestException):
        raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
    except prawcore.exceptions.BadJSON:
        raise _stop("sent something that is not its API's answer", HealthState.BROKEN_LAYOUT) from None
    except (prawcore.exceptions.BadRequest, PRAWException):
        raise _stop("refuses the query: test the watch", HealthState.BROKEN_LAYOUT) from None
    except prawcore.exceptions.ResponseException as error:
        raise _by_status(error.response.status_code, now) from None
    except KeyError as error:  # prawcore looks up a 401 without www-authenticate in a table that lacks it
        status = error.args[0] if error.args else None
        raise _by_status(status if isinstance(status, int) else 0, now) from None
    except (ValueError, TypeError, AttributeError):  # for example x-ratelimit-used: 3.0
        raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT) from None


def _by_status(status: int, now: Callable[[], datetime]) -> StopRun:
    if status in (401, 403):
        return _stop("refuses the keys: check them", HealthState.AUTH_FAILED)
    if status == 429:
        return _stop("asks us to slow down", HealthState.RATE_LIMITED, now() + timedelta(seconds=60))
    return _stop(f"answered with status {status}: the next run tries again", HealthState.BEHIND)


def _stop(what: str, state: HealthState, until: datetime | None = None) -> StopRun:
    return StopRun(f"Reddit {what}", state=state, until=until)

"""Which collectors a workspace's settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from collectors import watch
from collectors.base import Collector, Rechecker
from collectors.reddit import RedditCollector, RedditRechecker, RedditSettings
from collectors.x import XCollector, XRechecker, XSettings
from data.clock import Clock
from data.config import Settings, secret


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the live sources are asked; the demo and the tests name a stand-in."""

    reddit: str | None = None
    x: str | None = None


def reddit_settings(settings: Settings, endpoints: Endpoints) -> RedditSettings:
    """Keys from the environment; a stand-in takes any."""
    part = settings.sources.reddit
    base = RedditSettings(
        "stand-in" if endpoints.reddit else secret(part.client_id_env),
        "stand-in" if endpoints.reddit else secret(part.client_secret_env),
        part.user_agent,
        timedelta(hours=part.lookback_hours),
    )
    if endpoints.reddit is None:
        return base
    return RedditSettings(
        base.client_id, base.client_secret, base.user_agent, base.lookback, endpoints.reddit, endpoints.reddit
    )


def x_settings(settings: Settings, endpoints: Endpoints, spent: int) -> XSettings:
    """Token from the environment, budget from the settings, less what the month has cost so far."""
    part = settings.sources.x
    budget = round(part.monthly_budget_usd * 1_000_000)
    if endpoints.x:
        return XSettings("stand-in", budget, spent, endpoints.x)
    return XSettings(secret(part.bearer_token_env), budget, spent)


def collectors(settings: Settings, endpoints: Endpoints, spent: Callable[[], int], now: Clock) -> Iterable[Collector]:
    """One collector for every query and subreddit of every watch; ``spent`` is asked anew before each X query."""
    for wanted in settings.watches():
        if settings.sources.reddit.enabled:
            keys = reddit_settings(settings, endpoints)
            for part, query in enumerate(watch.reddit_queries(wanted), start=1):
                yield RedditCollector(keys, wanted, query=query, part=part, now=now)
            for name in wanted.subreddits:
                yield RedditCollector(keys, wanted, subreddit=name, now=now)
        if settings.sources.x.enabled:
            for part, query in enumerate(watch.x_queries(wanted), start=1):
                yield XCollector(x_settings(settings, endpoints, spent()), wanted, query, part=part, now=now)


def recheckers(settings: Settings, endpoints: Endpoints, spent: int, now: Clock) -> Iterable[Rechecker]:
    """Who can tell which stored mentions are gone: every source that we have keys for."""
    reddit = reddit_settings(settings, endpoints)
    if settings.sources.reddit.enabled and reddit.client_id:
        yield RedditRechecker(reddit, now)
    x = x_settings(settings, endpoints, spent)
    if settings.sources.x.enabled and x.bearer:
        yield XRechecker(x, now)

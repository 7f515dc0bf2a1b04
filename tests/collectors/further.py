"""What the tests of Bluesky, Mastodon and YouTube share: readers pointed at the stand-in, and what they brought."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from collectors.bluesky import BlueskyCollector, BlueskySession, BlueskySettings
from collectors.fetch import Fetcher, Limits
from collectors.mastodon import MastodonCollector, MastodonSettings
from collectors.standin.further import FurtherStandIn
from collectors.standin.utterance import Utterance
from collectors.youtube import YouTubeCollector, YouTubeSettings
from data.domain import Mention, Page, Watch
from data.errors import StopRun
from tests.builders import NOW
from tests.conftest import SHARED

WATCH = Watch("lumivelle", ("Lumivelle",), handles=("lumivelle",), own_accounts=("lumivelle.example",))
FAST = Limits(attempts=1, failures=100, retry_s=0.0)
HOUR = timedelta(hours=1)


def said(n: int, text: str = "My #Lumivelle lamp never came", **facts: Any) -> Utterance:
    defaults: dict[str, Any] = {"created": NOW - n * timedelta(minutes=1), "author": f"u{n}"}
    return Utterance(f"{n}", text, **(defaults | facts))


def session(server: FurtherStandIn, **facts: Any) -> BlueskySession:
    kept: dict[str, Any] = {"handle": "us.example", "password": "app", "local": server.url, "limits": FAST}
    return BlueskySession(BlueskySettings(**(kept | facts)), lambda: NOW)


def bluesky(server: FurtherStandIn, **facts: Any) -> BlueskyCollector:
    return BlueskyCollector(session(server, **facts), WATCH, "Lumivelle", HOUR)


def mastodon(server: FurtherStandIn) -> MastodonCollector:
    kept = MastodonSettings(HOUR, local=server.url, limits=FAST)
    web = Fetcher("mastodon.example", agent="test", hosts={"127.0.0.1"}, local=server.url, limits=FAST)
    return MastodonCollector(kept, WATCH, "mastodon.example", "lumivelle", web, lambda: NOW)


def youtube(server: FurtherStandIn, **facts: Any) -> YouTubeCollector:
    kept: dict[str, Any] = {"key": "k", "local": server.url, "limits": FAST}
    return YouTubeCollector(YouTubeSettings(**(kept | facts)), (WATCH,), lambda: NOW)


def of(pages: list[Page]) -> list[Mention]:
    return [m for page in pages for m in page.mentions]


def ids(pages: list[Page]) -> list[str]:
    return [m.native_id for m in of(pages)]


def stopped(pages: Iterator[Page]) -> StopRun:
    with pytest.raises(StopRun) as error:
        list(pages)
    return error.value


def recorded(path: str) -> Any:
    return json.loads((SHARED / "samples/recorded" / path).read_text())["body"]

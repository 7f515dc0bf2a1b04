"""The stand-in of the further sources: Bluesky, one Mastodon instance, YouTube, feeds and Amazon's reports."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.standin import bluesky_api, feed_files, mastodon_api, youtube_api
from collectors.standin.amazon_api import AmazonReports
from collectors.standin.server import Answer, StandIn
from collectors.standin.utterance import Clip, Utterance

_LIMIT = {"ratelimit-limit": "3000", "ratelimit-remaining": "2999", "ratelimit-reset": "4102444800"}


class FurtherStandIn(StandIn):
    """As StandIn, with more to say. ``feeds`` are bodies by ``host/path``."""

    def __init__(self) -> None:
        super().__init__()
        self.skies: list[Utterance] = []
        self.statuses: list[Utterance] = []
        self.clips: list[Clip] = []
        self.comments: list[Utterance] = []
        self.feeds: dict[str, bytes] = {}
        self.amazon = AmazonReports()

    def answer(self, path: str, query: Mapping[str, str], form: Mapping[str, str], sent: Mapping[str, str]) -> Answer:
        """What the server says to one request."""
        if scripted := self.scripted(path):
            return scripted
        if path.startswith("/xrpc/") and (found := bluesky_api.answer(path, query, self.skies)) is not None:
            return Answer.of(found, headers=_LIMIT)
        if path.startswith("/api/v1/"):
            status = mastodon_api.answer(path, query, self.statuses)
            return Answer.of({"error": "Record not found"}, 404) if status is None else Answer.of(status)
        if path.startswith("/youtube/") and (video := youtube_api.answer(path, query, self.clips, self.comments)):
            return Answer.of(video[1], video[0])
        if (feed := self.feeds.get(path.lstrip("/"))) is not None:
            return Answer(*feed_files.answer(feed, sent))
        if told := self.amazon.api(path, self.url):
            return Answer(told[0], told[1]) if isinstance(told[1], bytes) else Answer.of(told[1], told[0])
        return Answer.of({"error": "Not Found"}, 404)

"""The stand-ins show invented mentions as the real services would, edits, deletions and closed connections included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from collectors.standin import content, reddit_api, x_api
from collectors.standin.server import StandIn
from data.domain import Author, Mention, Source

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def a_post(**facts: object) -> Mention:
    defaults: dict[str, object] = {"author": Author(Source.REDDIT, "t2_lamp", "lamp", "lamp")}
    return Mention(Source.REDDIT, "t1_abc1234", "Orvelume never answers", AT, **(defaults | facts))  # type: ignore[arg-type]


def shown(post: content.Post) -> dict[str, object]:
    answer = reddit_api.answer("/api/info", {"id": post.name}, [post])
    assert answer is not None
    data: dict[str, object] = answer["data"]["children"][0]["data"]
    return data


@pytest.mark.parametrize("wish", ["close", "keep-alive"])
def test_a_connection_that_will_be_closed_says_so(wish: str) -> None:
    with StandIn() as server:
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
        connection.request("GET", "/api/info?id=t1_x", headers={"Connection": wish})
        said = connection.getresponse().getheader("connection")
        connection.close()
    assert said == ("close" if wish == "close" else None)


def test_an_edited_post_tells_when() -> None:
    edited = AT + timedelta(minutes=7)
    assert shown(content.post_of(a_post(updated_at=edited), "lamps"))["edited"] == edited.timestamp()
    assert shown(content.post_of(a_post(), "lamps"))["edited"] is False


def test_a_deleted_post_is_an_empty_shell() -> None:
    data = shown(content.post_of(a_post(), "lamps", is_deleted=True))
    assert (data["author"], data["body"]) == ("[deleted]", "[deleted]")


def test_a_comment_names_the_post_that_it_answers() -> None:
    assert shown(content.post_of(a_post(), "lamps", parent="t3_zzz9999"))["link_id"] == "t3_zzz9999"


def test_an_edited_tweet_is_shown_as_its_newest_version() -> None:
    told = Mention(Source.X, "100", "lamp", AT, Author(Source.X, "7", "Lamp", "lamp"))
    tweet = content.tweet_of(told, ("100", "105"))
    answer = x_api.answer("/2/tweets", {"ids": "100"}, [tweet], "tweet")
    assert answer is not None
    assert (answer["data"][0]["id"], answer["data"][0]["edit_history_tweet_ids"]) == ("105", ["100", "105"])

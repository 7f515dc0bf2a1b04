"""Pasted texts, and what the address of a post says by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from collectors import permalinks
from collectors.paste import Pasted, as_mention
from data.domain import Mention, Source
from data.errors import BadInput
from tests.builders import NOW


def pasted(text: str = "My lamp never came", **facts: Any) -> Mention:
    return as_mention(Pasted(text, **facts), NOW)


def test_a_pasted_text_is_a_mention_with_what_is_known_about_it() -> None:
    made = pasted(
        author="Ada Lampwick", handle="@ada", title=" Never again ", rating=1, day=date(2026, 11, 20),
        url="https://forum.example/t/1", language="EN", country="gb",
    )  # fmt: skip
    assert made.author is not None and (made.author.name, made.author.handle) == ("Ada Lampwick", "ada")
    assert (made.title, made.rating, made.language, made.country) == ("Never again", 1, "en", "GB")
    assert made.published_at == datetime(2026, 11, 20, tzinfo=UTC) and made.source is Source.PASTE


def test_pasting_twice_gives_the_same_mention_whatever_the_spacing() -> None:
    assert pasted("My lamp  never came\r\n", handle="@Ada").native_id == pasted(handle="ada").native_id
    assert pasted(handle="bob").native_id != pasted(handle="ada").native_id


def test_an_order_id_in_the_text_becomes_its_reference() -> None:
    assert pasted("order 405 1234567 7654321 never came").reference == "405-1234567-7654321"


def test_without_a_day_the_time_is_now() -> None:
    assert pasted().published_at == NOW


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": " \u202e "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"rating": 6}, "rating"),
        ({"rating": 0}, "rating"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "forum.example/t/1"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://[bad/"}, "url"),
        ({"day": date(2026, 11, 27)}, "date"),
        ({"day": date(1990, 1, 1)}, "date"),
        ({"language": "english"}, "language"),
        ({"country": "é1"}, "country"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput, match=f"^{field}: "):
        pasted(**facts)


def test_a_day_that_has_begun_further_east_counts_as_now() -> None:
    assert pasted(day=(NOW + timedelta(days=1)).date()).published_at == NOW


def test_the_address_decides_the_source_and_the_id_that_its_collector_uses() -> None:
    made = pasted(url="https://x.com/ada/status/1800000000000000001?s=20")
    assert (made.source, made.native_id) == (Source.X, "1800000000000000001")


@pytest.mark.parametrize(
    ("url", "source", "native"),
    [
        ("https://twitter.com/ada/status/123", Source.X, "123"),
        ("https://www.x.com/i/status/123/photo/1", Source.X, "123"),
        ("https://x.com/ada", Source.X, None),
        ("https://www.reddit.com/r/lamps/comments/1abc23/my_lamp/", Source.REDDIT, "t3_1abc23"),
        ("https://old.reddit.com/r/lamps/comments/1abc23/my_lamp/kx9y8z7/?context=3", Source.REDDIT, "t1_kx9y8z7"),
        ("https://www.reddit.com/r/lamps/", Source.REDDIT, None),
        ("https://www.trustpilot.com/reviews/65a1b2c3d4e5f60718293a4b", Source.TRUSTPILOT, "65a1b2c3d4e5f60718293a4b"),
        ("https://fr.trustpilot.com/review/lumivelle.example", Source.TRUSTPILOT, None),
        (
            "https://bsky.app/profile/did:plc:abc123/post/3lpk2u6qo222m",
            Source.BLUESKY,
            "at://did:plc:abc123/app.bsky.feed.post/3lpk2u6qo222m",
        ),
        ("https://bsky.app/profile/ada.example/post/3lpk2u6qo222m", Source.BLUESKY, None),
        ("https://www.youtube.com/watch?v=abc&lc=Ugx123", Source.YOUTUBE, "Ugx123"),
        ("https://youtu.be/abc", Source.YOUTUBE, None),
        ("https://notx.com/ada/status/123", None, None),
        ("https://x.com.evil.example/ada/status/123", None, None),
        ("https://mytrustpilot.example/reviews/65a1b2c3d4e5f60718293a4b", None, None),
        ("nonsense", None, None),
    ],
)
def test_an_address_tells_source_and_id(url: str, source: Source | None, native: str | None) -> None:
    assert (permalinks.source_of(url), permalinks.native_id(url)) == (source, native)

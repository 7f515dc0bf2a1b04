"""Feeds of news and blogs: any format, any date, only what names the brand, asked again only when changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors import feed_entries
from collectors.answers import Answer as Fetched
from collectors.feeds import Feed, FeedCollector, FeedSettings, feeds
from collectors.fetch import Limits
from collectors.run import collect_all
from collectors.sources import Endpoints
from collectors.standin.feed_files import Article, atom, rss
from collectors.standin.further import FurtherStandIn
from collectors.standin.server import Answer
from data.config import parse
from data.domain import HealthState, Mention, Watch
from data.errors import StopRun
from data.workspace import create
from tests.builders import NOW, days

WATCH = Watch("lumivelle", ("Lumivelle",), domains=("lumivelle.example",))
PLACE = "lamp-post.example/feed"
FAST = Limits(attempts=1, retry_s=0.0)


def an_article(n: int = 1, title: str = "Lumivelle stops answering", **facts: object) -> Article:
    made = {"link": f"https://lamp-post.example/{n}", "title": title, "body": "Customers wait.", "date": NOW - days(n)}
    return Article(**(made | facts))  # type: ignore[arg-type]


def read(body: bytes, **headers: str) -> list[Mention]:
    answer = Fetched(200, f"https://{PLACE}", headers, body)
    return list(feed_entries.read(answer, [WATCH], NOW, {}).mentions)


@pytest.fixture
def server() -> Iterator[FurtherStandIn]:
    with FurtherStandIn() as running:
        yield running


def collector(server: FurtherStandIn, *watches: Watch) -> FeedCollector:
    feed = Feed(PLACE, f"https://{PLACE}", watches or (WATCH,))
    return FeedCollector(FeedSettings(local=server.url, limits=FAST), feed, lambda: NOW)


@pytest.mark.parametrize("form", [rss, atom])
def test_an_article_is_read_from_either_format(form: object) -> None:
    (made,) = read(form([an_article()]))  # type: ignore[operator]
    assert (made.title, made.text, made.kind) == ("Lumivelle stops answering", "Customers wait.", "article")
    assert (made.native_id, made.url) == ("https://lamp-post.example/1", "https://lamp-post.example/1")
    assert made.published_at == NOW - days(1) and made.watch_reason == "name:Lumivelle"


def test_the_publisher_is_the_author_and_no_journalist() -> None:
    body = rss([an_article()]).replace(b"</item>", b"<author>jo@lamp-post.example (Jo Doe)</author></item>")
    (made,) = read(body)
    assert made.author is not None
    assert (made.author.native_id, made.author.name) == ("lamp-post.example", "The Lamp Post")


def test_html_of_an_article_becomes_text_and_the_longest_form_counts() -> None:
    body = "<p>Customers of <b>Lumivelle</b> wait &amp; wait.</p><script>alert(1)</script><p>Still.</p>"
    (made,) = read(atom([an_article(body=body)]))
    assert made.text == "Customers of Lumivelle wait & wait.\nStill."


def test_articles_that_do_not_name_us_are_left_out() -> None:
    assert (
        read(rss([an_article(title="Ten lamps"), an_article(2, body="More at lumivelle.example", title="x")]))[0].title
        == "x"
    )


def test_a_guid_that_is_only_a_number_is_told_apart_by_its_site() -> None:
    assert read(rss([an_article(guid="17")]))[0].native_id == "lamp-post.example#17"


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("Mon, 23 Nov 2026 09:30:00 +0100", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:30:00 EST", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
        ("23 Nov 26 09:30 GMT", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T09:30:00.250Z", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("2026-11-23T09:30:00+02:00", datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("20261123", datetime(2026, 11, 23, tzinfo=UTC)),
        ("23.11.2026 09:30", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("23-Nov-2026", datetime(2026, 11, 23, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_all_spellings(date: str, wanted: datetime) -> None:
    assert read(rss([an_article(date=date)]))[0].published_at.replace(microsecond=0) == wanted


@pytest.mark.parametrize("date", [None, "soon", "Mon, 23 Nov 1970 09:30:00 GMT", "Mon, 23 Nov 2099 09:30:00 GMT"])
def test_an_article_without_a_usable_date_keeps_the_day_it_was_first_seen(date: str | None) -> None:
    answer = Fetched(200, f"https://{PLACE}", {}, rss([an_article(date=date)]))
    first = feed_entries.read(answer, [WATCH], NOW, {})
    again = feed_entries.read(answer, [WATCH], NOW + days(3), first.undated)
    assert first.mentions[0].published_at == again.mentions[0].published_at == NOW


def test_a_language_is_taken_from_the_feed() -> None:
    assert read(rss([an_article()], language="fr-FR"))[0].language == "fr"


@pytest.mark.parametrize(
    "body",
    [b"<html><body>Lumivelle</body></html>", b"", b"\x89PNG\r\n\x1a\n\x00", b"{}", b"<rss", b"Lumivelle " * 50],
)
def test_what_is_no_feed_is_told_as_such(body: bytes) -> None:
    with pytest.raises(StopRun) as stopped:
        read(body)
    assert stopped.value.state is HealthState.BROKEN_LAYOUT


def test_a_feed_that_names_a_file_of_ours_reads_no_file(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(rss([an_article()]))
    with pytest.raises(StopRun):
        read(str(file).encode())


def test_an_entity_bomb_and_a_feed_cut_off_are_survived() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 50 + b'">'
    bomb += b'<!ENTITY c "' + b"&b;" * 50 + b'">]><rss version="2.0"><channel><item><title>&c; Lumivelle</title></item>'
    assert all(len(m.title or "") < 20_000 for m in read(bomb))
    assert len(read(rss([an_article(n) for n in range(1, 9)])[:-400])) >= 5


def test_a_feed_that_has_not_changed_is_not_sent_again(server: FurtherStandIn) -> None:
    server.feeds[PLACE] = rss([an_article()])
    (first,) = collector(server).pages(None)
    (again,) = collector(server).pages(first.cursor)
    assert len(first.mentions) == 1 and again.mentions == () and again.cursor.state == first.cursor.state


def test_a_changed_watch_reads_the_feed_anew(server: FurtherStandIn) -> None:
    server.feeds[PLACE] = rss([an_article(), an_article(2, title="Brightly closes")])
    (first,) = collector(server).pages(None)
    (again,) = collector(server, WATCH, Watch("b", ("Brightly",))).pages(first.cursor)
    assert [m.watch for m in again.mentions] == ["lumivelle", "b"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(403), HealthState.BLOCKED),
        (Answer(404), HealthState.BROKEN_LAYOUT),
        (Answer(410), HealthState.BROKEN_LAYOUT),
        (Answer(429, b"", {"retry-after": "60"}), HealthState.RATE_LIMITED),
        (Answer(503), HealthState.BEHIND),
        (Answer(drop=True), HealthState.BEHIND),
        (Answer(302, b"", {"location": "https://elsewhere.example/feed"}), HealthState.DISALLOWED),
        (Answer(200, b"<html></html>", {"content-type": "text/html"}), HealthState.BROKEN_LAYOUT),
    ],
)
def test_a_fault_of_a_feed_ends_in_its_health_state(server: FurtherStandIn, answer: Answer, state: HealthState) -> None:
    server.script("feed", answer)
    with pytest.raises(StopRun) as stopped:
        list(collector(server).pages(None))
    assert stopped.value.state is state


@pytest.mark.parametrize(("rules", "may"), [("User-agent: *\nDisallow: /", False), ("User-agent: *\nAllow: /", True)])
def test_a_search_is_asked_only_where_robots_txt_lets_us(server: FurtherStandIn, rules: str, may: bool) -> None:
    server.feeds[PLACE] = rss([an_article()])
    server.script("/robots.txt", Answer(200, rules.encode(), {"content-type": "text/plain"}))
    feed = Feed(PLACE, f"https://{PLACE}", (WATCH,), is_search=True)
    reading = FeedCollector(FeedSettings(local=server.url, limits=FAST), feed, lambda: NOW).pages(None)
    if may:
        assert len(next(reading).mentions) == 1
    else:
        with pytest.raises(StopRun) as stopped:
            next(reading)
        assert stopped.value.state is HealthState.DISALLOWED and server.asked == ["/robots.txt"]


SETTINGS = """
[brand]
name = "Lumivelle"
[[watch]]
name = "lumivelle"
names = ["Lumi Velle"]
languages = ["fr", "en"]
[sources.feeds]
urls = ["https://one.example/rss", "https://two.example/rss"]
searches = ["https://blog.example/?s={query}&feed=rss2"]
presets = ["google_news", "medium"]
"""


def test_searches_are_made_for_each_name_and_language() -> None:
    made = {feed.label: feed.url for feed in feeds(parse(SETTINGS.encode(), "test"))}
    assert made == {
        "one.example/rss": "https://one.example/rss",
        "two.example/rss": "https://two.example/rss",
        "lumivelle:google_news:Lumi Velle:fr":
            "https://news.google.com/rss/search?q=%22Lumi%20Velle%22&hl=fr&gl=FR&ceid=FR:fr",
        "lumivelle:google_news:Lumi Velle:en":
            "https://news.google.com/rss/search?q=%22Lumi%20Velle%22&hl=en&gl=US&ceid=US:en",
        "lumivelle:medium:Lumi Velle": "https://medium.com/feed/tag/lumi-velle",
        "lumivelle:blog.example:Lumi Velle": "https://blog.example/?s=%22Lumi%20Velle%22&feed=rss2",
    }  # fmt: skip


def test_one_bad_feed_never_stops_the_others(server: FurtherStandIn, tmp_path: Path) -> None:
    told = SETTINGS.split("searches")[0]
    ws = create(tmp_path / "ws", told, clock=lambda: NOW)
    server.feeds["two.example/rss"] = rss([an_article(title="Lumi Velle is silent")])
    try:
        results = {r.partition: r for r in collect_all(ws, ["feed"], Endpoints(feed=server.url))}
    finally:
        ws.store.close()
    assert results["one.example/rss"].state is HealthState.BROKEN_LAYOUT
    assert (results["two.example/rss"].state, results["two.example/rss"].stored.new) == (HealthState.OK, 1)


def test_times_of_the_reader_do_not_decide_a_time_still_to_come() -> None:
    (made,) = read(rss([an_article(date=NOW + timedelta(hours=20))]))
    assert made.published_at == NOW + timedelta(hours=20)

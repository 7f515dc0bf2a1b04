"""Watches: the queries stay within the limit and mean what they should; the local matcher decides and says why."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.standin.content import is_asked_for
from collectors.watch import QUERY_LIMIT, match, reddit_queries, x_queries
from collectors.watch_trial import Heard, trial
from data.domain import Source, Watch

WATCH = Watch(
    "lumi",
    ("Lumivelle", "Lumi Velle"),
    misspellings=("Lumivele",),
    handles=("lumi_help",),
    ids=("B0TEST0001",),
    domains=("lumi-lamps.example",),
    ambiguous=("Lumi",),
    context=("amazon", "refund"),
    exclusions=("finland",),
    own_accounts=("lumivelle_official",),
    languages=("en", "fr"),
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("My LUMIVELLE lamp", "name:Lumivelle"),
        ("lumi  velle never answers", "name:Lumi Velle"),
        ("Lumivele??", "misspelling:Lumivele"),
        ("hey @lumi_help", "handle:@lumi_help"),
        ("see B0TEST0001", "id:B0TEST0001"),
        ("www.lumi-lamps.example/x", "domain:lumi-lamps.example"),
        ("Lumi owes me a refund", "ambiguous:Lumi+refund"),
        ("Lumi owes me a refund in Finland", None),
        ("Lumivelle in Finland", "name:Lumivelle"),
        ("Lumi is snow", None),
        ("Lumivelles", None),
        ("unlumivelle", None),
    ],
)
def test_a_text_is_caught_on_whole_words_and_the_reason_is_the_watchs_own_spelling(
    text: str, reason: str | None
) -> None:
    hit = match(WATCH, text)
    assert (hit.reason if hit else None) == reason


def test_our_own_account_is_caught_and_marked_whatever_it_says() -> None:
    hit = match(WATCH, "We are sorry.", "@Lumivelle_Official")
    assert hit is not None and hit.is_own


def test_the_queries_ask_for_every_sure_word_and_for_ambiguous_ones_beside_context_only() -> None:
    assert reddit_queries(WATCH) == (
        '"Lumivelle" OR "Lumi Velle" OR "Lumivele" OR "lumi-lamps.example" OR "B0TEST0001"',
        '("Lumi") AND ("amazon" OR "refund") NOT "finland"',
    )
    sure, beside = x_queries(WATCH)
    assert sure.startswith('("Lumivelle" OR ') and sure.endswith(" OR @lumi_help) (lang:en OR lang:fr) -is:retweet")
    assert beside == '("Lumi") ("amazon" OR "refund") -"finland" (lang:en OR lang:fr) -is:retweet'


def test_alternatives_are_bracketed_for_x_because_and_binds_before_or() -> None:
    for query in x_queries(WATCH):
        outside = re.sub(r"\([^()]*\)", "", query)
        assert " OR " not in outside and not re.search(r"-\(", query)


words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=100)
watches = st.builds(
    Watch,
    st.just("w"),
    st.lists(words, min_size=1, max_size=30).map(tuple),
    misspellings=st.lists(words, max_size=10).map(tuple),
    ambiguous=st.lists(words, max_size=10).map(tuple),
    context=st.lists(words, max_size=10).map(tuple),
    exclusions=st.lists(words, max_size=10).map(tuple),
    languages=st.lists(st.sampled_from(["en", "fr", "de", "it", "es"]), max_size=40).map(tuple),
)


@given(watches)
def test_no_query_is_over_the_limit_and_none_of_the_sure_words_is_lost(watch: Watch) -> None:
    for queries in (reddit_queries(watch), x_queries(watch)):
        assert all(len(query) <= QUERY_LIMIT for query in queries)
        asked = set(chain.from_iterable(re.findall(r'"([^"]+)"', query) for query in queries))
        assert asked >= {*watch.names, *watch.misspellings}


@pytest.mark.parametrize(("length", "queries"), [(506, 1), (507, 2)])
def test_a_query_is_split_exactly_where_the_limit_is_passed(length: int, queries: int) -> None:
    # five words: quotes and four " OR " take 26 characters, so 512 is reached with words of 486 letters in all
    letters = length - 26 + 6
    sizes = [99, 99, 99, 99, letters - 396]
    watch = Watch("w", tuple(chr(97 + n) * size for n, size in enumerate(sizes)))
    assert len(reddit_queries(watch)) == queries


@given(watches, words)
def test_what_a_query_asks_for_is_what_the_matcher_takes(watch: Watch, word: str) -> None:
    text = f"{watch.names[0]} {word}"
    assert match(watch, text) is not None
    assert any(is_asked_for(query, text) for query in reddit_queries(watch))


def heard(*texts: str, watch: str | None = None) -> list[Heard]:
    return [Heard(n, Source.REDDIT, text, None, watch) for n, text in enumerate(texts)]


def test_a_test_counts_by_word_and_names_what_would_be_lost() -> None:
    found = trial(WATCH, heard("Lumivelle is late", "Lumivelle again", "Lumi refund", "Lumina lamp", watch="lumi"))
    assert found.reasons == {"name:Lumivelle": 2, "ambiguous:Lumi+refund": 1}
    assert (found.looked_at, found.caught, found.lost) == (4, (0, 1, 2), (3,))


def test_sources_that_are_about_us_by_nature_are_not_judged() -> None:
    assert trial(WATCH, [Heard(1, Source.TRUSTPILOT, "Never came")]).looked_at == 0


def test_an_ambiguous_name_that_brings_most_hits_is_too_broad() -> None:
    told = trial(WATCH, heard(*["Lumi refund"] * 6, *["Lumivelle"] * 5)).warnings
    assert told == ("'Lumi' brings 6 of 11 hits: too broad; add exclusions or narrow the context",)
    assert trial(WATCH, heard(*["Lumi refund"] * 5, *["Lumivelle"] * 5)).warnings == ()


def test_short_sure_names_and_ambiguous_ones_without_context_are_warned_of() -> None:
    warnings = trial(Watch("w", ("Luz",), ambiguous=("Sol",)), []).warnings
    assert len(warnings) == 2 and "'Luz'" in warnings[0] and "context" in warnings[1]

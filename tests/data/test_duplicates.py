"""The same opinion on several sources is counted once, in whatever order it came; nothing is dropped."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import func, select

from data import daily, erasure, mentions
from data.domain import Author, Mention, Source
from data.schema.intake import mention, mention_daily
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention, days

SAID = "My brass lamp never came, I wrote three times and nobody has answered me since the middle of October."
ADA = {s: Author(s, f"id-{s}", "Ada Lampwick", "ada_lampwick") for s in Source}


def said(source: Source, native_id: str = "a", *, ago: float = 3, text: str = SAID, **facts: object) -> Mention:
    return a_mention(
        native_id, **({"source": source, "author": ADA[source], "published_at": NOW - days(ago), "text": text} | facts)
    )


def groups(tx: Tx) -> dict[str, str | None]:
    """Mention -> its original, both as source:native id."""
    names = {row.id: f"{row.source}:{row.native_id}" for row in tx.conn.execute(select(mention))}
    return {names[row.id]: names.get(row.same_as) for row in tx.conn.execute(select(mention))}


def counted(tx: Tx) -> int:
    return int(tx.conn.execute(select(func.coalesce(func.sum(mention_daily.c.n), 0))).scalar_one())


def test_one_person_saying_the_same_on_three_sources_is_counted_once(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [said(Source.TRUSTPILOT, ago=5), said(Source.REDDIT, ago=4, text=SAID + " Help!")])
        mentions.add(tx, [said(Source.BLUESKY, ago=1)])
        assert groups(tx) == {"trustpilot:a": None, "reddit:a": "trustpilot:a", "bluesky:a": "trustpilot:a"}
        assert counted(tx) == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_groups_do_not_depend_on_the_order_of_arrival(sqlite_store: Store, order: tuple[int, ...]) -> None:
    # each is within 14 days of the next, the first and the last are not: the group holds by what lies between
    parts = [
        said(Source.TRUSTPILOT, ago=30),
        said(Source.REDDIT, ago=20),
        said(Source.BLUESKY, ago=10),
        said(Source.MASTODON, ago=60),
    ]
    with sqlite_store.transaction(TESTER) as tx:
        for n in order:
            mentions.add(tx, [parts[n]])
        first = "trustpilot:a"
        assert groups(tx) == {first: None, "reddit:a": first, "bluesky:a": first, "mastodon:a": None}


def test_accounts_of_one_name_on_one_source_are_two_people(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1"), a_mention("m2")])
        assert counted(tx) == 2


def test_short_words_of_different_people_are_different_opinions(store: Store) -> None:
    who = Author(Source.REDDIT, "r", None, "bob")
    with store.transaction(TESTER) as tx:
        mentions.add(
            tx, [a_mention("m1", text="Scam!"), a_mention("m2", text="Scam!", source=Source.REDDIT, author=who)]
        )
        assert counted(tx) == 2


def test_an_account_on_x_is_matched_by_the_same_long_text_only(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        near = SAID.replace("three", "four")
        mentions.add(tx, [said(Source.REDDIT), said(Source.X, "same"), said(Source.X, "near", text=near, ago=40)])
        mentions.add(tx, [said(Source.REDDIT, "near", text=near.replace("four", "five"), ago=39)])
        assert groups(tx)["x:same"] == "reddit:a" and groups(tx)["x:near"] is None


def test_a_copy_stands_for_itself_when_the_original_is_erased(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [said(Source.TRUSTPILOT, ago=5), said(Source.REDDIT), said(Source.BLUESKY, ago=1)])
        erasure.mark_gone(tx, Source.TRUSTPILOT, ["a"])
        left = {name: original for name, original in groups(tx).items() if not name.startswith("trustpilot")}
        assert left == {"reddit:a": None, "bluesky:a": "reddit:a"} and counted(tx) == 1


def test_a_copy_that_is_edited_into_something_else_is_an_opinion_of_its_own(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [said(Source.TRUSTPILOT, ago=5), said(Source.REDDIT)])
        assert counted(tx) == 1
        mentions.add(tx, [said(Source.REDDIT, text="They have found my parcel and sent it out again, all is well.")])
        assert counted(tx) == 2


def test_an_older_version_never_overwrites_a_newer_one(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(text="Solved, thank you.", updated_at=NOW)])
        mentions.add(tx, [a_mention(text="Never came.", updated_at=NOW - days(1)), a_mention(text="Never came.")])
        assert tx.conn.execute(select(mention.c.text)).scalar_one() == "Solved, thank you."


def test_everything_of_a_source_goes_at_once_and_the_figures_follow(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [said(Source.X, ago=5), said(Source.REDDIT), said(Source.X, "b", text="Lumivelle is late.")])
        erasure.mark_gone(tx, Source.X, ["b"])
        assert erasure.purge(tx, Source.X) == 2
        assert groups(tx) == {"reddit:a": None} and counted(tx) == 1
        assert list(tx.conn.execute(select(mention_daily.c.source)).scalars()) == ["reddit"]
        assert [d.n for d in daily.counts(tx, ("source",), since=(NOW - days(9)).date(), until=NOW.date())] == [1]

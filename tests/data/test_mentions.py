"""Storing mentions on both engines: upsert, revisions, tombstones, cursors, the daily summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from data import browse, daily, erasure, judged, labelling, mentions
from data.domain import Author, Band, Mention, Source
from data.schema.intake import author, mention, mention_daily, mention_revision
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention, a_page, an_assessment, days


def only_id(tx: Tx) -> int:
    return int(tx.conn.execute(select(mention.c.id)).scalar_one())


def test_a_page_and_its_cursor_are_stored_together(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction(TESTER) as tx:
        mentions.add_page(tx, a_page(a_mention(), state={"seen": 1}))
        raise RuntimeError
    with store.reading() as tx:
        assert mentions.get_cursor(tx, Source.TRUSTPILOT, "acme:search") is None
        assert browse.count(tx, browse.Filter()) == 0


def test_the_same_page_twice_changes_nothing(store: Store) -> None:
    page = a_page(a_mention("m1"), a_mention("m2"))
    with store.transaction(TESTER) as tx:
        first = mentions.add_page(tx, page)
        second = mentions.add_page(tx, page)
    assert (first.new, second.new, second.unchanged) == (2, 0, 2)


def test_an_edited_mention_keeps_its_old_words_as_a_revision_and_is_assessed_again(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention()])
        judged.add_assessments(tx, [(only_id(tx), 1, an_assessment())])
        stored = mentions.add(tx, [a_mention(text="They refunded me, all is well.")])
        old = tx.conn.execute(select(mention_revision.c.text)).scalar_one()
        waiting = judged.to_assess(tx, "test-1", 10)
    assert stored.changed == 1 and old == "My lamp never came and nobody answers." and len(waiting) == 1


def test_a_late_reply_of_ours_does_not_ask_for_a_new_assessment(store: Store) -> None:
    from data.domain import Reply

    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention()])
        judged.add_assessments(tx, [(only_id(tx), 1, an_assessment())])
        stored = mentions.add(tx, [a_mention(reply=Reply("Thank you, please write to us.", NOW))])
        waiting = judged.to_assess(tx, "test-1", 10)
    assert stored.changed == 1 and waiting == []


def test_a_confirmed_deletion_erases_words_author_and_id_but_keeps_a_tombstone(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("secret-id")])
        assert erasure.mark_gone(tx, Source.TRUSTPILOT, ["secret-id"]) == 1
        row = tx.conn.execute(select(mention)).one()
        authors = tx.conn.execute(select(func.count()).select_from(author)).scalar_one()
    assert row.text == "" and row.gone_at == NOW and authors == 0 and "secret-id" not in row.native_id


def test_a_late_copy_of_a_deleted_mention_is_not_stored_again(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1")])
        erasure.mark_gone(tx, Source.TRUSTPILOT, ["m1"])
        stored = mentions.add(tx, [a_mention("m1")])
        assert stored.new == 0 and browse.count(tx, browse.Filter()) == 0


def test_an_author_of_two_mentions_outlives_the_deletion_of_one(store: Store) -> None:
    who = Author(Source.REDDIT, "t2_x", None, "ada")
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(n, source=Source.REDDIT, author=who) for n in ("a", "b")])
        erasure.mark_gone(tx, Source.REDDIT, ["a"])
        assert tx.conn.execute(select(author.c.handle)).scalar_one() == "ada"


def test_lone_surrogates_and_control_characters_do_not_reach_the_store(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(text="bad \ud800\u202e\x00 lamp")])
        assert tx.conn.execute(select(mention.c.text)).scalar_one() == "bad  lamp"


def test_a_search_finds_words_without_regard_to_accents_and_prefixes(sqlite_store: Store) -> None:
    with sqlite_store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1", text="Très déçue du colis"), a_mention("m2", text="All good")])
    with sqlite_store.reading() as tx:
        found = browse.page(tx, browse.Filter(words="decue col"))
    assert [row.native_id for row in found.rows] == ["m1"]


@pytest.mark.parametrize("words", ["lamp AND", '"', "NOT (", "lamp*", "a:b", "' OR 1=1 --"])
def test_a_search_with_operators_is_read_as_words(store: Store, words: str) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention()])
    with store.reading() as tx:
        browse.page(tx, browse.Filter(words=words))


def test_pages_by_key_show_every_mention_once(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention(f"m{n:03}", published_at=NOW - days(n % 3)) for n in range(60)])
    for sort in ("frustration", "newest"):
        seen: list[str] = []
        key = None
        with store.reading() as tx:
            while True:
                page = browse.page(tx, browse.Filter(), sort=sort, after=key, size=25)
                seen += [row.native_id for row in page.rows]
                key = page.next_key
                if key is None:
                    break
        assert len(seen) == len(set(seen)) == 60


def recount(tx: Tx) -> dict[tuple[object, ...], int]:
    found: dict[tuple[object, ...], int] = {}
    for row in daily.read_facts(tx, list(tx.conn.execute(select(mention.c.id)).scalars())):
        if daily.is_counted(row):
            key = (row.published_at.date(), row.source, row.language or "", row.band or "", row.category or "")
            found[key] = found.get(key, 0) + 1
    return found


def summary(tx: Tx) -> dict[tuple[object, ...], int]:
    columns = [mention_daily.c[n] for n in ("day", "source", "language", "band", "category")]
    rows = tx.conn.execute(select(*columns, func.sum(mention_daily.c.n)).group_by(*columns))
    return {tuple(row[:5]): int(row[5]) for row in rows}


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "edit", "assess", "gone", "label"]),
        st.integers(0, 5),
        st.sampled_from(list(Band)),
    ),
    max_size=25,
)


@given(steps)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_daily_summary_always_equals_a_recount(sqlite_store: Store, what: list[tuple[str, int, Band]]) -> None:
    with pytest.raises(Rewind), sqlite_store.transaction(TESTER) as tx:
        for step, number, band in what:
            apply(tx, step, a_mention(f"m{number}", published_at=NOW - days(number)), band)
            assert summary(tx) == recount(tx)
        raise Rewind


class Rewind(Exception):
    """Leaves no trace of one example for the next."""


def apply(tx: Tx, step: str, m: Mention, band: Band) -> None:
    if step == "add":
        mentions.add(tx, [m])
    elif step == "edit":
        mentions.add(tx, [replace(m, text=m.text + band.value)])
    elif step == "gone":
        erasure.mark_gone(tx, m.source, [m.native_id])
    else:
        held = tx.conn.execute(
            select(mention.c.id).where(mention.c.native_id == m.native_id, mention.c.gone_at.is_(None))
        ).scalar_one_or_none()
        if held is not None and step == "assess":
            judged.add_assessments(tx, [(held, 1, an_assessment(band=band))])
        elif held is not None:
            labelling.add(tx, held, frustrated=band is Band.FRUSTRATED)


def test_counts_by_day_come_from_the_summary(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        mentions.add(tx, [a_mention("m1"), a_mention("m2", published_at=NOW - days(40))])
    with store.reading() as tx:
        found = daily.counts(tx, ("source",), since=date(2026, 11, 1), until=date(2026, 11, 30))
    assert [(c.group, c.n) for c in found] == [(("trustpilot",), 1)]

"""What people say beside single judgements, what a link run looks at again, and names that only hashes are left of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from data import judged, link_people, linking, order_index, orders
from data.domain import Author, Source, Verdict
from data.errors import BadInput, Refused
from data.schema.intake import mention, order_key, sealed
from data.schema.linkage import common_key
from data.store import Store
from data.vault import Vault
from models import run
from models.blocking import KEYS_VERSION, ordered_name_keys, pair_key, stable_key
from models.name_evidence import match_marks
from models.names import NameLevel, parse_author, parse_name
from models.run import link_new
from tests.builders import NOW, TESTER, a_mention, an_order, days
from tests.models.test_models_run import add, add_orders, author, judge, row_of, rule, shown
from tests.models.test_store_index import OURS, import_orders

LATER = datetime.max.replace(tzinfo=UTC)
FULL = "My brass lamp never came to 69001 Lyon, I paid 89.95 €."


def account(store: Store, native_id: str = "m1") -> int:
    with store.reading() as tx:
        return int(tx.conn.execute(select(mention.c.author).where(mention.c.native_id == native_id)).scalar_one())


def never(store: Store, kind: link_people.Kind, ref: str, *, is_listed: bool = True) -> None:
    with store.transaction(TESTER) as tx:
        link_people.list_never(tx, kind, ref, "asked us to", is_listed=is_listed)


# the never-link list


def test_an_order_on_the_never_link_list_is_taken_off_its_mention(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    never(store, "order", OURS)
    link_new(store)
    assert shown(store)[1] is None


def test_an_account_on_the_never_link_list_is_linked_to_nothing(store: Store) -> None:
    add_orders(store, OURS)
    add(store, a_mention(text=f"Order {OURS}"))
    link_new(store)
    never(store, "author", str(account(store)))
    link_new(store)
    assert shown(store)[:2] == ("none", None) and rule(store) == "LNK-NEVER"


def test_what_is_taken_off_the_list_is_linked_again(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text=f"Order {OURS}"))
    never(sqlite_store, "order", OURS)
    link_new(sqlite_store)
    never(sqlite_store, "order", OURS, is_listed=False)
    link_new(sqlite_store)
    assert shown(sqlite_store)[1] == OURS


def test_the_list_keeps_every_word_and_shows_what_stands(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    never(sqlite_store, "order", OURS)
    with sqlite_store.reading() as tx:
        assert [(n.kind, n.ref, n.by) for n in link_people.never_list(tx)] == [("order", OURS, TESTER.id)]
    never(sqlite_store, "order", OURS, is_listed=False)
    with sqlite_store.reading() as tx:
        assert link_people.never_list(tx) == []


@pytest.mark.parametrize(("kind", "ref"), [("order", "405-0000000-0000000"), ("author", "99"), ("author", "Ada")])
def test_what_is_not_known_cannot_be_listed(sqlite_store: Store, kind: link_people.Kind, ref: str) -> None:
    with pytest.raises(BadInput):
        never(sqlite_store, kind, ref)


# one author


def two_accounts(store: Store, second: Source = Source.REDDIT) -> tuple[int, int]:
    """A confirmed link of one account, and a mention of another one that tells nothing of its order."""
    add_orders(store, OURS)
    add(
        store,
        a_mention("m1", text=f"Order {OURS}"),
        a_mention("m2", source=second, text="My lamp is late.", author=Author(second, "z", "dark_fox92"), country=None),
    )
    link_new(store)
    judge(store, "m1", OURS, Verdict.CONFIRMED)
    return account(store, "m1"), account(store, "m2")


def proposed(store: Store, native_id: str = "m2") -> set[str]:
    with store.reading() as tx:
        decision = judged.newest_link(tx, row_of(tx, native_id).id)
    return {c.order_id for c in decision.candidates for e in c.evidence if e.field == "author"} if decision else set()


def test_accounts_on_two_sources_are_one_author_only_by_a_persons_word(store: Store) -> None:
    one, other = two_accounts(store)
    link_new(store)
    assert proposed(store) == set()
    with store.transaction(TESTER) as tx:
        link_people.tie(tx, one, other, "says so himself")
    link_new(store)
    assert proposed(store) == {OURS}


def test_a_later_word_takes_a_tie_back(sqlite_store: Store) -> None:
    one, other = two_accounts(sqlite_store)
    for is_one in (True, False):
        with sqlite_store.transaction(TESTER) as tx:
            link_people.tie(tx, other, one, "", is_one=is_one)
        link_new(sqlite_store)
    assert proposed(sqlite_store) == set()


def test_an_account_on_x_is_never_tied(sqlite_store: Store) -> None:
    one, other = two_accounts(sqlite_store, Source.X)
    with pytest.raises(Refused) as refused, sqlite_store.transaction(TESTER) as tx:
        link_people.tie(tx, one, other, "")
    assert refused.value.rule == "X-02"


def test_ties_reach_over_several_accounts(sqlite_store: Store) -> None:
    add(sqlite_store, *(a_mention(f"m{n}", author=author(f"Name {n}")) for n in range(3)))
    a, b, c = (account(sqlite_store, f"m{n}") for n in range(3))
    with sqlite_store.transaction(TESTER) as tx:
        link_people.tie(tx, a, b, "")
        link_people.tie(tx, b, c, "")
        assert link_people.one_author(tx, [a])[a] == {a, b, c}


def test_a_confirmed_link_speaks_for_the_same_accounts_next_mention(store: Store) -> None:
    add_orders(store, OURS)
    who = author("dark_fox92")
    add(store, a_mention("m1", text=f"Order {OURS}", author=who))
    link_new(store)
    judge(store, "m1", OURS, Verdict.CONFIRMED)
    add(store, a_mention("m2", text="Still no lamp.", author=who))
    link_new(store)
    assert proposed(store) == {OURS}


# what a run looks at again


def concerned(store: Store, change: Callable[[Store], Any]) -> list[str]:
    """Native ids of the mentions that the next run looks at again after ``change``."""
    link_new(store)
    with store.reading() as tx:
        seen = linking.news(tx, "0,0,0,0").seen
    change(store)
    run.index_orders(store)
    with store.reading() as tx:
        ids = linking.concerned(tx, linking.news(tx, seen))
        return list(
            tx.conn.execute(select(mention.c.native_id).where(mention.c.id.in_(ids)).order_by(mention.c.id)).scalars()
        )


def test_after_an_import_of_orders_only_mentions_of_the_year_after_them_are_looked_at(store: Store) -> None:
    add_orders(store, OURS)
    add(
        store,
        a_mention("before", text="Hello", published_at=NOW - days(60)),
        a_mention("after", text="Hello", published_at=NOW - days(5)),
        a_mention("foreign", text="171-9999999-1111111", published_at=NOW - days(60), author=author("Zoe Hart")),
    )
    bought = NOW - days(30)
    found = concerned(
        store,
        lambda s: add_orders(s, "405-7777777-1111111", sha256="1" * 64, purchased_at=bought, buyer_email="n@x.fr"),
    )
    assert found == ["after", "foreign"]


def test_without_news_nothing_is_looked_at(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    add(sqlite_store, a_mention(text="Hello"))
    assert concerned(sqlite_store, lambda _: None) == []


def test_a_judgement_makes_the_authors_other_mentions_be_looked_at(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    who = author("dark_fox92")
    add(sqlite_store, a_mention("m1", text=f"Order {OURS}", author=who), a_mention("m2", text="Hello", author=who))
    add(sqlite_store, a_mention("m3", text="Hello", author=author("Zoe Hart")))
    assert concerned(sqlite_store, lambda s: judge(s, "m1", OURS, Verdict.CONFIRMED)) == ["m1", "m2"]


# names that only keyed hashes are left of


def test_purged_names_leave_no_sealed_field_and_still_link(store: Store) -> None:
    add_orders(store, OURS)
    assert run.forget_names(store, LATER) == 1
    add(store, a_mention(text=FULL))
    link_new(store)
    with store.reading() as tx:
        assert tx.conn.execute(select(sealed)).all() == []
        decision = judged.newest_link(tx, row_of(tx).id)
    assert decision is not None and decision.order_id == OURS
    assert {e.field: e.outcome for e in decision.evidence}["name"] == "agree"


def test_names_of_orders_delivered_later_stay(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS, purchased_at=NOW - days(50), delivered_at=NOW - days(10))
    assert run.forget_names(sqlite_store, NOW - days(30)) == 0
    with sqlite_store.reading() as tx:
        held = orders.get(tx, OURS)
    assert held is not None and held.buyer_name == "Ada Lampwick"


def test_an_order_with_purged_names_keeps_their_hashes_when_it_changes(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    run.forget_names(sqlite_store, LATER)
    with sqlite_store.transaction(TESTER) as tx:
        import_orders(tx, an_order(city="Nantes", buyer_name=None), sha256="1" * 64)
    run.index_orders(sqlite_store)
    with sqlite_store.reading() as tx:
        assert order_index.key_counts(tx, [pair_key("ada", "lampwick"), stable_key("city", "nantes")]) == {
            pair_key("ada", "lampwick"): 1,
            stable_key("city", "nantes"): 1,
        }


def test_the_blocking_table_holds_no_key_that_can_be_made_without_the_vault(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    run.index_orders(sqlite_store)
    with sqlite_store.reading() as tx:
        held = set(tx.conn.execute(select(order_key.c.key)).scalars())
    assert held and stable_key("name1", "lampwick") not in held


def test_keys_made_with_another_vault_key_are_made_anew(sqlite_store: Store) -> None:
    add_orders(sqlite_store, OURS)
    run.index_orders(sqlite_store)
    with sqlite_store.reading() as tx:
        tx.vault = Vault(bytes(32))
        assert order_index.count_to_index(tx, KEYS_VERSION) == 1


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Marie Dupont", NameLevel.FULL),
        ("Dupont Marie", NameLevel.FULL),
        ("Marie D.", NameLevel.FIRST_INIT),
        ("M. Dupont", NameLevel.INIT_LAST),
        ("Marie Dupond", NameLevel.FUZZY),
        ("mdupont84", NameLevel.HANDLE),
        ("Marie", NameLevel.FIRST_ONLY),
        ("Jean Dupont", NameLevel.LAST_ONLY),
        ("Zoe Hart", NameLevel.CONFLICT),
    ],
)
def test_hashes_tell_how_far_names_agree(written: str, expected: NameLevel) -> None:
    veil = Vault(bytes(32)).veil
    marks = frozenset(veil(key) for key in ordered_name_keys(parse_name("Marie Dupont")))
    assert match_marks(parse_author(written), marks, veil).level is expected


# counts of common keys


def test_counts_of_common_keys_are_kept_and_agree_with_the_table(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_index, "COMMON", 3)
    add_orders(sqlite_store, *(f"405-000000{n}-0000000" for n in range(4)))
    run.index_orders(sqlite_store)
    with sqlite_store.reading() as tx:
        assert tx.conn.execute(select(common_key)).all() != []
        assert order_index.key_counts(tx, [stable_key("city", "lyon")]) == {stable_key("city", "lyon"): 4}


def test_nobody_is_known_behind_an_account_without_a_confirmed_link(sqlite_store: Store) -> None:
    add(sqlite_store, a_mention())
    number = account(sqlite_store)
    with sqlite_store.reading() as tx:
        assert link_people.known_orders(tx, [number]) == {}

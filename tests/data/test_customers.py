"""One customer across mentions, tickets, orders, returns and claims, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from data import aftersales, casework, customer_names, customers, judged, labelling, mentions, orders, snapshots
from data.customers import CustomerCase
from data.domain import (
    Author,
    Band,
    Category,
    Claim,
    Decision,
    LinkDecision,
    Mention,
    Order,
    Return,
    Source,
    Ticket,
    Verdict,
)
from data.schema.intake import mention
from data.snapshots import SnapshotFacts
from data.store import Store, Tx
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_assessment, an_order, days

ORDER, OTHER = "405-1234567-7654321", "405-1111111-2222222"


def keep_orders(tx: Tx, *batch: Order) -> None:
    facts = SnapshotFacts("orders", "orders.tsv", "0" * 64, "all_orders", "utf-8", len(batch), 0)
    number = snapshots.open_snapshot(tx, facts)
    snapshots.close_snapshot(tx, number, facts, orders.add_orders(tx, number, batch))


def keep_mention(tx: Tx, m: Mention, link: str | None = None, rule: str = "LNK-NAME", **said: Any) -> int:
    """Store, assess and link one mention; returns its id."""
    mentions.add(tx, [m])
    query = select(mention.c.id).where(mention.c.native_id == m.native_id, mention.c.source == m.source.value)
    number = int(tx.conn.execute(query).scalar_one())
    judged.add_assessments(tx, [(number, 1, an_assessment(**said))])
    if link:
        judged.add_links(tx, [(number, LinkDecision(Decision.LINK, 0.98, link, rule=rule))])
    return number


def keep_tickets(tx: Tx, *tickets: Ticket, issue: str | None = None) -> None:
    casework.add_tickets(tx, [(t, issue) for t in tickets], suspend_amazon=False)


def gathered(store: Store) -> list[CustomerCase]:
    with store.reading() as tx:
        return customers.gather(tx)


def keys(cases: Sequence[CustomerCase]) -> list[str]:
    return [case.customer.split(":")[0] if ":" in case.customer else "hash" for case in cases]


def test_everything_about_one_buyer_is_one_customer(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER), an_order(OTHER, purchased_at=NOW - days(9)))
        keep_mention(tx, a_mention(), ORDER)
        keep_tickets(tx, a_ticket("1", order_id=None), a_ticket("2", order_id=OTHER))
        aftersales.add_returns(tx, [Return(ORDER, NOW - days(5))])
        aftersales.add_claims(tx, [Claim(OTHER, NOW - days(1))])
    (case,) = gathered(store)
    assert [o.order_id for o in case.orders] == [OTHER, ORDER]
    assert [len(part) for part in (case.mentions, case.tickets, case.returns, case.claims)] == [1, 2, 1, 1]


def test_names_stay_sealed_while_cases_are_gathered(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        keep_tickets(tx, a_ticket())
    (case,) = gathered(store)
    assert "Lampwick" not in repr(case) and case.orders[0].items[0].sku == "LMP-1"


def test_a_customer_without_a_buyers_hash_is_known_by_the_order(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER, buyer_email=None, buyer_name=None))
        keep_mention(tx, a_mention(), ORDER)
    assert [case.customer for case in gathered(store)] == [f"order:{ORDER}"]


def test_a_ticket_gives_an_uncached_order_its_buyer_and_a_lone_ticket_stands_for_itself(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_tickets(tx, a_ticket("1"), a_ticket("2", order_id=None, buyer_email=None))
        aftersales.add_claims(tx, [Claim(ORDER, NOW - days(1))])
    cases = gathered(store)
    told = dict(zip(keys(cases), cases, strict=True))
    assert sorted(told) == ["hash", "ticket"] and len(told["hash"].claims) == 1


@pytest.mark.parametrize(("band", "expected"), [(Band.FRUSTRATED, ["author"]), (Band.UNSURE, [])])
def test_only_a_frustrated_account_counts_while_it_is_not_linked(store: Store, band: Band, expected: list[str]) -> None:
    with store.transaction(TESTER) as tx:
        keep_mention(tx, a_mention(), band=band)
    assert keys(gathered(store)) == expected


def test_a_rejected_link_does_not_join(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        keep_tickets(tx, a_ticket())
        number = keep_mention(tx, a_mention(), ORDER)
        judged.judge(tx, number, ORDER, Verdict.REJECTED)
    cases = gathered(store)
    assert sorted(keys(cases)) == ["author", "hash"]
    assert [len(c.mentions) for c in cases if c.orders] == [0]


def test_a_link_is_proven_by_a_person_or_by_an_order_number_and_a_persons_doubt_outweighs_both(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        for n, rule in enumerate(("LNK-NAME", "LNK-ID", "LNK-NAME", "LNK-ID")):
            author = Author(Source.TRUSTPILOT, f"a{n}")
            keep_mention(tx, a_mention(f"m{n}", author=author, published_at=NOW - days(9 - n)), ORDER, rule)
        judged.judge(tx, 3, ORDER, Verdict.CONFIRMED)
        judged.judge(tx, 4, ORDER, Verdict.UNSURE)
    (case,) = gathered(store)
    assert [m.is_proven for m in case.mentions] == [False, True, True, False]


def test_an_accounts_other_complaints_follow_its_linked_one_but_not_on_x(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        for source in (Source.TRUSTPILOT, Source.X):
            who = Author(source, "somebody")
            keep_mention(tx, a_mention(f"{source}1", source=source, author=who), ORDER, "LNK-ID")
            again = a_mention(f"{source}2", source=source, author=who, text="Three letters later: no answer.")
            keep_mention(tx, again)
    cases = gathered(store)
    assert sorted(len(case.mentions) for case in cases) == [1, 3]
    assert [case.customer.split(":")[:2] for case in cases if len(case.mentions) == 1] == [["author", "x"]]


@pytest.mark.parametrize("facts", [{"is_own": True}, {"is_spam": True}, {"repeats": "m0"}])
def test_our_own_words_spam_and_reposts_make_no_customer(store: Store, facts: dict[str, Any]) -> None:
    with store.transaction(TESTER) as tx:
        keep_mention(tx, a_mention(**facts))
    assert gathered(store) == []


def test_somebody_elses_order_and_somebody_elses_shop_make_no_customer(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        number = keep_mention(tx, a_mention("m1"))
        judged.add_links(tx, [(number, LinkDecision(Decision.NOT_OUR_ORDER, 0.0, rule="LNK-FOREIGN"))])
        keep_mention(tx, a_mention("m2"), categories=((Category.NOT_ABOUT_US, 0.9),))
    assert gathered(store) == []


def test_a_persons_label_stands_in_place_of_the_models_probability(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER))
        number = keep_mention(tx, a_mention(), ORDER, probability=0.9)
        labelling.add(tx, number, frustrated=False)
    ((said,),) = (case.mentions for case in gathered(store))
    assert (said.probability, said.is_frustrated) == (0.0, False)


def test_old_and_settled_things_are_left_out_and_old_open_ones_are_not(store: Store) -> None:
    long_ago = NOW - days(400)
    old = {"created_at": long_ago, "last_in_at": long_ago, "messages": (), "order_id": None, "buyer_email": None}
    with store.transaction(TESTER) as tx:
        keep_tickets(tx, a_ticket("1", status="closed", **old), a_ticket("2", **old))
        aftersales.add_claims(tx, [Claim(ORDER, long_ago, status="denied"), Claim(OTHER, long_ago)])
        keep_mention(tx, a_mention(published_at=long_ago))
    assert [case.customer for case in gathered(store)] == [f"order:{OTHER}", "ticket:2"]


def test_names_are_found_for_hashes_orders_and_accounts(store: Store) -> None:
    with store.transaction(TESTER) as tx:
        keep_orders(tx, an_order(ORDER), an_order(OTHER, buyer_email=None, buyer_name=None, recipient_name="Bo Wick"))
        keep_mention(tx, a_mention(author=Author(Source.TRUSTPILOT, "t", "Cy Lux")))
        keep_tickets(tx, a_ticket(order_id=ORDER))
        aftersales.add_claims(tx, [Claim(OTHER, NOW)])
    with store.reading() as tx:
        told = [c.customer for c in customers.gather(tx)]
        names = customer_names.names_of(tx, told)
    assert sorted(names.values()) == ["Ada Lampwick", "Bo Wick", "Cy Lux"] and set(names) == set(told)

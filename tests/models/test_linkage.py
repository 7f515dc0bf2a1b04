"""Whose order is it: every rule of the decision, on a cache of some hundred invented orders."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from data.domain import Decision, LinkDecision, Order, OrderItem, Ticket
from data.errors import BadInput
from models.link_files import link_lines
from models.linkage import LinkPolicy, link
from models.memory_index import MemoryIndex
from models.mention_facts import LinkMention
from models.postings import postings_of
from tests.builders import NOW, a_ticket, an_order, days

OURS = "405-1234567-7654321"
SAID_ON = (NOW - days(5)).date()
FIRST = ("Anouk", "Bastien", "Celeste", "Dorian", "Elina", "Fabrice", "Gaelle", "Hector", "Ines", "Jonas", "Klara")
LAST = ("Abelard", "Brunet", "Castellan", "Duvigne", "Estrade", "Falgout", "Grandin", "Izard", "Jaubert", "Kerven")
TOWNS = ("Nantes", "Rouen", "Toulouse", "Dijon", "Bordeaux", "Metz", "Grenoble", "Limoges")
THINGS = ("Copper kettle", "Folding chair", "Garden hose", "Desk organiser", "Wool blanket", "Bread knife")


def _crowd(size: int = 600) -> list[Order]:
    dice = random.Random(4)
    return [
        an_order(
            f"402-{n:07d}-{dice.randrange(10**7):07d}",
            purchased_at=NOW - days(dice.randrange(1, 300)),
            items=(
                OrderItem("1", "S", f"B0{dice.randrange(50):08d}", dice.choice(THINGS), 1, dice.randrange(999, 9999)),
            ),
            total_minor=None,
            city=dice.choice(TOWNS),
            postcode=None,
            buyer_name=f"{dice.choice(FIRST)} {dice.choice(LAST)}",
            buyer_email=f"b{n}@marketplace.amazon.fr",
        )
        for n in range(size)
    ]


CROWD = _crowd()


def index_of(*orders: Order, tickets: Iterable[Ticket] = ()) -> MemoryIndex:
    return MemoryIndex.of([*CROWD, *orders], tickets)


def said(text: str, **facts: Any) -> LinkMention:
    defaults: dict[str, Any] = {
        "source": "trustpilot",
        "author_name": "Ada Lampwick",
        "country": "FR",
        "lang": "en",
        "date": SAID_ON,
    }
    return LinkMention("m1", text, **(defaults | facts))


def decided(mention: LinkMention, *orders: Order, **facts: Any) -> LinkDecision:
    return link(mention, index_of(*(orders or (an_order(),))), **facts)


def outcome(decision: LinkDecision) -> tuple[str, str, str | None]:
    return decision.decision.value, decision.rule, decision.order_id


def field(decision: LinkDecision, name: str) -> str | None:
    return next((e.outcome for e in decision.evidence if e.field == name), None)


# order ids


def test_a_posted_id_of_ours_links() -> None:
    assert outcome(decided(said(f"Order {OURS} never came."))) == ("link", "LNK-ID", OURS)


def test_a_posted_id_links_a_pseudonym_too() -> None:
    assert outcome(decided(said(f"Order {OURS}", author_name="dark_fox92"))) == ("link", "LNK-ID", OURS)


def test_a_posted_id_links_in_a_cache_of_one_order() -> None:
    alone = MemoryIndex.of([an_order()])
    assert [outcome(link(said(OURS, author_name=name), alone)) for name in ("Ada Lampwick", "dark_fox92", None)] == [
        ("link", "LNK-ID", OURS)
    ] * 3


def test_a_posted_id_links_a_mention_of_which_nothing_else_is_known() -> None:
    assert outcome(decided(LinkMention("m1", f"Order {OURS}"))) == ("link", "LNK-ID", OURS)


def test_a_posted_id_that_much_contradicts_goes_to_review() -> None:
    late = said(f"Order {OURS}, the kettle broke", author_name="dark_fox92", country="DE", date=NOW.date())
    assert outcome(decided(late, an_order(purchased_at=NOW - days(200)))) == ("review", "LNK-ID-WEAK", OURS)


def test_an_id_in_the_reference_field_links() -> None:
    assert outcome(decided(said("Never came.", reference=OURS))) == ("link", "LNK-ID", OURS)


def test_one_wrong_digit_goes_to_review_with_the_order_it_nearly_names() -> None:
    assert outcome(decided(said("405-1234567-7654322 never came"))) == ("review", "LNK-NEAR", OURS)


def test_two_swapped_digits_go_to_review() -> None:
    assert outcome(decided(said("405-1234576-7654321 never came"))) == ("review", "LNK-NEAR", OURS)


def test_a_foreign_id_is_not_our_order_however_much_else_agrees() -> None:
    found = decided(said("171-9999999-1111111: my brass lamp never came to Lyon, 89.95 €"))
    assert outcome(found) == ("not_our_order", "LNK-FOREIGN", None) and found.candidates == ()


def test_a_foreign_id_is_shown_as_evidence() -> None:
    (evidence,) = decided(said("171-9999999-1111111")).evidence
    assert (evidence.field, evidence.outcome, evidence.theirs) == ("order_id", "differ", "171-9999999-1111111")


def test_an_id_of_another_persons_order_goes_to_review() -> None:
    assert outcome(decided(said(f"Order {OURS}", author_name="Peter Okonjo"))) == ("review", "LNK-ID-NAME", OURS)


def test_an_id_posted_before_the_purchase_goes_to_review() -> None:
    early = said(f"Order {OURS}", date=(NOW - days(40)).date())
    assert outcome(decided(early)) == ("review", "LNK-ID-DATE", OURS)


def test_an_id_that_somebody_else_showed_first_goes_to_review() -> None:
    theirs = LinkMention("m0", f"{OURS} is late", "trustpilot", "Zoe Hart", date=SAID_ON - timedelta(days=3))
    mine = said(f"Order {OURS}", author_name="dark_fox92")
    assert outcome(decided(mine, postings=postings_of([theirs, mine]))) == ("review", "LNK-ID-BORROWED", OURS)


def test_the_first_to_show_an_id_links_although_others_repeat_it_later() -> None:
    mine = said(f"Order {OURS}")
    later = LinkMention("m2", f"{OURS}?", "reddit", "dark_fox92", date=SAID_ON + timedelta(days=3))
    assert outcome(decided(mine, postings=postings_of([mine, later]))) == ("link", "LNK-ID", OURS)


def test_the_same_author_may_show_an_id_twice() -> None:
    first = LinkMention("m0", OURS, "trustpilot", "Ada Lampwick", date=SAID_ON - timedelta(days=3))
    mine = said(f"Order {OURS} again")
    assert outcome(decided(mine, postings=postings_of([first, mine]))) == ("link", "LNK-ID", OURS)


def test_of_two_posted_ids_both_are_candidates() -> None:
    other = an_order("405-7777777-1111111")
    found = decided(said(f"{OURS} and 405-7777777-1111111"), an_order(), other)
    assert found.decision is Decision.LINK and {c.order_id for c in found.candidates} == {OURS, other.order_id}


def test_a_foreign_id_beside_ours_does_not_hide_ours() -> None:
    assert outcome(decided(said(f"{OURS} and 171-9999999-1111111"))) == ("link", "LNK-ID", OURS)


def test_a_part_of_our_id_beside_a_foreign_id_goes_to_review() -> None:
    assert outcome(decided(said("7654321 / 171-9999999-1111111"))) == ("review", "LNK-NEAR", OURS)


def test_the_last_seven_digits_with_the_name_link() -> None:
    assert outcome(decided(said("order ending ...7654321"))) == ("link", "LNK-NAME", OURS)


def test_a_parcel_number_of_ours_links() -> None:
    found = decided(said("Parcel 6A12345678901", author_name="dark_fox92"), an_order(tracking="6A12345678901"))
    assert outcome(found) == ("link", "LNK-PARCEL", OURS)


def test_a_multi_channel_order_is_nobodys_marketplace_order() -> None:
    external = an_order("S01-1234567-7654321", marketplace="non-amazon")
    assert decided(said("S01-1234567-7654321"), external).decision is Decision.NOT_OUR_ORDER


@pytest.mark.parametrize("source", ["seller_feedback", "return_comment", "claim"])
def test_the_order_that_a_report_of_ours_states_is_certain_whoever_wrote(source: str) -> None:
    found = decided(said("Bad.", source=source, author_name=None, reference=OURS))
    assert outcome(found) == ("link", "LNK-FILE", OURS) and found.probability == 1.0


def test_a_report_may_state_an_order_that_is_not_cached() -> None:
    found = decided(said("Bad.", source="seller_feedback", reference="171-9999999-1111111"))
    assert outcome(found) == ("link", "LNK-FILE", "171-9999999-1111111") and found.evidence[0].ours is None


# X


def test_on_x_a_posted_id_links() -> None:
    assert outcome(decided(said(f"{OURS}?!", source="x"))) == ("link", "LNK-ID", OURS)


def test_on_x_nothing_else_links_however_much_agrees() -> None:
    found = decided(said("My brass lamp never came to 69001 Lyon, 89.95 €, ordered 20 days ago", source="x"))
    assert outcome(found) == ("none", "X-02", None)


def test_on_x_a_part_of_an_id_is_at_most_for_review() -> None:
    assert outcome(decided(said("order ...7654321", source="x"))) == ("review", "X-02", OURS)


# resemblance

FULL = "My brass lamp never came to 69001 Lyon, I paid 89.95 €."


def test_name_place_product_and_amount_together_link() -> None:
    assert outcome(decided(said(FULL))) == ("link", "LNK-NAME", OURS)


def test_the_same_links_in_a_cache_of_one_order_and_another_persons_words_do_not() -> None:
    alone = MemoryIndex.of([an_order()])
    found = [link(said(FULL, author_name=name), alone).decision for name in ("Ada Lampwick", "Zoe Hart")]
    assert found[0] is Decision.LINK and found[1] is not Decision.LINK


def test_the_same_without_the_name_is_for_review_at_most() -> None:
    assert decided(said(FULL, author_name="dark_fox92")).decision is not Decision.LINK


def test_a_name_alone_never_links_by_itself() -> None:
    assert decided(said("Nobody answers.")).decision is not Decision.LINK


def test_the_same_surname_with_another_first_name_never_links_by_itself() -> None:
    ordered = (NOW - days(20)).date().isoformat()
    found = decided(said(f"{FULL} Ordered on {ordered}.", author_name="Peter Lampwick"))
    assert outcome(found) == ("review", "LNK-HOUSE", OURS)


def test_the_recipient_of_a_gift_links_as_the_buyer_does() -> None:
    gift = an_order(buyer_name="Peter Okonjo", recipient_name="Ada Lampwick")
    writers = ("Ada Lampwick", "Peter Okonjo")
    assert [decided(said(FULL, author_name=name), gift).order_id for name in writers] == [OURS, OURS]


def test_a_name_on_another_order_of_the_same_buyer_speaks_for_an_order_without_one() -> None:
    nameless, named = an_order(buyer_name=None), an_order("405-7777777-1111111", purchased_at=NOW - days(200))
    assert field(decided(said(FULL), nameless, named), "name") == "agree"


def test_an_order_bought_after_the_mention_is_not_proposed() -> None:
    found = decided(said(FULL), an_order(purchased_at=NOW - days(1)))
    assert found.decision is Decision.NONE


def test_an_order_outside_the_window_is_not_proposed() -> None:
    old = an_order(purchased_at=NOW - days(100))
    assert decided(said(FULL), old, policy=LinkPolicy(window_days=60)).order_id is None


def test_of_two_orders_of_one_buyer_the_one_on_the_stated_day_is_proposed() -> None:
    other = an_order("405-7777777-1111111", purchased_at=NOW - days(60))
    day = (NOW - days(60)).date()
    found = decided(said(f"{FULL} Ordered on {day:%d.%m.%Y}."), an_order(), other)
    assert found.candidates[0].order_id == other.order_id


def test_two_equal_orders_of_one_buyer_share_the_probability_and_wait_for_a_person() -> None:
    twin = an_order("405-7777777-1111111")
    found = decided(said(FULL), an_order(), twin)
    assert found.decision is Decision.REVIEW and found.candidates[0].probability == found.candidates[1].probability


def test_a_ticket_about_the_order_speaks_for_it() -> None:
    ticket = a_ticket(order_id=OURS, created_at=NOW - days(7))
    with_ticket = link(said("Nobody answers."), index_of(an_order(), tickets=[ticket]))
    without = link(said("Nobody answers."), index_of(an_order()))
    assert with_ticket.probability > without.probability


# evidence, field by field


@pytest.mark.parametrize(
    ("text", "facts", "name", "expected"),
    [
        (FULL, {}, "name", "agree"),
        (FULL, {"author_name": "Ada L."}, "name", "partial"),
        (FULL, {}, "postcode", "agree"),
        ("Lamp for Lyon", {}, "city", "agree"),
        (FULL, {}, "product", "agree"),
        ("My lamps broke, 90 €", {}, "product", "agree"),
        ("The kettle broke", {}, "product", "differ"),
        (FULL, {}, "amount", "agree"),
        ("My lamp, 90 €", {}, "amount", "partial"),
        ("My lamp, 12.50 €", {}, "amount", "differ"),
        ("B0TEST0001 is broken", {}, "asin", "agree"),
        ("Lamp", {}, "country", "agree"),
        ("Lamp", {"country": "DE"}, "country", "differ"),
        ("Lampe", {"country": None, "lang": "fr"}, "language", "agree"),
        ("Lamp ordered on 4 November", {}, "stated_date", "agree"),
        ("Lamp ordered on 2 November", {}, "stated_date", "partial"),
        ("Lamp ordered on 4 June", {}, "stated_date", "differ"),
        ("Lamp", {"experience_date": (NOW - days(20)).date()}, "experience", "agree"),
        ("Lamp", {}, "gap", "agree"),
    ],
)
def test_each_field_says_how_it_compares(text: str, facts: dict[str, Any], name: str, expected: str) -> None:
    found = decided(said(text, **facts), policy=LinkPolicy(review_at=0.0))
    assert found.order_id == OURS and field(found, name) == expected


def test_agreement_speaks_for_an_order_and_contradiction_against_it() -> None:
    found = decided(said(FULL, country="DE"))
    weights = {e.field: e.weight for e in found.evidence}
    assert weights["name"] > 0 > weights["country"]


def test_a_rare_name_is_worth_more_than_a_common_one() -> None:
    common = an_order("405-7777777-1111111", buyer_name="Anouk Brunet")
    rare = {e.field: e.weight for e in decided(said(FULL)).evidence}["name"]
    frequent = {e.field: e.weight for e in decided(said(FULL, author_name="Anouk Brunet"), common).evidence}["name"]
    assert rare > frequent


def test_a_name_never_appears_in_the_evidence() -> None:
    found = decided(said(FULL))
    assert "lampwick" not in repr((found.evidence, found.candidates)).lower()


def test_the_evidence_is_sorted_and_its_sum_decides_between_candidates() -> None:
    found = decided(said(FULL))
    weights = [abs(e.weight) for e in found.evidence]
    assert weights == sorted(weights, reverse=True)


def test_another_makers_brand_speaks_against() -> None:
    assert field(decided(said("My Zefiro lamp broke", rating=1), policy=LinkPolicy(review_at=0.0)), "brand") == "differ"


# people's word


@pytest.mark.parametrize(
    "text", [f"Order {OURS}", FULL, "405-1234567-7654322 never came", "order ending ...7654321", "Parcel 6A12345678901"]
)
def test_an_order_that_a_person_rejected_is_not_proposed_again(text: str) -> None:
    found = decided(said(text), an_order(tracking="6A12345678901"), never={OURS})
    assert found.order_id is None and OURS not in {c.order_id for c in found.candidates}


def test_a_rejected_id_is_still_ours_and_no_foreign_one() -> None:
    assert decided(said(f"Order {OURS}"), never={OURS}).decision is Decision.NONE


def test_after_a_rejection_the_next_best_order_is_proposed() -> None:
    other = an_order("405-7777777-1111111", purchased_at=NOW - days(25))
    assert decided(said(FULL), an_order(), other, never={OURS}).order_id == other.order_id


# the command


def lines(*raw: dict[str, Any]) -> list[dict[str, Any]]:
    return list(link_lines([an_order(), *CROWD], [], raw))


def test_the_command_answers_in_the_order_of_its_input() -> None:
    made = lines({"mention_id": "b", "text": OURS}, {"mention_id": "a", "text": "hello"})
    assert [(m["mention_id"], m["decision"]) for m in made] == [("b", "link"), ("a", "none")]


def test_the_commands_lines_carry_the_fields_of_the_contract() -> None:
    (made,) = lines({"mention_id": "a", "text": FULL, "author_name": "Ada Lampwick", "date": SAID_ON.isoformat()})
    assert {"mention_id", "decision", "order_id", "probability", "evidence", "candidates"} <= set(made)
    assert set(made["evidence"][0]) == {"field", "outcome", "weight", "ours", "theirs"}
    assert set(made["candidates"][0]) == {"order_id", "probability"}


def test_the_command_sees_an_earlier_posting_that_comes_later_in_the_input() -> None:
    borrowed = {"mention_id": "a", "text": OURS, "author_name": "dark_fox92", "date": "2026-11-20"}
    first = {"mention_id": "b", "text": OURS, "author_name": "Ada Lampwick", "date": "2026-11-18"}
    assert [m["decision"] for m in lines(borrowed, first)] == ["review", "link"]


def test_a_mention_with_every_field_null_but_id_and_text_is_read() -> None:
    names = ["source", "author_name", "author_handle", "country", "lang", "date", "experience_date", "rating", "url"]
    (made,) = lines({"mention_id": "a", "text": "hello", **dict.fromkeys(names)})
    assert made["decision"] == "none"


@pytest.mark.parametrize(
    ("facts", "named"), [({"text": 5}, "text"), ({"date": "soon"}, "date"), ({"rating": "five"}, "rating")]
)
def test_an_unusable_field_is_named_with_its_mention(facts: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=f"mention 2: field {named}"):
        lines({"mention_id": "a", "text": "hello"}, {"mention_id": "b", "text": "hello"} | facts)


def test_a_time_is_read_as_its_day() -> None:
    read = LinkMention.from_contract({"mention_id": "a", "text": "t", "date": "2026-11-20T08:00:00Z"})
    assert read.date == date(2026, 11, 20) and not isinstance(read.date, datetime)

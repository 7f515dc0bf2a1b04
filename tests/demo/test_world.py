"""The invented world: the same for the same day and seed, plausible in numbers, and naming nobody real."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import pytest

from data.demo import catalogue, known, phrases, story
from data.demo.world import World, build_world
from data.domain import Mention, Source

TODAY = date(2026, 11, 24)
ORDER_ID = re.compile(r"(?:\d{3}|S01)-\d{7}-\d{7}")
# makers and sellers of lamps, and shops, that a reader might take the invented ones for
REAL = ("ikea", "philips", "osram", "ledvance", "paulmann", "artemide", "flos", "habitat", "maisons du monde", "lidl",
        "leroy merlin", "wayfair", "westwing", "made.com", "zalando", "cdiscount", "otto", "conforama")  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(TODAY)


def everything_said(world: World) -> list[Mention]:
    return list(chain.from_iterable(world.mentions.values()))


def at(day: int) -> datetime:
    return datetime.combine(TODAY + timedelta(days=day), time(12), UTC)


def test_the_same_day_and_seed_make_the_same_world(world: World) -> None:
    assert build_world(TODAY) == world


def test_another_seed_makes_another_world(world: World) -> None:
    other = build_world(TODAY, seed=8)
    assert {o.order_id for o in other.orders}.isdisjoint({o.order_id for o in world.orders})


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2028, 2, 29), date(2027, 1, 1)])
def test_a_world_can_be_made_for_any_day_and_seed(day: date, seed: int) -> None:
    assert len(everything_said(build_world(day, seed))) == 918


def test_the_world_has_the_promised_size(world: World) -> None:
    said = {source: len(held) for source, held in world.mentions.items()}
    assert said == {
        Source.TRUSTPILOT: 520,
        Source.REDDIT: 170,
        Source.X: 90,
        Source.SELLER_FEEDBACK: 80,
        Source.RETURN_COMMENT: 40,
        Source.CLAIM: 18,
    }
    assert (len(world.orders), len(world.tickets), len(world.claims), len(world.returns)) == (1500, 300, 18, 170)


def test_every_language_has_its_share_of_the_mentions(world: World) -> None:
    spoken = Counter(truth.language for truth in world.truth.values())
    assert set(spoken) == set(phrases.LANGUAGES)
    assert min(spoken.values()) >= 45


def test_every_market_has_orders(world: World) -> None:
    sold = Counter(o.marketplace for o in world.orders)
    assert all(sold[m.domain] >= 100 for m in catalogue.MARKETS)
    assert sold["non-amazon"] >= 5


def test_nothing_in_the_world_is_dated_today_or_later(world: World) -> None:
    midnight = datetime.combine(TODAY, time(), UTC)
    moments = [m.published_at for m in everything_said(world)]
    moments += [m.updated_at for m in everything_said(world) if m.updated_at]
    moments += [m.reply.published_at for m in everything_said(world) if m.reply and m.reply.published_at]
    moments += [said.sent_at for t in world.tickets for said in t.messages]
    moments += [r.returned_at for r in world.returns] + [r.delivered_back_at for r in world.returns
                                                         if r.delivered_back_at]  # fmt: skip
    moments += [c.opened_at for c in world.claims] + [c.info_requested_at for c in world.claims if c.info_requested_at]
    moments += [moment for o in world.orders for moment in (o.purchased_at, o.shipped_at, o.delivered_at) if moment]
    assert max(moments) < midnight


def test_trade_ends_on_the_evening_before_the_suspension(world: World) -> None:
    assert max(o.purchased_at for o in world.orders) < world.suspension.noticed_at


def test_order_ids_have_their_form_and_are_unique(world: World) -> None:
    ids = [o.order_id for o in world.orders]
    assert all(ORDER_ID.fullmatch(i) for i in ids)
    assert len(set(ids)) == len(ids)


def test_native_ids_have_the_form_of_their_source_and_are_unique(world: World) -> None:
    forms = {
        Source.TRUSTPILOT: r"[0-9a-f]{24}",
        Source.REDDIT: r"t[13]_[0-9a-z]{7}",
        Source.X: r"\d{19}",
        Source.SELLER_FEEDBACK: ORDER_ID.pattern,
        Source.RETURN_COMMENT: r"[0-9a-f]{24}",
        Source.CLAIM: ORDER_ID.pattern + r"\|[-+:T0-9]{25}",
    }
    for source, said in world.mentions.items():
        ids = [m.native_id for m in said]
        assert all(re.fullmatch(forms[source], i) for i in ids), source
        assert len(set(ids)) == len(ids), source


def test_nearly_every_text_is_its_own(world: World) -> None:
    texts = [m.text for m in everything_said(world) if not m.repeats]
    assert len(set(texts)) / len(texts) >= 0.98


def test_no_slot_of_a_template_is_left_open(world: World) -> None:
    said = [m.text + (m.title or "") for m in everything_said(world)]
    said += [m.text for t in world.tickets for m in t.messages] + [t.subject for t in world.tickets]
    assert not [text for text in said if "{" in text or "}" in text]


def test_nobody_real_is_named(world: World) -> None:
    said = [f"{m.title} {m.text}" for m in everything_said(world)]
    said += [m.text for t in world.tickets for m in t.messages]
    said += [item.title or "" for o in world.orders for item in o.items]
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, REAL))})(?!\w)", re.IGNORECASE)
    assert not [text for text in said if named.search(text)]


def test_every_address_in_a_text_is_reserved_for_examples(world: World) -> None:
    said = "\n".join(f"{m.title} {m.text}" for m in everything_said(world))
    addresses = re.findall(r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|fr|de|es|it|uk|eu|example)\b", said)
    assert addresses
    assert [a for a in addresses if not a.endswith(".example")] == []


def test_every_known_order_behind_a_mention_exists(world: World) -> None:
    held = {o.order_id for o in world.orders}
    assert all(t.order_id in held for t in world.truth.values() if t.order_id)


def test_a_foreign_order_id_is_none_of_ours(world: World) -> None:
    held = {o.order_id for o in world.orders}
    foreign = [m for m in everything_said(world) if world.truth[m.native_id].evidence == "foreign"]
    shown = {i for m in foreign for i in ORDER_ID.findall(m.text)}
    assert shown
    assert shown.isdisjoint(held)


def test_frustration_rises_with_the_suspension(world: World) -> None:
    def share(first: int, last: int) -> float:
        days = range(first, last + 1)
        told = [
            world.truth[m.native_id].frustrated
            for m in everything_said(world)
            if (m.published_at.date() - TODAY).days in days
        ]
        return sum(told) / len(told)

    before, after = share(story.FIRST_DAY, story.SUSPENDED - 1), share(story.SUSPENDED, story.LAST_DAY)
    assert before < 0.25
    assert after > 0.55


def test_an_order_report_of_an_earlier_day_tells_nothing_of_later_days(world: World) -> None:
    seen = known.orders(world, at(-200), at(-60))
    assert seen
    assert max(o.purchased_at for o in seen) <= at(-60)
    assert all(o.shipped_at <= at(-60) for o in seen if o.shipped_at)
    assert any(o.status == "Unshipped" for o in seen)


def test_a_ticket_export_of_an_earlier_day_ends_with_that_day(world: World) -> None:
    seen = known.tickets(world, at(-200), at(-20))
    assert max(m.sent_at for t in seen for m in t.messages) <= at(-20)
    later = {t.native_id: t for t in world.tickets}
    assert any(len(t.messages) < len(later[t.native_id].messages) for t in seen)


def test_a_review_reads_as_it_did_before_its_author_edited_it(world: World) -> None:
    edited = next(m for m in world.mentions[Source.TRUSTPILOT] if m.native_id in world.earlier)
    assert edited.updated_at is not None
    before = {m.native_id: m for m in known.reviews(world, edited.updated_at - timedelta(seconds=1))}
    after = {m.native_id: m for m in known.reviews(world, edited.updated_at)}
    assert before[edited.native_id] == world.earlier[edited.native_id]
    assert after[edited.native_id].text == edited.text != before[edited.native_id].text


def test_a_post_is_deleted_only_after_somebody_could_see_it(world: World) -> None:
    gone = {m.native_id for m, facts in known.posts(world, Source.REDDIT, at(-10), at(0)) if facts.is_deleted_later}
    published = {m.native_id: m.published_at for m in world.mentions[Source.REDDIT]}
    assert gone
    assert all(published[native] <= at(-10) for native in gone)

"""View models: what pages draw, narrowed, counted and masked before it reaches them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.access import Action, may
from dashboard.queries import approvals, at_risk, attention, audit, mentions, overview, plan, sources, tickets, wanted
from dashboard.queries.mentions import segments
from dashboard.queries.spikes import find
from dashboard.queries.wanted import Wanted
from dashboard.viewer import Viewer
from data import browse, erasure, judged, orders, plans, snapshots, trail
from data import mentions as stored
from data.browse import Filter
from data.domain import Actor, Author, Candidate, Decision, Evidence, LinkDecision, Reason, Role, Source
from data.errors import BadInput
from data.store import Store, Tx
from data.trail import Search
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.desk import due
from tests.builders import NOW, a_mention, an_assessment, an_order, days

ORDER = "405-1234567-7654321"


def a_viewer(role: Role = Role.SUPPORT_LEAD, language: str = "en") -> Viewer:
    return Viewer(Actor("p:someone", role), "Some One", language, ZoneInfo("Europe/Paris"), NOW)


@pytest.fixture
def reading(demo_workspace: Workspace) -> Iterator[Tx]:
    with demo_workspace.store.reading() as tx:
        yield tx


def add_linked_mention(store: Store, text: str, **facts: str) -> int:
    """A mention by the buyer of one cached order, linked to it with evidence."""
    with store.transaction(Actor.system("test")) as tx:
        snapshot = snapshots.open_snapshot(tx, snapshots.SnapshotFacts("orders", "f", "0" * 64, "t", "utf-8", 1, 0))
        orders.add_orders(tx, snapshot, [an_order(ORDER)])
        stored.add(tx, [a_mention(text=text, **facts)])
        held = int(browse.page(tx, Filter()).rows[0].id)
        judged.add_assessments(tx, [(held, 1, an_assessment())])
        evidence = (Evidence("order_id", "agree", 17.0, ORDER, ORDER), Evidence("city", "agree", 3.0, "Lyon", "Lyon"))
        link = LinkDecision(Decision.LINK, 0.97, ORDER, evidence, (Candidate(ORDER, 0.97, evidence),), "LNK-ID", "w")
        judged.add_links(tx, [(held, link)])
    return held


def test_what_was_erased_at_its_source_is_not_shown(workspace: Workspace) -> None:
    held = add_linked_mention(workspace.store, "Where is it?")
    with workspace.store.transaction(Actor.system("test")) as tx:
        erasure.mark_gone(tx, Source.TRUSTPILOT, ["m1"])
    with workspace.store.reading() as tx, pytest.raises(BadInput, match="erased"):
        mentions.detail(tx, a_viewer(), held)


def test_the_words_that_moved_the_score_carry_its_weight_and_the_text_stays_whole() -> None:
    text = "Jamais reçu. JAMAIS répondu !"
    pieces = segments(text, [Reason("jamais", 1.5), Reason("répondu", -0.5)])
    assert "".join(p.text for p in pieces) == text
    assert [(p.text, p.weight) for p in pieces if p.weight] == [("Jamais", 1.5), ("JAMAIS", 1.5), ("répondu", -0.5)]


def test_paging_shows_every_mention_once(reading: Tx) -> None:
    want, viewer = Wanted(days="all", band="frustrated"), a_viewer()
    seen: list[int] = []
    key = None
    while True:
        page = mentions.listing(reading, viewer, want, key)
        seen += [line.id for line in page.lines]
        key = page.next_key
        if key is None:
            break
    assert len(seen) == len(set(seen)) == page.total


def test_an_address_and_a_narrowing_say_the_same() -> None:
    want = Wanted(band="frustrated", source="x", market="FR", link="check", days="7", sort="newest", q="refund now")
    assert wanted.read(want.as_params()) == want
    assert Wanted().as_params() == {}


@pytest.mark.parametrize(
    "params", [{"band": "<script>"}, {"days": "9999"}, {"market": "../etc"}, {"sort": "drop"}, {"source": "X"}]
)
def test_codes_that_do_not_exist_are_ignored(params: dict[str, str]) -> None:
    assert wanted.read(params) == Wanted()


def test_one_day_of_the_address_begins_at_midnight_in_the_brands_zone() -> None:
    narrowed = wanted.as_filter(Wanted(on="2026-11-12"), a_viewer())
    assert narrowed.since is not None
    assert narrowed.until is not None
    assert narrowed.since.isoformat() == "2026-11-11T23:00:00+00:00"
    assert narrowed.until - narrowed.since == timedelta(days=1)


def test_the_overview_counts_what_the_list_behind_it_shows(reading: Tx) -> None:
    seen = overview.read(reading, a_viewer(), None, None)
    frustrated = mentions.listing(reading, a_viewer(), Wanted(days="all", band="frustrated")).total
    # own posts, spam, reposts and copies stand in the list and are left out of the figures
    left_out = sum(
        1
        for row in browse.page(reading, Filter(bands=("frustrated",)), size=2_000).rows
        if row.is_own or row.is_spam or row.repeats is not None or row.same_as is not None
    )
    assert seen.now.frustrated == frustrated - left_out
    assert sum(cell.frustrated for cell in seen.cells) == seen.now.frustrated
    by_source = Counter[str]()
    for cell in seen.cells:
        by_source[cell.source] += cell.frustrated
    busiest = [(source, n) for source, n in sorted(by_source.items(), key=lambda pair: (-pair[1], pair[0])) if n]
    assert [(line.source, line.total) for line in seen.lines] == busiest[: overview.MOST_SOURCES]


def test_the_overview_compares_with_the_days_before_the_suspension(reading: Tx) -> None:
    seen = overview.read(reading, a_viewer(), 30, None)
    assert seen.is_before_suspension
    assert seen.suspended_on == date(2026, 10, 20)
    assert (seen.now.share or 0) > (seen.before.share or 0)


def test_one_market_is_a_part_of_all(reading: Tx) -> None:
    everywhere = overview.read(reading, a_viewer(), None, None)
    france = overview.read(reading, a_viewer(), None, "FR")
    assert 0 < france.now.n < everywhere.now.n


def test_an_empty_store_gives_an_empty_overview(workspace: Workspace) -> None:
    with workspace.store.reading() as tx:
        seen = overview.read(tx, a_viewer(), 30, None)
    assert seen.newest is None
    assert seen.now.share is None
    assert seen.lines == ()


def test_a_loud_day_is_a_spike_and_its_quieter_neighbour_is_not() -> None:
    day = date(2026, 11, 12)
    grouped = {"trustpilot": {day: 30, day - timedelta(days=1): 12, day - timedelta(days=20): 1}}
    found = find(grouped, day - timedelta(days=25), day, {("trustpilot", day): "no_reply"})
    assert [(s.day, s.n, s.category) for s in found] == [(day, 30, "no_reply")]


def test_a_steady_source_has_no_spike() -> None:
    last = date(2026, 11, 24)
    grouped = {"x": {last - timedelta(days=n): 10 for n in range(60)}}
    assert find(grouped, last - timedelta(days=20), last, {}) == ()


def test_attention_leads_to_the_loudest_day_and_to_the_late_tickets(demo_workspace: Workspace) -> None:
    viewer = a_viewer()
    with demo_workspace.store.reading() as tx:
        seen = overview.read(tx, viewer, 90, None)
    needs = attention.read(demo_workspace, viewer, seen)
    kinds = [need.kind for need in needs.rows]
    assert "broken_log" not in kinds
    assert {"late", "spike"} <= set(kinds)
    spike = next(need for need in needs.rows if need.kind == "spike")
    with demo_workspace.store.reading() as tx:
        behind = mentions.listing(tx, viewer, wanted.read(spike.params)).total
    assert behind >= int(str(spike.values["n"])) * 0.8  # the chart counts UTC days, the list days of the brand's zone


def test_a_brand_manager_is_not_called_to_tickets(demo_workspace: Workspace) -> None:
    viewer = a_viewer(Role.BRAND_MANAGER)
    with demo_workspace.store.reading() as tx:
        seen = overview.read(tx, viewer, 90, None)
    needs = attention.read(demo_workspace, viewer, seen)
    assert needs.waiting is None
    assert not {"late", "links"} & {need.kind for need in needs.rows}


def test_customers_come_by_risk_by_deadline_or_by_value(reading: Tx) -> None:
    viewer = a_viewer()
    risks = [line.risk for line in at_risk.page(reading, viewer).lines]
    values = [line.value_minor or 0 for line in at_risk.page(reading, viewer, sort="value").lines]
    due = [line.deadline_at for line in at_risk.page(reading, viewer, sort="deadline").lines if line.deadline_at]
    assert risks == sorted(risks, reverse=True)
    assert values == sorted(values, reverse=True)
    assert due == sorted(due)


def test_all_pages_of_customers_together_hold_everybody_once(reading: Tx) -> None:
    viewer, keys = a_viewer(Role.BRAND_MANAGER), []
    total = at_risk.page(reading, viewer).total
    for number in range(1, total // at_risk.PAGE + 2):
        keys += [line.key for line in at_risk.page(reading, viewer, number=number).lines]
    assert len(keys) == len(set(keys)) == total == len(plans.at_risk_customers(reading))


def test_the_reasons_of_a_customer_add_up_to_their_risk(reading: Tx) -> None:
    import math

    line = at_risk.page(reading, a_viewer()).lines[0]
    assert 1 / (1 + math.exp(-sum(p.weight for p in line.parts))) == pytest.approx(line.risk, abs=1e-6)


def test_nobody_is_found_under_a_pseudonym_that_nobody_has(reading: Tx) -> None:
    with pytest.raises(BadInput, match="nobody at risk"):
        at_risk.detail(reading, a_viewer(), "C-000000000000")


def test_the_plan_accounts_for_every_task_and_keeps_its_caps(demo_workspace: Workspace, reading: Tx) -> None:
    seen = plan.newest(reading, a_viewer(), demo_workspace.settings.policy)
    newest = plans.newest_plan(reading)
    assert seen is not None
    assert newest is not None
    assert seen.placed + len(seen.unplaced) == len(newest[1])
    assert sum(n for _, n in seen.why_not) == len(seen.unplaced)
    assert all(d.contacts <= d.contacts_cap and d.minutes <= d.minutes_cap for d in seen.days)


def test_a_simulation_on_a_later_day_plans_nothing_before_it(demo_workspace: Workspace) -> None:
    later = NOW.date() + timedelta(days=10)
    made = recovering.simulate(demo_workspace, later)
    with demo_workspace.store.reading() as tx:
        seen = plan.simulated(tx, a_viewer(), demo_workspace.settings.policy, made.starts_on, made.tasks)
    assert seen.number is None
    assert min(d.day for d in seen.days) >= later


def test_the_ticket_queue_puts_refunds_and_claims_first(demo_workspace: Workspace) -> None:
    duties = due.everything(demo_workspace)
    with demo_workspace.store.reading() as tx:
        queue = tickets.queue(tx, a_viewer(), duties)
        late = tickets.queue(tx, a_viewer(), duties, "late")
    lanes = [line.place.lane for line in queue.lines if line.place]
    assert lanes == sorted(lanes)
    assert queue.counts["queue"] == len(duties)
    assert all(line.place and line.place.next and line.place.next.due_at < NOW for line in late.lines)


def test_a_tickets_messages_hide_the_buyers_name_from_finance(demo_workspace: Workspace) -> None:
    duties = due.everything(demo_workspace)
    numbers = [d.ticket for d in duties if d.ticket is not None][:40]
    named = 0
    with demo_workspace.store.reading() as tx:
        for number in numbers:
            open_eyes = tickets.ticket_case(tx, a_viewer(Role.AGENT), number, duties)
            masked = tickets.ticket_case(tx, a_viewer(Role.FINANCE), number, duties)
            if open_eyes.order and open_eyes.order.buyer:
                named += 1
                assert open_eyes.order.buyer not in repr(masked)
                assert masked.order is not None
                assert masked.order.buyer is None
    assert named > 5


def test_every_list_of_tickets_pages_to_its_end_without_gap_or_repeat(demo_workspace: Workspace) -> None:
    duties = due.everything(demo_workspace)
    with demo_workspace.store.reading() as tx:
        for kind in tickets.KINDS:
            total = tickets.queue(tx, a_viewer(), duties, kind).total
            pages = range(1, (total + tickets.PAGE - 1) // tickets.PAGE + 1)
            lines = [line for n in pages for line in tickets.queue(tx, a_viewer(), duties, kind, n).lines]
            seen = [(line.subject, line.place.next if line.place else None) for line in lines]
            assert len(seen) == len(set(seen)) == total > 0, kind


def test_who_sees_tickets_sees_order_numbers_too() -> None:
    seers = {role for role in Role if may(role, Action.SEE_TICKETS)}
    assert seers <= {role for role in Role if may(role, Action.SEE_ORDER_IDS)}


def test_a_decision_waits_for_who_may_decide_and_not_for_the_author(demo_workspace: Workspace) -> None:
    with demo_workspace.store.reading() as tx:
        waiting = approvals.read(tx, a_viewer(Role.COMPLIANCE))
        lead = approvals.waiting_for(tx, a_viewer(Role.SUPPORT_LEAD))
        agent = approvals.waiting_for(tx, a_viewer(Role.AGENT))
    assert lead == len(waiting.requests) > 0
    assert agent == 0
    author = replace(a_viewer(), actor=Actor(waiting.requests[0].requested_by, Role.SUPPORT_LEAD))
    assert not approvals.may_decide(author, waiting.requests[0])


def test_the_log_pages_back_to_its_first_entry(reading: Tx) -> None:
    viewer, seen, before = a_viewer(), [], None
    while True:
        page = audit.page(reading, viewer, Search(below=before))
        seen += [line.seq for line in page.lines]
        before = page.next_before
        if before is None:
            break
    assert seen == list(range(trail.size(reading), 0, -1))


def test_an_entry_is_shown_with_the_very_line_that_was_sealed(reading: Tx) -> None:
    seen = audit.detail(reading, a_viewer(), 1)
    assert seen is not None
    assert audit.detail(reading, a_viewer(), 10**9) is None
    assert seen.sealed == next(iter(trail.sealed_lines(reading)))[1]


def test_a_broken_source_stands_first_and_says_so(workspace: Workspace) -> None:
    from data.domain import HealthState

    with workspace.store.transaction(Actor.system("test")) as tx:
        trail.set_health(tx, Source.REDDIT, "a", HealthState.OK, "")
        trail.set_health(tx, Source.X, "b", HealthState.AUTH_FAILED, "the key was refused")
    with workspace.store.reading() as tx:
        seen = sources.read(tx, a_viewer(), workspace.settings)
    assert [f.source for f in seen.feeds] == ["x", "reddit"]
    assert [f.source for f in seen.troubled] == ["x"]
    assert seen.x_budget_micros == 10_000_000


def test_an_author_without_a_name_is_somebody(workspace: Workspace) -> None:
    with workspace.store.transaction(Actor.system("test")) as tx:
        stored.add(tx, [a_mention(author=Author(Source.TRUSTPILOT, "a-1"), published_at=NOW - days(1))])
    with workspace.store.reading() as tx:
        assert mentions.listing(tx, a_viewer(), Wanted()).lines[0].author is None

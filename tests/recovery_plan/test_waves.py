"""The plan's way out on both engines: drafted, approved, released, handed over, done; and who is never contacted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data import (
    approvals,
    casework,
    communities,
    contact_stops,
    contacts,
    customers,
    judged,
    macros,
    mentions,
    plans,
    task_steps,
    trail,
    work_lines,
)
from data.approvals import State
from data.domain import Actor, AtRisk, Author, Category, Decision, LinkDecision, Route, Source
from data.errors import BadInput, Refused
from data.schema.outreach import task_step
from data.store import Store
from data.workspace import Workspace
from recovery_plan import run
from recovery_plan.obligations import is_waiting
from recovery_plan.outreach.handover import COLUMNS
from recovery_plan.waves import drafting, handing, lines, planning, rates, releasing, telling
from recovery_plan.waves.handing import ListFormat
from recovery_plan.waves.releasing import Stepped
from tests.builders import NOW, TESTER, a_mention, an_assessment, an_order, days
from tests.recovery_plan import desk_builders as desk
from tests.recovery_plan.desk_builders import AGENT, AUDITOR, BRAND, COMPLIANCE, LEAD, ORDER, SECOND, Watch

MAILED = "405-2222222-2222222"
SYSTEM = Actor.system("run")
ONES = {"refund_asked": "waiting", "open_problem": "mailed", "public_reply": "public"}


@pytest.fixture
def watch() -> Watch:
    return Watch()


def key(ws: Workspace, alias: str) -> str:
    return ws.store.vault.blind(f"alias:{alias}@marketplace.amazon.fr")


def a_customer(customer: str, order_id: str | None = None, **facts: Any) -> AtRisk:
    defaults: dict[str, Any] = {"parts": (), "language": "fr", "currency": "EUR", "value_minor": 8_995}
    category = facts.pop("category", Category.NOT_DELIVERED)
    return AtRisk(customer, facts.pop("risk", 0.7), order_id=order_id, category=category, **(defaults | facts))


def keep_mention(ws: Workspace, number: int, link: str | None = None, **facts: Any) -> None:
    source = facts.pop("source", Source.TRUSTPILOT)
    told = a_mention(
        f"m{number}", source=source, author=Author(source, f"a{number}", "Somebody"), language="fr", **facts
    )
    with ws.store.transaction(TESTER) as tx:
        mentions.add(tx, [told])
        judged.add_assessments(tx, [(number, 1, an_assessment(language="fr"))])
        if link:
            judged.add_links(tx, [(number, LinkDecision(Decision.LINK, 0.99, link, rule="LNK-ID"))])


def a_house(store: Store, watch: Watch, folder: Path) -> Workspace:
    """One buyer who waits for an answer, one with a proven complaint, one unknown reviewer; macros are approved."""
    ws = desk.a_desk(store, watch, folder)
    desk.keep_order(ws, an_order(ORDER))
    desk.keep_order(ws, an_order(MAILED, buyer_email="mailed@marketplace.amazon.fr", purchased_at=NOW - days(10)))
    keep_mention(ws, 1, MAILED)
    keep_mention(ws, 2)
    with ws.store.transaction(SYSTEM) as tx:
        at_risk = [
            a_customer(key(ws, "abc123"), ORDER, category=Category.REFUND_NOT_RECEIVED, ticket_ids=(1,)),
            a_customer(key(ws, "mailed"), MAILED, mention_ids=(1,)),
            a_customer("author:trustpilot:2", mention_ids=(2,)),
        ]
        plans.replace_at_risk(tx, at_risk)
    for name in ONES:
        desk.approve_macro(ws, name)
    return ws


@pytest.fixture
def ws(sqlite_store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    return a_house(sqlite_store, watch, tmp_path / "ws")


@pytest.fixture
def both(store: Store, watch: Watch, tmp_path: Path) -> Workspace:
    return a_house(store, watch, tmp_path / "ws")


def drafted(ws: Workspace) -> str:
    """Plan and drafts of the first wave; returns the wave's hash."""
    planning.build(ws, LEAD)
    return drafting.wave_sha(drafting.request_wave(ws, AGENT, 1))


def approved(ws: Workspace) -> Stepped:
    return releasing.approve(ws, COMPLIANCE, 1, sha256=drafted(ws))


def released(ws: Workspace) -> dict[str, int]:
    """Everything released; returns which task is whose, by the macro's short name."""
    approved(ws)
    releasing.release(ws, LEAD, 1)
    return tasks(ws)


def tasks(ws: Workspace) -> dict[str, int]:
    with ws.store.reading() as tx:
        _, rows = plans.newest_plan(tx) or (None, [])
        return {ONES[row.macro]: row.promised or row.id for row in rows if row.macro}


def steps(ws: Workspace) -> dict[str, str]:
    names = {task: name for name, task in tasks(ws).items()}
    with ws.store.reading() as tx:
        return {names[task]: step.what for task, step in task_steps.newest(tx).items() if task in names}


def actions(ws: Workspace, prefix: str) -> list[str]:
    with ws.store.reading() as tx:
        return [row.action for row in trail.entries(tx, action=prefix)]


# drafts -------------------------------------------------------------------------------------------------------------


def test_drafts_are_approved_macros_filled_with_cached_facts_and_seen_by_the_guard(ws: Workspace) -> None:
    planning.build(ws, LEAD)
    found = {ONES[d.macro.name]: d for d in drafting.drafts(ws, 1) if d.macro}
    assert {name: (d.kind, d.ticket, d.problems) for name, d in found.items()} == {
        "waiting": ("reply", 1, ()), "mailed": ("outreach", None, ()), "public": ("public_reply", None, ()),
    }  # fmt: skip
    waiting, mailed, public = found["waiting"], found["mailed"], found["public"]
    assert ORDER in (waiting.text or "") and waiting.slots["update_date"] == str(waiting.day + timedelta(days=5))
    assert MAILED in (mailed.text or "") and "405-" not in (public.text or "")
    assert all(d.seen is not None and not d.seen.is_blocked for d in found.values())


def test_a_macro_that_is_not_approved_is_no_draft_and_says_so(ws: Workspace) -> None:
    planning.build(ws, LEAD)
    with ws.store.transaction(COMPLIANCE) as tx:
        macros.mark(tx, next(m.id for m in macros.versions(tx, name="open_problem", language="fr")), "retired")
    problems = [d.problems for d in drafting.drafts(ws, 1) if d.problems]
    assert problems == [(("DESK-MACRO", "no approved macro open_problem in fr"),)]


def test_a_text_that_the_guard_blocks_is_neither_put_forward_nor_approved(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recovery_plan.containment.language_check import Seen

    blocked = Seen("block", (("SUSPENSION", "NL-SUSPENSION", "", "tells of our account"),))
    monkeypatch.setattr(drafting, "look", lambda text, **_: blocked)
    done = releasing.approve(ws, COMPLIANCE, 1, sha256=drafted(ws))
    assert done.tasks == () and {rule for _, rule, _ in done.left_out} == {"NL-SUSPENSION"}
    with ws.store.reading() as tx:
        assert approvals.requests(tx) == []


def test_putting_forward_twice_asks_once_and_a_changed_text_replaces_its_request(ws: Workspace, watch: Watch) -> None:
    drafted(ws)
    drafting.request_wave(ws, AGENT, 1)
    with ws.store.reading() as tx:
        assert [r.state for r in approvals.requests(tx)] == [State.PENDING] * 3


def test_a_wave_that_is_not_there_and_a_role_that_does_not_write_are_refused(ws: Workspace) -> None:
    with pytest.raises(BadInput, match="no plan yet"):
        drafting.drafts(ws, 1)
    planning.build(ws, LEAD)
    with pytest.raises(BadInput, match="no such wave: 1"):
        drafting.drafts(ws, 9)
    for actor in (BRAND, SYSTEM):
        with pytest.raises(Refused, match="DESK-ROLES"):
            drafting.request_wave(ws, actor, 1)


# approval and release -----------------------------------------------------------------------------------------------


def test_a_wave_goes_from_drafts_over_an_approval_to_the_release(both: Workspace) -> None:
    assert len(approved(both).tasks) == 3
    done = releasing.release(both, LEAD, 1)
    assert (len(done.tasks), done.left_out) == (3, ())
    assert steps(both) == dict.fromkeys(("waiting", "mailed", "public"), "released")
    assert actions(both, "wave.") == ["wave.released", "wave.approved", "wave.drafted"]


def test_nothing_is_released_without_an_approval(ws: Workspace) -> None:
    drafted(ws)
    with pytest.raises(Refused, match="DESK-APPROVAL"):
        releasing.release(ws, LEAD, 1)


@pytest.mark.parametrize("actor", [AGENT, LEAD, BRAND, AUDITOR, SYSTEM])
def test_only_compliance_approves_a_wave(ws: Workspace, actor: Actor) -> None:
    sha = drafted(ws)
    with pytest.raises(Refused, match="DESK-ROLES"):
        releasing.approve(ws, actor, 1, sha256=sha)


@pytest.mark.parametrize("actor", [AGENT, BRAND, AUDITOR, SYSTEM])
def test_only_a_lead_or_compliance_releases_one(ws: Workspace, actor: Actor) -> None:
    approved(ws)
    with pytest.raises(Refused, match="DESK-ROLES"):
        releasing.release(ws, actor, 1)


def test_nobody_approves_drafts_or_a_plan_of_their_own(both: Workspace) -> None:
    planning.build(both, LEAD)
    sha = drafting.wave_sha(drafting.request_wave(both, COMPLIANCE, 1))
    with pytest.raises(Refused, match="DESK-FOUR-EYES"):
        releasing.approve(both, COMPLIANCE, 1, sha256=sha)
    assert len(releasing.approve(both, SECOND, 1, sha256=sha).tasks) == 3


def test_an_approval_of_another_wave_than_the_one_looked_at_is_refused(ws: Workspace) -> None:
    sha = drafted(ws)
    for wrong in ("0" * 64, sha[:7], ""):
        with pytest.raises(Refused, match="not the wave"):
            releasing.approve(ws, COMPLIANCE, 1, sha256=wrong)
    assert steps(ws) == {}


def test_a_refused_wave_is_not_released(ws: Workspace) -> None:
    releasing.approve(ws, COMPLIANCE, 1, sha256=drafted(ws), grant=False, note="wait for finance")
    assert set(steps(ws).values()) == {"refused"}
    with pytest.raises(Refused, match="DESK-APPROVAL"):
        releasing.release(ws, LEAD, 1)


def test_while_suspended_a_wave_may_be_approved_and_not_released(ws: Workspace, watch: Watch) -> None:
    desk.declare(ws)
    assert len(approved(ws).tasks) == 3
    with pytest.raises(Refused, match="DESK-MODE"):
        releasing.release(ws, LEAD, 1)
    run.end_suspension(ws, COMPLIANCE)
    assert planning.build(ws, LEAD).difference.promised_kept == 3
    assert len(releasing.release(ws, LEAD, 1).tasks) == 3


def test_an_approval_that_lapsed_releases_nothing(ws: Workspace, watch: Watch) -> None:
    approved(ws)
    watch.on(days=7)
    with pytest.raises(Refused):
        releasing.release(ws, LEAD, 1)


def test_the_database_itself_refuses_a_release_nobody_approved_and_a_change_of_the_record(both: Workspace) -> None:
    planning.build(both, LEAD)
    task = tasks(both)["mailed"]
    with pytest.raises(Refused, match="DESK-APPROVAL"), both.store.transaction(LEAD) as tx:
        task_steps.add(tx, "released", 1, {task: "0" * 64})
    with pytest.raises(Refused, match=r"DESK-(FOUR-EYES|ROLES)"), both.store.transaction(LEAD) as tx:
        task_steps.add(tx, "approved", 1, {task: "0" * 64}, expires_at=tx.now + days(1))
    approved(both)
    with pytest.raises(Refused, match="DESK-APPROVAL"), both.store.transaction(LEAD) as tx:
        task_steps.add(tx, "released", 1, {task: "0" * 64})
    for change in (task_step.update().values(sha256="x"), task_step.delete()):
        with pytest.raises(Refused, match="DESK-RECORD"), both.store.transaction(LEAD) as tx:
            tx.conn.execute(change)
    desk.declare(both)
    with pytest.raises(Refused, match="DESK-MODE"), both.store.transaction(LEAD) as tx:
        task_steps.add(tx, "released", 1, {task: task_steps.newest(tx)[task].sha256})


# sending and outcomes -----------------------------------------------------------------------------------------------


def test_the_approved_bytes_are_handed_over_once_after_the_release(both: Workspace) -> None:
    approved(both)
    task = tasks(both)["mailed"]
    with pytest.raises(Refused, match="not released"):
        releasing.hand_over(both, AGENT, task)
    releasing.release(both, LEAD, 1)
    handed = releasing.hand_over(both, AGENT, task)
    assert MAILED in handed.text and handed.request.place == "amazon_messages"
    with pytest.raises(Refused, match="DESK-SEND-ONCE"):
        releasing.hand_over(both, AGENT, task)


def test_the_database_refuses_to_hand_over_what_was_not_released(both: Workspace) -> None:
    approved(both)
    with both.store.reading() as tx:
        (request,) = approvals.requests(tx, subject=f"task:{tasks(both)['mailed']}")
    assert request.state is State.GRANTED
    with pytest.raises(Refused, match="not released"), both.store.transaction(AGENT) as tx:
        approvals.claim(tx, request.id, request.sha256, sender="copy", place="other")


def test_whoever_was_written_to_is_not_approached_again_before_any_outcome(ws: Workspace) -> None:
    task = released(ws)["mailed"]
    releasing.hand_over(ws, AGENT, task)
    again = {t.customer: t.choice.rule for t in planning.build(ws, LEAD).plan.tasks}
    assert again[key(ws, "mailed")] == "DESK-ONCE"
    assert [d.customer for d in drafting.drafts(ws, 1) if d.customer == key(ws, "mailed")] == []


def test_an_outcome_tells_that_the_text_was_sent(both: Workspace) -> None:
    task = released(both)["mailed"]
    number = releasing.hand_over(both, AGENT, task).request.id
    telling.record_outcome(both, AGENT, task, "answered", "wrote back")
    with both.store.reading() as tx:
        assert approvals.get(tx, number).state is State.SENT
        (made,) = contacts.contacts(tx)
    assert (made.route, made.at, [r for r, _ in made.results]) == (Route.BUYER_MESSAGE, NOW, ["answered"])


def test_an_answer_sent_through_the_plan_ends_the_buyers_wait(ws: Workspace) -> None:
    task = released(ws)["waiting"]
    releasing.hand_over(ws, AGENT, task)
    telling.record_outcome(ws, AGENT, task, "answered", "")
    with ws.store.reading() as tx:
        (ticket,) = customers.as_tickets(tx, casework.tickets(tx))
    assert not is_waiting(ticket) and telling.effects_of(ws).contacts == 1


# planning again -----------------------------------------------------------------------------------------------------


def test_a_released_contact_keeps_its_day_owner_and_approval_in_the_next_plan(both: Workspace) -> None:
    before = released(both)
    with both.store.transaction(SYSTEM) as tx:
        richer = [replace(c, risk=0.99) if c.order_id is None else c for c in plans.at_risk_customers(tx)]
        plans.replace_at_risk(tx, richer)
    made = planning.build(both, SYSTEM)
    assert (made.difference.promised_kept, made.difference.broken) == (3, ())
    assert {t.promised for t in made.plan.placed} == set(before.values())
    assert steps(both) == dict.fromkeys(before, "released")
    assert MAILED in releasing.hand_over(both, AGENT, before["mailed"]).text


def test_a_promise_that_cannot_be_kept_is_withdrawn_with_its_text(both: Workspace) -> None:
    task = released(both)["mailed"]
    with both.store.transaction(SYSTEM) as tx:
        plans.replace_at_risk(tx, [c for c in plans.at_risk_customers(tx) if c.order_id != MAILED])
    (broken,) = planning.build(both, SYSTEM).difference.broken
    assert broken.why == "the customer is not at risk any more"
    with both.store.reading() as tx:
        assert task_steps.newest(tx)[task].what == "withdrawn"
        assert [r.state for r in approvals.requests(tx, subject=f"task:{task}")] == [State.WITHDRAWN]
    with pytest.raises(Refused, match="not released"):
        releasing.hand_over(both, AGENT, task)


# lines --------------------------------------------------------------------------------------------------------------


def test_somebody_on_the_never_contact_list_gets_no_contact_and_is_still_answered(both: Workspace) -> None:
    lines.never(both, AGENT, MAILED, "opted_out")
    lines.never(both, AGENT, ORDER, "opted_out")
    lines.never(both, AGENT, "author:trustpilot:2", "abuse")
    rules = {t.customer: t.choice.rule for t in planning.build(both, LEAD).plan.tasks}
    assert rules == {
        key(both, "mailed"): "DESK-OPT-OUT", "author:trustpilot:2": "DESK-OPT-OUT", key(both, "abc123"): "AMZ-MSG-02",
    }  # fmt: skip


def test_a_stop_holds_a_contact_back_that_was_released_already(both: Workspace, tmp_path: Path) -> None:
    task = released(both)["mailed"]
    lines.never(both, AGENT, MAILED, "opted_out")
    with pytest.raises(Refused, match="DESK-OPT-OUT"):
        releasing.hand_over(both, AGENT, task)
    assert task not in {r.task for r in handing.rows_of(both, LEAD)}


@pytest.mark.parametrize("is_approved", [False, True], ids=["before the approval", "before the release"])
def test_a_stop_keeps_one_contact_out_of_its_wave_and_lets_the_others_go(both: Workspace, is_approved: bool) -> None:
    drafted(both)
    task = tasks(both)["mailed"]
    if is_approved:
        approved(both)
    lines.never(both, AGENT, MAILED, "opted_out")
    sha = drafting.wave_sha(drafting.drafts(both, 1))
    done = releasing.release(both, LEAD, 1) if is_approved else releasing.approve(both, COMPLIANCE, 1, sha256=sha)
    assert [(t, rule) for t, rule, _ in done.left_out] == [(task, "DESK-OPT-OUT")]
    assert set(done.tasks) == set(tasks(both).values()) - {task}


def test_a_stop_survives_that_the_customer_becomes_known_by_another_key(ws: Workspace) -> None:
    lines.never(ws, AGENT, "author:trustpilot:2", "opted_out")
    with ws.store.transaction(TESTER) as tx:
        judged.add_links(tx, [(2, LinkDecision(Decision.LINK, 0.99, MAILED, rule="LNK-ID"))])
    rules = {t.customer: t.choice.rule for t in planning.build(ws, LEAD).plan.tasks}
    assert rules[key(ws, "mailed")] == "DESK-OPT-OUT"


def test_contact_is_allowed_again_by_a_lead_with_a_reason(both: Workspace) -> None:
    lines.never(both, AGENT, MAILED, "opted_out")
    with pytest.raises(Refused, match="DESK-ROLES"):
        lines.allow(both, AGENT, MAILED, "consent")
    with pytest.raises(Refused, match="DESK-ROLES"), both.store.transaction(AGENT) as tx:
        contact_stops.add(tx, [MAILED], "allow", "consent")
    lines.allow(both, LEAD, MAILED, "consent")
    with both.store.reading() as tx:
        assert contact_stops.stopped(tx) == frozenset()
    with pytest.raises(BadInput, match="not on the never-contact list"):
        lines.allow(both, LEAD, MAILED, "consent")


@pytest.mark.parametrize(("who", "reason"), [(MAILED, "consent"), ("C-000000000000", "legal"), ("x", "legal")])
def test_a_stop_needs_somebody_and_a_reason_that_explains_it(ws: Workspace, who: str, reason: str) -> None:
    with pytest.raises(BadInput):
        lines.never(ws, AGENT, who, reason)


def test_the_log_of_stops_tells_neither_order_nor_customer(ws: Workspace) -> None:
    lines.never(ws, AGENT, MAILED, "opted_out")
    with ws.store.reading() as tx:
        told = [f"{row.subject} {row.detail}" for row in trail.entries(tx, action="contact.")]
    assert len(told) == 2 and not any(MAILED in line or key(ws, "mailed") in line for line in told)


REDDIT = "https://www.reddit.com/r/Lamps/comments/abc/"


def test_a_complaint_on_reddit_is_answered_only_where_companies_may_answer(both: Workspace) -> None:
    keep_mention(both, 3, source=Source.REDDIT, url=REDDIT)
    with both.store.transaction(SYSTEM) as tx:
        plans.replace_at_risk(tx, [a_customer("author:reddit:3", mention_ids=(3,))])
    assert [t.choice.route for t in planning.build(both, LEAD).plan.tasks] == [Route.WAIT_FOR_CONTACT]
    assert lines.tell_community(both, LEAD, "r/Lamps/", allows=True, basis="rule 5 of the community") == "lamps"
    (task,) = planning.build(both, LEAD).plan.tasks
    assert (task.choice.route, task.choice.rule) == (Route.PUBLIC_REPLY, "RD-05")
    lines.tell_community(both, LEAD, "lamps", allows=False, basis="the moderators said no")
    assert [t.choice.route for t in planning.build(both, LEAD).plan.tasks] == [Route.WAIT_FOR_CONTACT]
    with both.store.reading() as tx:
        assert [c.basis for c in communities.listed(tx)] == ["the moderators said no"]


def test_nobody_who_complained_on_x_is_approached_whatever_is_known_of_them(ws: Workspace) -> None:
    posted = "405-3333333-3333333"
    desk.keep_order(ws, an_order(posted, buyer_email="poster@marketplace.amazon.fr", purchased_at=NOW - days(10)))
    keep_mention(ws, 3, source=Source.X)
    keep_mention(ws, 4, posted, source=Source.X)
    with ws.store.transaction(SYSTEM) as tx:
        known = a_customer(key(ws, "poster"), posted, mention_ids=(4,))
        plans.replace_at_risk(tx, [a_customer("author:x:3", mention_ids=(3,)), known])
    made = planning.build(ws, LEAD).plan
    assert made.placed == () and {t.choice.rule for t in made.tasks} == {"X-03"}


def test_a_persons_minutes_days_off_and_routes_shape_the_plan(both: Workspace) -> None:
    for person in ("p:other", "p:lead"):
        lines.set_work_line(both, LEAD, person, minutes=0)
    line = lines.set_work_line(both, LEAD, "p:agent", minutes=30, days_off=["tue"], routes=["public_reply"])
    assert (line.minutes_per_day, line.days_off, line.routes) == (30, frozenset({1}), frozenset({Route.PUBLIC_REPLY}))
    placed = planning.build(both, LEAD).plan.placed
    assert [(t.owner, t.choice.route, t.day) for t in placed] == [
        ("p:agent", Route.PUBLIC_REPLY, date(2026, 11, 25))  # the 24th is a Tuesday
    ]
    lines.set_work_line(both, LEAD, "p:agent", minutes=60)
    with both.store.reading() as tx:
        assert work_lines.lines(tx)["p:agent"].days_off == frozenset({1})


@pytest.mark.parametrize("wrong", [{"minutes": 2_000}, {"days_off": ["holiday"]}, {"routes": ["telephone"]}])
def test_a_line_that_cannot_be_meant_is_refused(ws: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        lines.set_work_line(ws, LEAD, "p:agent", **wrong)
    with pytest.raises(BadInput):
        lines.set_work_line(ws, LEAD, "p:nobody", minutes=5)


# hand-over ----------------------------------------------------------------------------------------------------------


def test_a_hand_over_list_holds_the_agents_released_contacts_with_their_approved_texts(ws: Workspace) -> None:
    planning.build(ws, LEAD)
    assert handing.rows_of(ws, LEAD) == []
    planned = handing.rows_of(ws, LEAD, only_released=False)
    assert len(planned) == 3 and {r.text for r in planned} == {""}
    released(ws)
    rows = handing.rows_of(ws, LEAD)
    assert len(rows) == 3 and all(r.status == "released" and r.text and r.customer_name for r in rows)
    owner = rows[0].agent
    assert {r.agent for r in handing.rows_of(ws, LEAD, agent=owner)} == {owner}


@pytest.mark.parametrize("form", list(ListFormat))
def test_a_list_is_written_whole_is_on_the_log_and_equal_data_give_equal_bytes(
    both: Workspace, form: ListFormat, tmp_path: Path, watch: Watch
) -> None:
    released(both)
    first = handing.write(both, LEAD, form=form, out=tmp_path / "a")
    watch.on(hours=1)
    second = handing.write(both, LEAD, form=form, out=tmp_path / "b")
    assert first.sha256 == second.sha256 and first.file.read_bytes() == second.file.read_bytes()
    with both.store.reading() as tx:
        newest = trail.entries(tx, action="handover.", limit=1)[0]
    assert json.loads(newest.detail) == {"format": form.value, "rows": 3, "sha256": first.sha256}


def test_a_calendar_holds_no_name_no_order_and_no_text(ws: Workspace, tmp_path: Path) -> None:
    released(ws)
    raw = handing.write(ws, LEAD, form=ListFormat.ICS, out=tmp_path / "c.ics").file.read_text()
    for secret in ("Lampwick", "Somebody", ORDER, MAILED, "Bonjour", key(ws, "mailed")):
        assert secret not in raw.replace("\r\n ", "")


@pytest.mark.parametrize("actor", [BRAND, AUDITOR, desk.FINANCE])
def test_whoever_does_not_write_to_customers_gets_no_list(ws: Workspace, actor: Actor) -> None:
    released(ws)
    with pytest.raises(Refused, match="DESK-ROLES"):
        handing.write(ws, actor, form=ListFormat.CSV)


def test_a_list_for_nobody_or_into_nowhere_is_refused(ws: Workspace, tmp_path: Path) -> None:
    released(ws)
    with pytest.raises(BadInput, match="no such person"):
        handing.rows_of(ws, LEAD, agent="p:nobody")
    (tmp_path / "file").write_text("here")
    with pytest.raises(BadInput, match="cannot be written"):
        handing.write(ws, LEAD, form=ListFormat.CSV, out=tmp_path / "file" / "below")
    assert actions(ws, "handover.") == []


# rates --------------------------------------------------------------------------------------------------------------


def test_the_rates_tell_what_the_stored_plan_avoids(both: Workspace) -> None:
    before = rates.rates(both).relief["amazon.fr"]
    assert (before.avoided, before.helped, before.without.open_orders) == (0.0, 0, 2)
    planning.build(both, LEAD)
    found = rates.rates(both).relief["amazon.fr"]
    assert found.helped == 2 and found.avoided == pytest.approx(0.7)
    assert {e.measure.value for e in rates.rates(both).exposures} == {
        "late_shipment", "cancellation", "late_response",
    }  # fmt: skip


def test_the_lists_columns_are_stable() -> None:
    assert COLUMNS[:6] == ("task", "day", "wave", "agent", "status", "customer") and COLUMNS[-1] == "text"

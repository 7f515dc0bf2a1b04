"""The demo workspace: everything came in through the real path, and every page has something to show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard import demo, wiring
from dashboard.demo_days import Days
from data import browse, casework, orders, plans, trail
from data.browse import Filter
from data.demo.world import World, build_world
from data.domain import Actor, Band, Decision, HealthState, Mode, Role
from data.errors import BadInput
from data.schema.intake import mention_revision, order_return, snapshot
from data.schema.judged import link
from data.store import Tx
from data.workspace import DATABASE_URL, Workspace
from models import run as modelling
from recovery_plan import run as recovering
from recovery_plan.exports import Format
from tests.conftest import NOW
from tests.demo.agreement import at_risk, automatic_links, frustration, main_category, say_the_truth, stored

WORLD_DAY = NOW.date()
LEAD = Actor("p:jonte", Role.SUPPORT_LEAD)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(WORLD_DAY)


@pytest.fixture
def tx(demo_workspace: Workspace) -> Iterator[Tx]:
    with demo_workspace.store.reading() as reading:
        yield reading


def test_every_mention_of_the_world_is_stored_once(tx: Tx, world: World) -> None:
    held = Counter(row.source for row in stored(tx))
    assert held == {source.value: len(said) for source, said in world.mentions.items()}


def test_a_stored_mention_reads_as_it_was_told(tx: Tx, world: World) -> None:
    told = {(m.source.value, m.native_id): m for said in world.mentions.values() for m in said}
    alive = [row for row in stored(tx) if row.gone_at is None]
    for row in alive:
        m = told[row.source, row.native_id]
        assert (row.text, row.title, row.rating, row.is_own) == (m.text, m.title, m.rating, m.is_own)
        assert row.reply_text == (m.reply.text if m.reply else None)


def test_deleted_posts_left_only_a_tombstone(tx: Tx, world: World) -> None:
    gone = [row for row in stored(tx) if row.gone_at is not None]
    assert {row.source for row in gone} == {"reddit", "x"}
    assert all(row.text == "" and row.native_id not in world.truth for row in gone)


def test_an_edited_review_keeps_what_it_said_before(tx: Tx, world: World) -> None:
    kept = set(tx.conn.execute(select(mention_revision.c.text)).scalars())
    assert {m.text for m in world.earlier.values()} <= kept


def test_orders_hold_what_each_of_their_reports_knew(tx: Tx, world: World) -> None:
    order = next(o for o in world.orders if o.channel == "merchant" and o.status == "Shipped" and o.marketplace)
    held = orders.get(tx, order.order_id)
    assert held is not None
    assert held.status == "Shipped"  # All Orders tells it
    assert held.buyer_name == order.buyer_name  # the older report tells it
    assert {item.asin for item in held.items} == {item.asin for item in order.items}
    assert orders.count(tx) == sum(o.marketplace != "non-amazon" for o in world.orders)


def test_returns_claims_and_tickets_are_those_of_the_world(tx: Tx, world: World) -> None:
    returned = tx.conn.execute(select(func.count()).select_from(order_return)).scalar_one()
    assert (returned, len(casework.tickets(tx))) == (len(world.returns), len(world.tickets))


def test_no_row_of_any_file_was_refused(tx: Tx) -> None:
    assert tx.conn.execute(select(func.sum(snapshot.c.rejected))).scalar_one() == 0


def test_files_came_in_several_formats_and_encodings(tx: Tx) -> None:
    read = {(row.format, row.encoding) for row in tx.conn.execute(select(snapshot))}
    assert {"all_orders", "order_report", "fba_shipments"} <= {form for form, _ in read}
    assert {"utf-8", "utf-8-sig", "cp1252"} <= {encoding for _, encoding in read}


def test_every_source_is_healthy(tx: Tx) -> None:
    found = trail.health(tx)
    assert {row.source for row in found} >= {"trustpilot", "reddit", "x", "seller_feedback", "return_comment"}
    assert [row for row in found if row.state != HealthState.OK] == []


def test_the_suspension_froze_the_files_that_came_before_it(tx: Tx) -> None:
    declared = casework.last_suspension(tx)
    assert declared is not None and casework.mode(tx) is Mode.SUSPENDED
    frozen = {row.frozen_at is not None: row.imported_at for row in tx.conn.execute(select(snapshot))}
    assert set(frozen) == {True, False}
    for row in tx.conn.execute(select(snapshot)):
        assert (row.frozen_at is not None) == (row.imported_at < declared.declared_at)


def test_exactly_the_marketplace_tickets_that_were_open_carry_the_tag(tx: Tx, world: World) -> None:
    declared = world.suspension.declared_at
    last_word = {t.native_id: t.messages[-1].sent_at for t in world.tickets}
    for row in casework.tickets(tx):
        was_closed = row.status == "closed" and last_word[row.native_id] < declared
        assert row.suspended == (row.channel == "amazon" and not was_closed), row.native_id


def test_the_protocol_is_under_way(demo_workspace: Workspace) -> None:
    protocol = recovering.protocol(demo_workspace)
    assert protocol is not None
    assert len(protocol.closed) == 8
    assert {step.by for step in protocol.closed} == {"p:salome", "p:jonte", "p:ruggero"}


def test_the_audit_log_verifies_and_its_times_never_go_back(tx: Tx) -> None:
    found = trail.verify_log(tx)
    assert found.bad == ()
    assert found.clock_steps_back == 0
    assert found.entries > 100


def test_nothing_was_stored_in_the_future(tx: Tx) -> None:
    midnight = datetime.combine(WORLD_DAY, time(), UTC)
    assert max(row.at for row in trail.entries(tx, limit=10_000)) <= midnight
    assert max(row.collected_at for row in stored(tx)) <= midnight


def test_every_live_mention_but_our_own_is_assessed_and_linked(tx: Tx) -> None:
    left = [r for r in stored(tx) if r.gone_at is None and not r.is_own and (r.band is None or r.link_decision is None)]
    assert left == []


def test_the_classifier_agrees_with_the_truth_in_every_language(tx: Tx, world: World) -> None:
    precision, recall = frustration(tx, world)
    assert precision >= 0.9
    assert recall >= 0.8
    for language in ("en", "fr", "de", "es", "it"):
        assert min(frustration(tx, world, (language,))) >= 0.6, language


def test_the_main_category_is_the_true_one_far_more_often_than_by_chance(tx: Tx, world: World) -> None:
    assert main_category(tx, world) >= 0.6


def test_automatic_links_agree_with_the_truth(tx: Tx, world: World) -> None:
    linked, right = automatic_links(tx, world)
    assert linked >= 60
    assert right / linked >= 0.95


def test_a_mention_that_shows_its_order_id_is_linked_to_it(tx: Tx, world: World) -> None:
    shown = [r for r in stored(tx) if r.native_id in world.truth and world.truth[r.native_id].evidence == "id"]
    found = [r for r in shown if r.link_order == world.truth[r.native_id].order_id]
    assert len(found) / len(shown) >= 0.95


def test_an_order_of_another_seller_is_never_linked(tx: Tx, world: World) -> None:
    foreign = [r for r in stored(tx) if r.native_id in world.truth and world.truth[r.native_id].evidence == "foreign"]
    assert foreign
    assert [r for r in foreign if r.link_decision == Decision.LINK] == []


def test_an_x_post_is_linked_only_by_an_order_id_that_it_shows(tx: Tx, world: World) -> None:
    linked = [r for r in stored(tx) if r.source == "x" and r.link_decision == Decision.LINK]
    assert linked
    assert {world.truth[r.native_id].evidence for r in linked} <= {"id", "noisy_id"}


def test_every_page_has_something_to_show(demo_workspace: Workspace, tx: Tx) -> None:
    review = browse.count(tx, Filter(decisions=("review",), judged=False))
    listed = plans.at_risk_customers(tx)
    newest = plans.newest_plan(tx)
    assert 10 <= review <= 40
    assert len(listed) >= 60
    assert newest is not None and len({task.wave for task in newest[1] if task.wave is not None}) >= 2
    verdicts = Counter(r.link_verdict for r in stored(tx) if r.link_verdict)
    assert verdicts["confirmed"] >= 2 and verdicts["rejected"] >= 1
    assert len(recovering.ticket_queue(demo_workspace)) >= 50
    assert trail.entries(tx, action="mention.labelled")


def test_the_customers_at_risk_are_those_that_would_be_if_people_had_told_the_truth_of_everything(
    demo_copy: Workspace, world: World
) -> None:
    with demo_copy.store.reading() as tx:
        listed = at_risk(tx)
    with demo_copy.store.transaction(LEAD) as tx:
        say_the_truth(tx, world)
    modelling.score_customers(demo_copy, wiring.obligations(demo_copy.store.clock))
    with demo_copy.store.reading() as tx:
        true = at_risk(tx)
    shown, right = frozenset[int]().union(*listed), frozenset[int]().union(*true)
    assert sum(bool(customer & right) for customer in listed) / len(listed) >= 0.95
    assert sum(bool(customer & shown) for customer in true) / len(true) >= 0.92


def test_every_kind_of_complaint_occurs(tx: Tx) -> None:
    found = Counter(r.category for r in stored(tx) if r.band == Band.FRUSTRATED)
    assert len([category for category, n in found.items() if n >= 5]) >= 6


def test_this_weeks_export_tells_what_changed_since_last_week(demo_copy: Workspace) -> None:
    path = recovering.export_at_risk(demo_copy, LEAD, Role.SUPPORT_LEAD, form=Format.JSON)
    said = Counter(row["status"] for row in json.loads(path.read_text(encoding="utf-8"))["rows"])
    assert said["new"] and said["worse"] and said["better"] and said["gone"]


def facts(ws: Workspace) -> tuple[object, ...]:
    with ws.store.reading() as tx:
        kept = [tuple(v for k, v in row._mapping.items() if k != "checked_at") for row in stored(tx)]
        links = tx.conn.execute(select(func.count()).select_from(link)).scalar_one()
        risks = [(c.customer, c.risk, c.mention_ids, c.ticket_ids) for c in plans.at_risk_customers(tx)]
        return kept, links, risks


def test_running_the_daily_round_again_changes_nothing(demo_folder: Path, demo_copy: Workspace) -> None:
    midnight = datetime.combine(WORLD_DAY, time(), UTC)
    demo_copy.store.clock = lambda: midnight
    before = facts(demo_copy)
    with demo.live_sources(demo_copy) as endpoints:
        wiring.daily_round(demo_copy, endpoints)
    assert facts(demo_copy) == before


def test_the_settings_hold_no_secret_and_the_workspace_says_that_it_is_a_demo(demo_workspace: Workspace) -> None:
    assert demo.is_demo(demo_workspace)
    settings = (demo_workspace.folder / "reinstate.toml").read_text(encoding="utf-8")
    assert not [word for word in ("secret", "token", "password") if word in settings.lower()]


def test_an_ordinary_workspace_has_no_stand_in(workspace: Workspace) -> None:
    with demo.live_sources(workspace) as endpoints:
        assert endpoints is None


def test_an_existing_demo_is_opened_as_it_is(demo_copy: Workspace) -> None:
    before = trail_size(demo_copy)
    opened = demo.build(demo_copy.folder, clock=lambda: NOW)
    assert trail_size(opened) == before
    opened.store.close()


def trail_size(ws: Workspace) -> int:
    with ws.store.reading() as tx:
        return trail.size(tx)


def test_a_workspace_that_is_not_a_demo_is_never_overwritten(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="not a demo"):
        demo.build(workspace.folder, fresh=True, clock=lambda: NOW)
    assert (workspace.folder / "reinstate.sqlite3").is_file()


def test_a_folder_with_other_files_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        demo.build(tmp_path, clock=lambda: NOW)


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not come yet"):
        demo.build(tmp_path / "demo", today=WORLD_DAY + timedelta(days=1), clock=lambda: NOW)


def test_a_shared_database_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_URL, "sqlite:///elsewhere.sqlite3")
    with pytest.raises(BadInput, match=DATABASE_URL):
        demo.build(tmp_path / "demo", clock=lambda: NOW)


class Interrupted(Exception):
    """Stands for a kill in the middle of the build."""


def test_a_build_that_breaks_off_leaves_the_old_demo_and_nothing_else(
    demo_copy: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Days) -> None:
        raise Interrupted

    before = trail_size(demo_copy)
    monkeypatch.setattr(Days, "set_up", broken)
    with pytest.raises(Interrupted):
        demo.build(demo_copy.folder, fresh=True, clock=lambda: NOW)
    assert trail_size(demo_copy) == before
    assert [p.name for p in demo_copy.folder.parent.iterdir()] == [demo_copy.folder.name]


def test_a_fresh_build_of_the_same_day_and_seed_tells_the_same_story(demo_workspace: Workspace, tmp_path: Path) -> None:
    again = demo.build(tmp_path / "again", clock=lambda: NOW)
    try:
        assert told(again) == told(demo_workspace)
    finally:
        again.store.close()


def told(ws: Workspace) -> tuple[object, ...]:
    """What the workspace says, without what its own random key hides: tombstones' ids and customers' pseudonyms."""
    with ws.store.reading() as tx:
        said = [(r.source, r.text, r.band, r.probability, r.link_decision, r.link_order) for r in stored(tx)]
        risks = sorted((c.risk, c.order_id or "", c.mention_ids) for c in plans.at_risk_customers(tx))
        log = [(row.action, row.actor, row.at) for row in trail.entries(tx, limit=10_000)]
    return said, risks, log, demo.counted(ws)

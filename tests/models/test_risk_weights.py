"""Weights that a workspace draws itself: looked at before they are kept, and corrected by what happened."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import aftersales, contacts, mentions, orders, plans, snapshots, trail
from data.contacts import Contact, Harm, ToldRisk
from data.domain import Actor, AtRisk, Claim, Obligation, Role, Route, Source
from data.errors import BadInput
from data.store import Store
from data.workspace import Workspace
from models import risk, risk_calibration, risk_weights
from models.risk import CustomerFacts, load_policy
from models.risk_calibration import calibrate, observed
from models.risk_weights import changed, keep, places, policy_of, preview, preview_of, recalibrated, spelled
from models.run import score_customers
from tests.builders import NOW, TESTER, a_mention, a_ticket, an_order, days

LEAD = Actor("p:lead", Role.SUPPORT_LEAD)
SHIPPED = load_policy()
FACTS = {
    "angry": CustomerFacts(frustration=0.95, severity=3, unanswered_contacts=2),
    "waiting": CustomerFacts(frustration=0.6, waiting_days=30.0),
    "calm": CustomerFacts(frustration=0.1),
}


def test_a_preview_tells_ranks_and_counts_before_and_after_and_changes_nothing() -> None:
    after = changed(SHIPPED, {"waiting.weight": 6.0})
    found = preview(FACTS, SHIPPED, after, 0.3)
    assert (found.customers, found.listed_before, found.listed_after) == (3, 1, 2)
    assert [(m.customer, m.rank_before, m.rank_after) for m in found.entered] == [("waiting", None, 1)]
    assert [(m.customer, m.rank_before, m.rank_after) for m in found.moved] == [("angry", 1, 2)]
    assert found.left == () and found.expected_after > found.expected_before
    assert load_policy() is SHIPPED and SHIPPED.waiting.weight == 1.4


def test_equal_weights_change_nothing() -> None:
    found = preview(FACTS, SHIPPED, changed(SHIPPED, {"waiting.weight": 1.4}), 0.1)
    assert (found.entered, found.left, found.moved) == ((), (), ())
    assert found.expected_after == pytest.approx(found.expected_before)


@pytest.mark.parametrize("wrong", [{"anger.weight": 1.0}, {"waiting.weight": 99.0}, {"unanswered.most": 0.0},
                                   {"waiting.full_days": -1.0}, {"base.log_odds": math.nan}])  # fmt: skip
def test_a_weight_that_is_none_or_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput, match=r"risk_policy.toml|is no weight"):
        changed(SHIPPED, wrong)


def test_other_weights_have_another_version_and_the_same_ones_the_same() -> None:
    one, same = changed(SHIPPED, {"age.weight": -2.0}), changed(SHIPPED, {"age.weight": -2.0})
    assert (
        one == same and one.version.startswith("own-") and one.version != changed(SHIPPED, {"age.weight": -3.0}).version
    )
    assert risk.parse_policy(spelled(one), "f") == one


@given(st.floats(0.2, 3.0), st.floats(-2.0, 2.0), st.sampled_from(sorted(FACTS)))
def test_a_correction_put_into_the_weights_moves_the_log_odds_by_its_line(
    slope: float, offset: float, who: str
) -> None:
    def log_odds(policy: risk.RiskPolicy) -> float:
        return math.fsum(part.weight for part in risk.score(FACTS[who], policy)[1])

    made = recalibrated(SHIPPED, slope, offset)
    assert log_odds(made) == pytest.approx(slope * log_odds(SHIPPED) + offset, abs=0.002)


@pytest.fixture
def ws(store: Store, tmp_path: Path) -> Workspace:
    from data.config import parse

    (tmp_path / "ws").mkdir()
    return Workspace(tmp_path / "ws", parse(b'[brand]\nname = "B"\n', "test"), store)


def nothing_owed(case: object, now: object) -> Obligation:
    return Obligation()


def test_kept_weights_are_those_of_the_next_scoring_and_the_change_is_on_the_log(ws: Workspace) -> None:
    from data import casework

    with ws.store.transaction(TESTER) as tx:
        casework.add_tickets(tx, [(a_ticket(), "refund_not_received")], suspend_amazon=False)
    assert policy_of(ws.folder).version == SHIPPED.version
    wanted = changed(SHIPPED, {"base.log_odds": 2.0})
    ahead = preview_of(ws, nothing_owed, wanted)
    assert (ahead.listed_before, ahead.listed_after) == (0, 1)
    keep(ws, LEAD, wanted)
    score_customers(ws, nothing_owed)
    with ws.store.reading() as tx:
        (found,) = plans.at_risk_customers(tx)
        (entry,) = trail.entries(tx, action="risk.weights")
    assert found.risk == pytest.approx(ahead.expected_after)
    assert next(p.detail for p in found.parts if p.name == "base") == wanted.version
    assert (entry.actor, entry.subject) == ("p:lead", f"risk:{wanted.version}")


def test_a_policy_file_that_is_wrong_is_told_with_its_place(ws: Workspace) -> None:
    (ws.folder / risk_weights.FILE).write_text('version = "x"\n')
    with pytest.raises(BadInput, match=r"risk_policy.toml"):
        policy_of(ws.folder)


# calibration --------------------------------------------------------------------------------------------------------


def told(customer: str, value: float, ago: float = 40) -> ToldRisk:
    return ToldRisk(customer, value, NOW - days(ago))


def test_a_risk_is_judged_by_thirty_days_in_which_nobody_wrote_to_the_customer() -> None:
    risks = [told("hit", 0.9), told("late", 0.8), told("spared", 0.7), told("helped", 0.6), told("young", 0.5, ago=20),
             told("before", 0.4), told("hit", 0.1, ago=35)]  # fmt: skip
    harms = [Harm("hit", "o", "claim", NOW - days(30)), Harm("late", "o", "claim", NOW - days(5)),
             Harm("before", "o", "claim", NOW - days(41))]  # fmt: skip
    made = [Contact(1, "helped", None, Route.BUYER_MESSAGE, NOW - days(35)),
            Contact(2, "hit", None, Route.BUYER_MESSAGE, NOW - days(20))]  # fmt: skip
    assert observed(risks, harms, made, NOW) == [(0.9, True), (0.8, False), (0.7, False)]


def test_a_calibration_finds_the_line_that_made_the_outcomes() -> None:
    rng = random.Random(5)
    cases = []
    for _ in range(6_000):
        odds = rng.uniform(-3, 3)
        cases.append((1 / (1 + math.exp(-odds)), rng.random() < 1 / (1 + math.exp(-(0.5 * odds - 1.0)))))
    found = calibrate(cases)
    assert found.slope == pytest.approx(0.5, abs=0.06) and found.offset == pytest.approx(-1.0, abs=0.08)
    assert found.harmed < found.expected and sum(b.customers for b in found.bins) == 6_000
    assert all(b.interval[0] <= b.harmed / b.customers <= b.interval[1] for b in found.bins)


def test_with_few_outcomes_no_line_is_offered() -> None:
    found = calibrate([(0.5, n < 19) for n in range(200)])
    assert found.slope is None and "19 harmed and 181 not" in (found.why_not or "")
    assert calibrate([]).brier is None


def test_a_risk_that_ranks_backwards_is_not_mended_by_a_line() -> None:
    found = calibrate([(0.9, n < 20) for n in range(100)] + [(0.1, n < 80) for n in range(100)])
    assert found.slope is None and "do not rise" in (found.why_not or "")


def test_claims_chargebacks_and_bad_feedback_are_the_outcomes_of_a_workspace(ws: Workspace) -> None:
    ids = [f"405-0000000-000000{n}" for n in range(4)]
    facts = snapshots.SnapshotFacts("orders", "orders.tsv", "0" * 64, "all_orders", "utf-8", 4, 0)
    with ws.store.transaction(TESTER) as tx:
        number = snapshots.open_snapshot(tx, facts)
        made = [an_order(i, buyer_email=f"b{n}@marketplace.amazon.fr") for n, i in enumerate(ids)]
        snapshots.close_snapshot(tx, number, facts, orders.add_orders(tx, number, made))
        aftersales.add_claims(
            tx,
            [
                Claim(ids[0], NOW - days(2)),
                Claim(ids[1], NOW - days(2), kind="chargeback"),
                Claim(ids[2], NOW - days(2), status="denied"),
            ],
        )
        bad = {"source": Source.SELLER_FEEDBACK, "author": None, "published_at": NOW - days(1)}
        mentions.add(
            tx, [a_mention("f1", rating=2, reference=ids[3], **bad), a_mention("f2", rating=3, reference="x", **bad)]
        )
    with ws.store.reading() as tx:
        found = contacts.harms(tx, NOW - days(10))
        keys = [tx.vault.blind(f"alias:b{n}@marketplace.amazon.fr") for n in (0, 1, 3)]
    assert [(h.customer, h.kind) for h in found] == list(zip(keys, ("claim", "chargeback", "feedback"), strict=True))
    with ws.store.transaction(TESTER) as tx:
        plans.keep_week(tx, "2026-W48", {keys[0]: 0.5})
        plans.replace_at_risk(tx, [AtRisk(keys[0], 0.5, ())])
    assert risk_calibration.calibration_of(ws).customers == 0  # thirty days have not passed


def test_every_place_of_the_shipped_policy_can_be_set_to_what_it_is() -> None:
    known = places(SHIPPED)
    assert len(known) > 15 and places(changed(SHIPPED, known)) == known

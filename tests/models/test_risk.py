"""The risk score: additive, monotone, bounded, and read from data."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BadInput
from models.risk import ClaimOutlook, CustomerFacts, RefundState, load_policy, parse_policy, score

POLICY = load_policy()
FACTS = st.builds(
    CustomerFacts,
    frustration=st.none() | st.floats(0, 1),
    severity=st.none() | st.integers(1, 3),
    link_probability=st.floats(0, 1),
    waiting_days=st.none() | st.floats(0, 400),
    unanswered_contacts=st.integers(0, 50),
    refund=st.sampled_from(RefundState),
    claim=st.sampled_from(ClaimOutlook),
    order_value_minor=st.none() | st.integers(0, 10_000_000),
    order_age_days=st.none() | st.floats(0, 900),
)


def risk(facts: CustomerFacts) -> float:
    return score(facts, POLICY)[0]


@given(FACTS)
def test_the_parts_add_up_to_the_log_odds_of_the_risk(facts: CustomerFacts) -> None:
    found, parts = score(facts, POLICY)
    assert 0.0 < found < 1.0
    assert math.log(found / (1 - found)) == pytest.approx(math.fsum(p.weight for p in parts), abs=1e-9)
    assert [abs(p.weight) for p in parts] == sorted((abs(p.weight) for p in parts), reverse=True)


@given(FACTS, st.floats(0, 1), st.floats(0, 1))
def test_more_frustration_never_lowers_the_risk(facts: CustomerFacts, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert risk(replace(facts, frustration=low)) <= risk(replace(facts, frustration=high)) + 1e-12


@given(FACTS, st.integers(0, 9), st.floats(0, 100))
def test_waiting_longer_and_writing_more_never_lower_the_risk(facts: CustomerFacts, more: int, days: float) -> None:
    waited = replace(
        facts,
        unanswered_contacts=facts.unanswered_contacts + more,
        waiting_days=(facts.waiting_days or 0.0) + days,
    )
    assert risk(facts) <= risk(waited) + 1e-12


def test_a_mention_counts_only_as_far_as_the_link_is_believed() -> None:
    angry = CustomerFacts(frustration=0.95, severity=3)
    nothing = risk(CustomerFacts())
    assert risk(replace(angry, link_probability=0.0)) == pytest.approx(nothing)
    assert nothing < risk(replace(angry, link_probability=0.5)) < risk(angry)


def test_a_customer_about_whom_nothing_is_known_is_near_two_in_a_hundred() -> None:
    found, parts = score(CustomerFacts(), POLICY)
    assert found == pytest.approx(0.02, abs=0.002)
    assert [p.name for p in parts] == ["base"]


def test_a_long_wait_for_a_refund_ranks_above_a_calm_question_and_below_an_open_claim() -> None:
    question = CustomerFacts(frustration=0.1, severity=1, waiting_days=1)
    waiting = CustomerFacts(
        frustration=0.9, severity=2, waiting_days=12, unanswered_contacts=2, refund=RefundState.LATE
    )
    claimed = replace(waiting, claim=ClaimOutlook.OPEN)
    assert risk(question) < 0.05 < 0.5 < risk(waiting) < risk(claimed)


def test_a_paid_refund_and_an_old_order_lower_the_risk() -> None:
    angry = CustomerFacts(frustration=0.9, waiting_days=5)
    assert risk(replace(angry, refund=RefundState.PAID)) < risk(angry)
    assert risk(replace(angry, order_age_days=200)) < risk(angry)


def test_a_policy_without_a_weight_or_with_a_word_for_a_number_is_refused_by_name() -> None:
    raw = files("models").joinpath("risk_policy.toml").read_bytes()
    with pytest.raises(BadInput, match=r"mine\.toml: \[refund\]"):
        parse_policy(raw.replace(b"late = 1.6", b""), "mine.toml")
    with pytest.raises(BadInput, match=r"frustration\.weight"):
        parse_policy(raw.replace(b"weight = 2.2", b'weight = "much"'), "mine.toml")

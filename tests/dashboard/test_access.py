"""Who may do what: every cell of the table is meant."""

from __future__ import annotations

import pytest

from dashboard.access import Action, may, require
from data.domain import Actor, Role
from data.errors import Refused

# columns: agent, support lead, compliance, finance, brand manager, auditor
TABLE = """
see_overview    x x x x x x
see_mentions    x x x x x x
see_at_risk     x x x x x x
see_plan        x x x x . x
see_tickets     x x x x . x
see_audit       . x x . . x
see_sources     x x x x x x
see_model       x x x . x x
see_names       x x x . . .
see_order_ids   x x x x . x
see_owners      x x x x . x
label           x x . . x .
judge_link      x x x . . .
build_plan      . x . . . .
approve_wave    . . x . . .
release_wave    . x x . . .
record_outcome  x x . . . .
stop_contact    x x x . . .
set_lines       . x x . . .
set_weights     . x . . . .
export          x x x x x x
import          . x . . . .
collect         . x . . . .
declare         . x x . . .
reinstate       . . x . . .
close_step      . x x x . .
assign_step     . x x . . .
release_hold    . . x . . .
see_channel     . x x x . x
note            x x x x . .
reply           x x x . . .
approve         . x x . . .
draft_macro     x x x . . .
approve_macro   . . x . . .
record_attempt  x x x x . .
open_refund     x x x x . .
sign_refund     . . . x . .
decide_shipping . x x . . .
defend          x x x x . .
manage_people   . . x . . .
train           . x . . . .
erase           . . x . . .
hold            . . x . . .
make_evidence   . x x . . x
"""
ROLES = (Role.AGENT, Role.SUPPORT_LEAD, Role.COMPLIANCE, Role.FINANCE, Role.BRAND_MANAGER, Role.AUDITOR)
CELLS = [
    (role, Action(row.split()[0]), cell == "x")
    for row in TABLE.strip().splitlines()
    for role, cell in zip(ROLES, row.split()[1:], strict=True)
]


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS, ids=[f"{r.value}-{a.value}" for r, a, _ in CELLS])
def test_each_role_may_do_exactly_what_the_table_says(role: Role, action: Action, allowed: bool) -> None:
    assert may(role, action) is allowed


def test_the_table_of_this_test_knows_every_action_and_role() -> None:
    assert {action for _, action, _ in CELLS} == set(Action)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_without_a_role_may_do_anything(action: Action) -> None:
    assert not may(None, action)
    with pytest.raises(Refused):
        require(Actor("p:nobody"), action)


def test_a_refusal_names_the_rule_and_who_may() -> None:
    with pytest.raises(Refused, match="ask compliance") as refused:
        require(Actor("p:agent", Role.AGENT), Action.REINSTATE)
    assert refused.value.rule == "DESK-ROLES"
    assert refused.value.unlock == "compliance"

"""What people do here: every act asks the access table and commits with its audit entry, or changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dashboard import session
from dashboard.access import Action, require
from dashboard.viewer import Viewer
from data import judged
from data.domain import Category, Verdict
from data.errors import BadInput, Refused
from data.workspace import Workspace
from recovery_plan import run as recovering
from recovery_plan.exports import Format
from recovery_plan.outreach.planner import Plan

T = TypeVar("T")


def _allowed(ws: Workspace, viewer: Viewer, action: Action, work: Callable[[], T]) -> T:
    """Do ``work`` when the role may; a refusal is put on the audit log and raised again."""
    now = session.viewer()
    if now is None or now.actor != viewer.actor:
        raise Refused("your session has ended: sign in again", rule="DESK-ROLES")
    try:
        require(viewer.actor, action)
        return work()
    except Refused as refused:
        with ws.store.transaction(viewer.actor) as tx:
            tx.audit("action.refused", f"action:{action.value}", {"rule": refused.rule})
        raise


def judge_link(ws: Workspace, viewer: Viewer, mention_id: int, order_id: str, verdict: Verdict, *, seen: int) -> None:
    """Record a judgement. ``seen`` is how many judgements the page showed: raises BadInput when there are more now."""

    def work() -> None:
        with ws.store.transaction(viewer.actor) as tx:
            if len(judged.judgements(tx, mention_id)) != seen:
                raise BadInput("somebody else judged this mention a moment ago: look at their answer first")
            judged.judge(tx, mention_id, order_id, verdict)

    _allowed(ws, viewer, Action.JUDGE_LINK, work)


def correct_label(
    ws: Workspace, viewer: Viewer, mention_id: int, *, frustrated: bool, category: Category | None, severity: int | None
) -> None:
    """Record what a person says of a mention; it outlives the model's word."""

    def work() -> None:
        with ws.store.transaction(viewer.actor) as tx:
            judged.add_label(tx, mention_id, frustrated=frustrated, category=category, severity=severity)

    _allowed(ws, viewer, Action.LABEL, work)


def build_plan(ws: Workspace, viewer: Viewer) -> Plan:
    """Plan the outreach anew from what is known now."""
    return _allowed(ws, viewer, Action.BUILD_PLAN, lambda: recovering.build_plan(ws, viewer.actor))


def record_outcome(ws: Workspace, viewer: Viewer, task_id: int, result: str, note: str) -> None:
    """Record what became of a contact."""
    _allowed(
        ws,
        viewer,
        Action.RECORD_OUTCOME,
        lambda: recovering.record_outcome(ws, viewer.actor, task_id, result, note),
    )


def export_at_risk(ws: Workspace, viewer: Viewer, form: Format, delimiter: str) -> Path:
    """Write the week's export with the role's mask; the download is on the audit log."""
    if viewer.role is None:
        raise BadInput("export: sign in first")
    role = viewer.role
    return _allowed(
        ws,
        viewer,
        Action.EXPORT,
        lambda: recovering.export_at_risk(ws, viewer.actor, role, form=form, delimiter=delimiter),
    )

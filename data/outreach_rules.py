"""What the database itself refuses of the outreach: an approval of one's own, a release without one, a contact with
somebody who asked to be left alone, anything while suspended, and every change of what is on record."""

# ruff: noqa: S608 (conditions of our own making, no value from outside enters them)
from __future__ import annotations

from data.rule_triggers import Refusal, append_only

LONGEST_APPROVAL_US = 7 * 24 * 3600 * 1_000_000  # rule DESK-APPROVAL-EXPIRY


def _is(person: str, *roles: str) -> str:
    listed = ", ".join(f"'{role}'" for role in roles)
    return f"EXISTS (SELECT 1 FROM actor WHERE actor.id = {person} AND actor.active AND actor.role IN ({listed}))"


_SUSPENDED = "EXISTS (SELECT 1 FROM suspension s WHERE s.ended_at IS NULL AND NOT s.is_drill)"
_STOPPED = (  # the newest word on the customer or on the order is never
    "EXISTS (SELECT 1 FROM outreach_task t JOIN contact_stop c ON c.who = t.customer OR c.who = t.order_id OR "
    "c.who = 'order:' || t.order_id WHERE {task} AND t.rule <> 'AMZ-MSG-02' AND t.rule <> 'DESK-CRITICAL' AND "
    "c.what = 'never' AND NOT EXISTS (SELECT 1 FROM contact_stop n WHERE n.who = c.who AND n.id > c.id))"
)
_LAST = "(SELECT p.what FROM task_step p WHERE p.task = {0} ORDER BY p.id DESC LIMIT 1)"
_THIS_TASK = _STOPPED.format(task="t.id = NEW.task")
_ITS_TASK = _STOPPED.format(
    task="EXISTS (SELECT 1 FROM approval_request r WHERE r.id = NEW.request AND r.subject = 'task:' || t.id)"
)

REFUSALS = (
    *append_only("contact_stop"),
    *append_only("community"),
    *append_only("work_line"),
    *append_only("task_step"),
    Refusal("contact_stop_kind", "contact_stop", "INSERT", "NEW.what NOT IN ('never', 'allow')",
            "DESK-OPT-OUT", "a contact is never made, or allowed again"),
    Refusal("contact_stop_lifted_by", "contact_stop", "INSERT",
            f"NEW.what = 'allow' AND substr(NEW.made_by, 1, 7) <> 'system:' AND NOT "
            f"{_is('NEW.made_by', 'compliance', 'support_lead')}",
            "DESK-ROLES", "compliance or a support lead allows a contact again"),
    Refusal("task_step_by_role", "task_step", "INSERT",
            f"(NEW.what IN ('approved', 'refused') AND NOT {_is('NEW.made_by', 'compliance')}) OR "
            f"(NEW.what = 'released' AND NOT {_is('NEW.made_by', 'compliance', 'support_lead')}) OR "
            "(NEW.what = 'withdrawn' AND substr(NEW.made_by, 1, 7) <> 'system:' AND NOT "
            f"{_is('NEW.made_by', 'compliance', 'support_lead')}) OR "
            "NEW.what NOT IN ('approved', 'refused', 'released', 'withdrawn')",
            "DESK-ROLES", "a wave is approved by compliance, and released by a support lead or compliance"),
    Refusal("task_step_four_eyes", "task_step", "INSERT",
            "NEW.what = 'approved' AND (EXISTS (SELECT 1 FROM outreach_task t JOIN plan p ON p.id = t.plan WHERE "
            "t.id = NEW.task AND p.made_by = NEW.made_by) OR EXISTS (SELECT 1 FROM approval_request r WHERE "
            "r.subject = 'task:' || NEW.task AND r.requested_by = NEW.made_by))",
            "DESK-FOUR-EYES", "nobody approves a plan or a draft of their own"),
    Refusal("task_step_expiry", "task_step", "INSERT",
            "NEW.what = 'approved' AND (NEW.expires_at IS NULL OR NEW.expires_at <= NEW.made_at OR NEW.expires_at > "
            f"NEW.made_at + {LONGEST_APPROVAL_US})", "DESK-APPROVAL-EXPIRY", "an approval lapses within seven days"),
    Refusal("task_step_released_once", "task_step", "INSERT",
            f"NEW.what = 'released' AND COALESCE({_LAST.format('NEW.task')}, '') = 'released'",
            "DESK-ONCE", "this contact was released before"),
    Refusal("task_step_release_approved", "task_step", "INSERT",
            f"NEW.what = 'released' AND COALESCE({_LAST.format('NEW.task')}, '') <> 'released' AND NOT EXISTS (SELECT "
            "1 FROM task_step a WHERE a.task = NEW.task AND a.what = 'approved' AND a.sha256 = NEW.sha256 AND "
            "a.expires_at > NEW.made_at AND NOT EXISTS (SELECT 1 FROM task_step n WHERE n.task = a.task AND "
            "n.id > a.id))",
            "DESK-APPROVAL", "there is no valid approval of exactly this contact"),
    Refusal("task_step_mode", "task_step", "INSERT", f"NEW.what = 'released' AND {_SUSPENDED}",
            "DESK-MODE", "outreach waits for the reinstatement"),
    Refusal("task_step_stopped", "task_step", "INSERT", f"NEW.what IN ('approved', 'released') AND {_THIS_TASK}",
            "DESK-OPT-OUT", "this customer is never contacted"),
    Refusal("dispatch_of_outreach", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM approval_request r WHERE r.id = NEW.request AND substr(r.subject, 1, 5) = 'task:' "
            "AND NOT EXISTS (SELECT 1 FROM task_step s WHERE r.subject = 'task:' || s.task AND s.what = 'released' "
            "AND NOT EXISTS (SELECT 1 FROM task_step n WHERE n.task = s.task AND n.id > s.id)))",
            "DESK-APPROVAL", "this contact is not released"),
    Refusal("dispatch_of_stopped", "dispatch", "INSERT", _ITS_TASK,
            "DESK-OPT-OUT", "this customer is never contacted"),
)  # fmt: skip

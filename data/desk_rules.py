"""What the database itself refuses at the contained desk, whoever writes to it and by whatever program.

Self-approval, sending without a valid approval of exactly these bytes, a wrong role, an approval that has expired,
a second sending, free text while suspended, a refund beyond the order's total, and every change of what is on record.
"""

# ruff: noqa: S608 (conditions of our own making, no value from outside enters them)
from __future__ import annotations

from data.rule_triggers import Refusal, append_only

LONGEST_APPROVAL_US = 7 * 24 * 3600 * 1_000_000  # rule DESK-APPROVAL-EXPIRY
WRITERS = ("agent", "support_lead", "compliance")
APPROVERS = ("compliance", "support_lead")  # of a filled-in macro; anything else is compliance's alone
_DESK = ("agent", "compliance", "finance", "support_lead")


def _is(person: str, *roles: str) -> str:
    listed = ", ".join(f"'{role}'" for role in roles)
    return f"EXISTS (SELECT 1 FROM actor WHERE actor.id = {person} AND actor.active AND actor.role IN ({listed}))"


_SUSPENDED = "EXISTS (SELECT 1 FROM suspension s WHERE s.ended_at IS NULL AND NOT s.is_drill)"
_DRILL = "EXISTS (SELECT 1 FROM suspension s WHERE s.ended_at IS NULL AND s.is_drill)"
_RETIRED = "EXISTS (SELECT 1 FROM macro_event e WHERE e.macro_version = {0} AND e.what = 'retired')"
_APPROVED = (
    "(EXISTS (SELECT 1 FROM macro_event e WHERE e.macro_version = {0} AND e.what = 'approved') AND NOT "
    + _RETIRED
    + ")"
)
_ATTESTED = (
    "('attested' = (SELECT e.what FROM macro_event e WHERE e.macro_version = {0} AND e.what IN "
    "('attested', 'withdrawn') ORDER BY e.id DESC LIMIT 1))"
)
_REQUEST = "SELECT 1 FROM approval_request r WHERE r.id = NEW.request AND "
_ROLES, _EYES, _MACRO, _APPROVAL = "DESK-ROLES", "DESK-FOUR-EYES", "DESK-MACRO", "DESK-APPROVAL"


MACROS = (
    *append_only("macro_version"),
    *append_only("macro_event"),
    Refusal("macro_version_by_writer", "macro_version", "INSERT",
            f"substr(NEW.made_by, 1, 7) <> 'system:' AND NOT {_is('NEW.made_by', *WRITERS)}",
            _ROLES, "a macro is drafted by an agent, a support lead or compliance"),
    Refusal("macro_version_hash", "macro_version", "INSERT", "{hash:NEW.text} <> NEW.sha256",
            _MACRO, "the digest is not that of the text"),
    Refusal("macro_event_four_eyes", "macro_event", "INSERT",
            "NEW.what = 'approved' AND EXISTS (SELECT 1 FROM macro_version m WHERE m.id = NEW.macro_version "
            "AND m.made_by = NEW.made_by)", _EYES, "a macro is approved by somebody who did not write it"),
    Refusal("macro_event_by_role", "macro_event", "INSERT", f"NOT {_is('NEW.made_by', 'compliance')}",
            _ROLES, "macros are approved, retired and attested by compliance"),
    Refusal("macro_event_order", "macro_event", "INSERT",
            f"{_RETIRED.format('NEW.macro_version')} OR (NEW.what IN ('approved', 'retired') AND EXISTS (SELECT 1 FROM "
            "macro_event e WHERE e.macro_version = NEW.macro_version AND e.what = NEW.what))",
            _MACRO, "this version was approved or retired before: draft a new one"),
)  # fmt: skip

REQUESTS = (
    *append_only("approval_request"),
    *append_only("approval_decision"),
    *append_only("desk_text", "kind,ref", may_erase=True),
    Refusal("desk_text_hash", "desk_text", "INSERT",
            "(NEW.kind = 'request' AND NEW.salt <> '') OR (NEW.kind <> 'request' AND length(NEW.salt) <> 64) OR "
            "COALESCE({hash:NEW.salt || NEW.text} <> CASE NEW.kind "
            "WHEN 'request' THEN (SELECT r.sha256 FROM approval_request r WHERE r.id = NEW.ref) "
            "WHEN 'thread' THEN (SELECT r.commitment FROM thread_entry r WHERE r.id = NEW.ref) "
            "WHEN 'attempt' THEN (SELECT r.commitment FROM attempt r WHERE r.id = NEW.ref) "
            "WHEN 'defence' THEN (SELECT r.commitment FROM defence_entry r WHERE r.id = NEW.ref) END, TRUE)",
            "DESK-RECORD", "this is not the text that was put on record"),
    Refusal("request_by_writer", "approval_request", "INSERT", f"NOT {_is('NEW.requested_by', *WRITERS)}",
            _ROLES, "an answer is asked for by an agent, a support lead or compliance"),
    Refusal("request_macro_only", "approval_request", "INSERT",
            f"NEW.macro_version IS NULL AND (NEW.is_drill OR {_SUSPENDED})",
            _MACRO, "while suspended only a macro can be filled in"),
    Refusal("request_drill", "approval_request", "INSERT", f"NEW.is_drill AND NOT {_DRILL}",
            "DESK-MODE", "no drill is on"),
    Refusal("request_expiry", "approval_request", "INSERT",
            f"NEW.expires_at <= NEW.requested_at OR NEW.expires_at > NEW.requested_at + {LONGEST_APPROVAL_US}",
            "DESK-APPROVAL-EXPIRY", "a request lapses within seven days"),
    Refusal("request_replaces_unsent", "approval_request", "INSERT",
            "NEW.replaces IS NOT NULL AND EXISTS (SELECT 1 FROM dispatch d WHERE d.request = NEW.replaces)",
            _APPROVAL, "what was handed over cannot be changed any more"),
    Refusal("decision_four_eyes", "approval_decision", "INSERT",
            f"NEW.verdict = 'granted' AND EXISTS ({_REQUEST}r.requested_by = NEW.decided_by)",
            _EYES, "nobody approves their own request"),
    Refusal("decision_by_role", "approval_decision", "INSERT",
            f"NEW.verdict IN ('granted', 'refused') AND NOT ({_is('NEW.decided_by', 'compliance')} OR "
            f"({_is('NEW.decided_by', *APPROVERS)} AND EXISTS ({_REQUEST}r.kind = 'reply' "
            "AND r.macro_version IS NOT NULL)))",
            _ROLES, "a filled-in macro is approved by a support lead or compliance, anything else by compliance"),
    Refusal("decision_same_bytes", "approval_decision", "INSERT", f"NOT EXISTS ({_REQUEST}r.sha256 = NEW.sha256)",
            _APPROVAL, "the decision is about other bytes than the request"),
    Refusal("decision_once", "approval_decision", "INSERT",
            "EXISTS (SELECT 1 FROM approval_decision d WHERE d.request = NEW.request AND (NEW.verdict IN ('granted', "
            "'refused') OR d.verdict = NEW.verdict))", _APPROVAL, "this request was decided before: make a new one"),
    Refusal("decision_in_time", "approval_decision", "INSERT",
            f"NEW.verdict = 'granted' AND NOT EXISTS ({_REQUEST}NEW.decided_at >= r.requested_at "
            "AND NEW.decided_at < r.expires_at)", "DESK-APPROVAL-EXPIRY", "this request has lapsed: make a new one"),
    Refusal("decision_expiry", "approval_decision", "INSERT",
            "NEW.verdict = 'granted' AND (NEW.expires_at IS NULL OR NEW.expires_at <= NEW.decided_at OR "
            f"NEW.expires_at > NEW.decided_at + {LONGEST_APPROVAL_US})",
            "DESK-APPROVAL-EXPIRY", "an approval lapses within seven days"),
    Refusal("decision_of_replaced", "approval_decision", "INSERT",
            "NEW.verdict = 'granted' AND EXISTS (SELECT 1 FROM approval_request n WHERE n.replaces = NEW.request)",
            _APPROVAL, "the text was changed after this request: look at the newer one"),
    Refusal("decision_macro", "approval_decision", "INSERT",
            f"NEW.verdict = 'granted' AND EXISTS ({_REQUEST}r.macro_version IS NOT NULL AND NOT "
            f"{_APPROVED.format('r.macro_version')})", _MACRO, "the macro is not approved, or retired"),
)  # fmt: skip

DISPATCHES = (
    *append_only("dispatch"),
    *append_only("dispatch_result", "dispatch"),
    Refusal("dispatch_approved", "dispatch", "INSERT",
            f"NOT EXISTS ({_REQUEST}r.sha256 = NEW.sha256 AND EXISTS (SELECT 1 FROM approval_decision d WHERE "
            "d.request = r.id AND d.verdict = 'granted' AND d.sha256 = NEW.sha256)) OR EXISTS (SELECT 1 FROM "
            "approval_decision d WHERE d.request = NEW.request AND d.verdict <> 'granted')",
            _APPROVAL, "there is no valid approval of exactly these bytes"),
    Refusal("dispatch_in_time", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM approval_decision d WHERE d.request = NEW.request AND d.verdict = 'granted' AND "
            "(NEW.sent_at < d.decided_at OR NEW.sent_at >= d.expires_at))",
            "DESK-APPROVAL-EXPIRY", "the approval has lapsed, or the clock stands before it"),
    Refusal("dispatch_of_replaced", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM approval_request n WHERE n.replaces = NEW.request)",
            _APPROVAL, "the text was changed after this approval: the change voids it"),
    Refusal("dispatch_text_there", "dispatch", "INSERT",
            "NOT EXISTS (SELECT 1 FROM desk_text t WHERE t.kind = 'request' AND t.ref = NEW.request)",
            _APPROVAL, "the text was erased"),
    Refusal("dispatch_by_writer", "dispatch", "INSERT", f"NOT {_is('NEW.sent_by', *WRITERS)}",
            _ROLES, "an answer is sent by an agent, a support lead or compliance"),
    Refusal("dispatch_macro", "dispatch", "INSERT",
            f"EXISTS ({_REQUEST}((r.macro_version IS NULL AND {_SUSPENDED}) OR (r.macro_version IS NOT NULL AND NOT "
            f"{_APPROVED.format('r.macro_version')})))", _MACRO, "an approved macro only: it is free text or retired"),
    Refusal("dispatch_attested", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM approval_request r JOIN macro_version m ON m.id = r.macro_version WHERE "
            f"r.id = NEW.request AND m.needs_attestation AND NOT COALESCE({_ATTESTED.format('m.id')}, FALSE))",
            "DESK-ATTESTATION", "nobody from compliance vouches that the cause is true"),
    Refusal("dispatch_drill", "dispatch", "INSERT",
            f"EXISTS ({_REQUEST}r.is_drill <> (NEW.sender = 'drill'))",
            "DESK-MODE", "what is rehearsed is never handed over, and what is real is never rehearsed"),
    Refusal("dispatch_held", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM hold h WHERE h.subject = 'request:' || NEW.request AND h.released_at IS NULL)",
            "DESK-MODE", "this answer is on hold since the suspension"),
    Refusal("dispatch_once", "dispatch", "INSERT",
            "EXISTS (SELECT 1 FROM dispatch d JOIN approval_request o ON o.id = d.request JOIN approval_request r ON "
            "r.id = NEW.request LEFT JOIN dispatch_result t ON t.dispatch = d.id WHERE (d.request = NEW.request OR "
            "(o.subject = r.subject AND o.is_drill = r.is_drill AND d.sha256 = NEW.sha256)) AND "
            "(d.request = NEW.request OR COALESCE(t.result, 'sent') <> 'not_sent'))",
            "DESK-SEND-ONCE", "this text was handed over already"),
    Refusal("dispatch_result_by", "dispatch_result", "INSERT",
            f"NOT {_is('NEW.told_by', *WRITERS)} OR NEW.result NOT IN ('sent', 'not_sent')",
            _ROLES, "what became of an answer is told by an agent, a support lead or compliance"),
)  # fmt: skip

PROTOCOL = (
    Refusal("protocol_step_closed", "protocol_step", "UPDATE", "OLD.closed_at IS NOT NULL",
            "DESK-STEP-ORDER", "this step is closed: correct it by a new entry in the channel"),
    Refusal("protocol_step_no_delete", "protocol_step", "DELETE", "", "DESK-STEP-ORDER", "steps stay on record"),
    Refusal("protocol_step_order", "protocol_step", "UPDATE",
            "NEW.closed_at IS NOT NULL AND EXISTS (SELECT 1 FROM protocol_step p WHERE p.suspension = NEW.suspension "
            "AND p.position < NEW.position AND p.closed_at IS NULL)",
            "DESK-STEP-ORDER", "another step comes first"),
    Refusal("protocol_step_by_role", "protocol_step", "UPDATE",
            "NEW.closed_at IS NOT NULL AND NEW.closers IS NOT NULL AND NOT EXISTS (SELECT 1 FROM actor a WHERE "
            "a.id = NEW.closed_by AND a.active AND replace(',' || NEW.closers || ',', ',' || a.role || ',', '') <> "
            "',' || NEW.closers || ',')", "DESK-STEP-ORDER", "this role does not close this step"),
    Refusal("suspension_facts", "suspension", "UPDATE",
            "OLD.ended_at IS NOT NULL OR NEW.reason <> OLD.reason OR NEW.marketplace <> OLD.marketplace OR "
            "NEW.noticed_at <> OLD.noticed_at OR NEW.declared_at <> OLD.declared_at OR NEW.declared_by <> "
            "OLD.declared_by OR NEW.is_drill <> OLD.is_drill",
            "DESK-MODE", "a suspension is ended once, and its facts stay as they were declared"),
    Refusal("suspension_ended_by", "suspension", "UPDATE",
            "NEW.ended_at IS NOT NULL AND substr(NEW.ended_by, 1, 7) <> 'system:' AND NOT "
            + _is("NEW.ended_by", "compliance"), _ROLES, "a suspension is lifted by compliance"),
    Refusal("suspension_no_delete", "suspension", "DELETE", "", "DESK-MODE", "a suspension stays on record"),
    Refusal("hold_release_only", "hold", "UPDATE",
            "OLD.released_at IS NOT NULL OR NEW.subject <> OLD.subject OR NEW.suspension <> OLD.suspension OR "
            "NEW.rule <> OLD.rule OR NEW.held_at <> OLD.held_at",
            "DESK-MODE", "a hold is released once, and its facts stay as they are"),
    Refusal("hold_released_by", "hold", "UPDATE",
            "NEW.released_at IS NOT NULL AND substr(NEW.released_by, 1, 7) <> 'system:' AND NOT "
            + _is("NEW.released_by", "compliance"), _ROLES, "a hold is released by compliance"),
    Refusal("hold_no_delete", "hold", "DELETE", "", "DESK-MODE", "a hold stays on record"),
)  # fmt: skip

_LIVE = "NOT EXISTS (SELECT 1 FROM refund_event e WHERE e.refund = c.id AND e.what IN ('refused', 'cancelled'))"
_GIVEN_BACK = (
    f"COALESCE((SELECT sum(c.amount_minor) FROM refund_case c WHERE c.order_id = NEW.order_id AND NOT c.is_drill AND "
    f"{_LIVE}), 0) + COALESCE((SELECT sum(t.refunded_minor) FROM order_return t WHERE t.order_id = NEW.order_id), 0)"
)
_TOTAL = "COALESCE((SELECT o.total_minor FROM orders o WHERE o.order_id = NEW.order_id), NEW.stated_total_minor)"

REGISTERS = (
    *append_only("thread_entry"),
    *append_only("attempt"),
    *append_only("refund_case"),
    *append_only("refund_event"),
    *append_only("shipping_decision"),
    *append_only("defence_entry"),
    *append_only("readiness_report"),
    Refusal("thread_entry_by", "thread_entry", "INSERT",
            f"NOT {_is('NEW.made_by', *_DESK)} OR (substr(NEW.thread, 1, 11) = 'suspension:' AND "
            f"{_is('NEW.made_by', 'agent')})", _ROLES, "this channel is not open to this role"),
    Refusal("attempt_by", "attempt", "INSERT", f"NOT {_is('NEW.made_by', *_DESK)} OR NEW.tried_at > NEW.made_at",
            _ROLES, "an attempt is told by somebody of the desk, after it was made"),
    Refusal("refund_case_by", "refund_case", "INSERT", f"NOT {_is('NEW.made_by', *_DESK)} OR NEW.amount_minor <= 0",
            _ROLES, "a refund is opened by somebody of the desk, with an amount"),
    Refusal("refund_within_total", "refund_case", "INSERT",
            f"NOT NEW.is_drill AND COALESCE(NEW.amount_minor + {_GIVEN_BACK} > {_TOTAL}, TRUE)",
            "DESK-REFUND-ONCE", "together with what was refunded this is more than the order's total"),
    Refusal("refund_same_means", "refund_case", "INSERT", "NEW.method <> NEW.paid_with AND NEW.agreement IS NULL",
            "EU-05", "a refund goes back by the means of payment that the buyer used, unless the buyer agreed"),
    Refusal("refund_sign_off", "refund_event", "INSERT",
            f"NEW.what IN ('signed', 'refused', 'paid') AND NOT {_is('NEW.made_by', 'finance')}",
            "DESK-REFUND-SIGN", "refunds are signed off and paid by finance"),
    Refusal("refund_four_eyes", "refund_event", "INSERT",
            "NEW.what = 'signed' AND EXISTS (SELECT 1 FROM refund_case c WHERE c.id = NEW.refund AND "
            "c.made_by = NEW.made_by)", _EYES, "nobody signs off their own refund"),
    Refusal("refund_event_order", "refund_event", "INSERT",
            "EXISTS (SELECT 1 FROM refund_event e WHERE e.refund = NEW.refund AND (e.what IN ('refused', 'cancelled', "
            "'paid') OR e.what = NEW.what)) OR (NEW.what = 'paid' AND (NEW.proof IS NULL OR NOT EXISTS (SELECT 1 FROM "
            "refund_event e WHERE e.refund = NEW.refund AND e.what = 'signed')))",
            "DESK-REFUND-SIGN", "a refund is signed, then paid with its proof, each once; a closed one stays closed"),
    Refusal("shipping_decision_by", "shipping_decision", "INSERT",
            f"NOT {_is('NEW.made_by', 'compliance', 'support_lead')}",
            _ROLES, "compliance or a support lead decides what ships"),
    Refusal("defence_entry_by", "defence_entry", "INSERT", f"NOT {_is('NEW.made_by', *_DESK)}",
            _ROLES, "a defence file is kept by the desk"),
)  # fmt: skip

REFUSALS = (*MACROS, *REQUESTS, *DISPATCHES, *PROTOCOL, *REGISTERS)

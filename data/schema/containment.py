"""What leaves the desk and what proves it: macros, approvals, dispatches, holds, the channel and the registers.

Rows are added, never changed; data.desk_rules says so to the database. What people wrote stands apart, in
``desk_text``, bound to its row by a hash: it can be erased, and nothing else can be put in its place.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from data.schema.base import BigId, Json, Utc, metadata

desk_text = Table(  # hash(salt + text) is the commitment of the row it belongs to
    "desk_text",
    metadata,
    Column("kind", Text, primary_key=True),  # request, thread, attempt, defence
    Column("ref", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("text", Text, nullable=False),
)

macro_version = Table(
    "macro_version",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("surface", Text, nullable=False),  # marketplace or public
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("needs_attestation", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    UniqueConstraint("name", "language", "sha256"),
)

macro_event = Table(
    "macro_event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("macro_version", ForeignKey("macro_version.id"), nullable=False),
    Column("what", Text, nullable=False),  # approved, retired, attested, withdrawn (an attestation)
    Column("note", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "macro_version", "id"),
)

approval_request = Table(
    "approval_request",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),  # reply, public_reply, outreach
    Column("subject", Text, nullable=False),  # ticket:12, mention:7, task:3
    Column("ticket", ForeignKey("ticket.id")),
    Column("macro_version", ForeignKey("macro_version.id")),  # null: text that somebody wrote for this
    Column("slots", Json, nullable=False),
    Column("language", Text),
    Column("sha256", Text, nullable=False),  # of the exact bytes that would leave
    Column("guard", Json, nullable=False),
    Column("replaces", ForeignKey("approval_request.id")),
    Column("is_drill", Boolean, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Index(None, "subject"),
    Index(None, "replaces", unique=True),
)

approval_decision = Table(
    "approval_decision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("request", ForeignKey("approval_request.id"), nullable=False),
    Column("verdict", Text, nullable=False),  # granted, refused, withdrawn, lapsed
    Column("sha256", Text, nullable=False),  # of what the person saw
    Column("note", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Utc, nullable=False),
    Column("expires_at", Utc),  # of a grant
    Index(None, "request", "id"),
    Index(
        "uq_approval_decision_answer",
        "request",
        unique=True,
        sqlite_where=text("verdict IN ('granted', 'refused')"),
        postgresql_where=text("verdict IN ('granted', 'refused')"),
    ),
)

dispatch = Table(  # written and committed before anything is handed over: what is claimed once is never sent twice
    "dispatch",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("request", ForeignKey("approval_request.id"), nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("sender", Text, nullable=False),  # copy, file, drill or a sender's name
    Column("place", Text, nullable=False),  # where it goes, in a word: seller central, zendesk, trustpilot
    Column("sent_by", Text, nullable=False),
    Column("sent_at", Utc, nullable=False),
)

dispatch_result = Table(
    "dispatch_result",
    metadata,
    Column("dispatch", ForeignKey("dispatch.id"), primary_key=True, autoincrement=False),
    Column("result", Text, nullable=False),  # sent, not_sent
    Column("receipt", Text, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("told_at", Utc, nullable=False),
)

hold = Table(  # an outgoing action that a suspension stopped
    "hold",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("suspension", ForeignKey("suspension.id"), nullable=False),
    Column("subject", Text, nullable=False),  # request:5, task:12
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("unlock", Text, nullable=False),
    Column("held_at", Utc, nullable=False),
    Column("released_at", Utc),
    Column("released_by", Text),
    UniqueConstraint("suspension", "subject"),
)

thread_entry = Table(
    "thread_entry",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("thread", Text, nullable=False),  # suspension:1, ticket:12
    Column("about", Text),  # step:3, entry:17: what this entry corrects
    Column("commitment", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "thread", "id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("ticket", ForeignKey("ticket.id")),
    Column("order_id", Text),
    Column("way", Text, nullable=False),  # buyer_message, refund, claim_reply, ...
    Column("result", Text, nullable=False),  # refused, no_access, error, answered
    Column("reason", Text, nullable=False),  # the technical reason, a code such as messaging_disabled
    Column("commitment", Text, nullable=False),
    Column("proof", Text),  # SHA-256 of the kept file
    Column("proof_kind", Text),  # png, jpg, pdf, ...
    Column("is_drill", Boolean, nullable=False),
    Column("tried_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "ticket"),
    Index(None, "order_id"),
)

refund_case = Table(
    "refund_case",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("ticket", ForeignKey("ticket.id")),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("paid_with", Text, nullable=False),  # how the buyer paid: the refund goes back the same way (EU-05)
    Column("agreement", Text),  # SHA-256 of the buyer's agreement to another way
    Column("stated_total_minor", BigInteger),  # where the cache has no total
    Column("reason", Text, nullable=False),
    Column("is_drill", Boolean, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "order_id"),
)

refund_event = Table(
    "refund_event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("refund", ForeignKey("refund_case.id"), nullable=False),
    Column("what", Text, nullable=False),  # signed, refused, cancelled, paid
    Column("proof", Text),
    Column("proof_kind", Text),
    Column("note", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    UniqueConstraint("refund", "what"),
)

shipping_decision = Table(
    "shipping_decision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("decision", Text, nullable=False),  # ship, stop
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "order_id", "id"),
)

defence_entry = Table(
    "defence_entry",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("claim", ForeignKey("claim.id"), nullable=False),
    Column("point", Text, nullable=False),  # of recovery_plan.containment.defence.POINTS
    Column("state", Text, nullable=False),  # have, missing, not_needed
    Column("commitment", Text, nullable=False),
    Column("proof", Text),
    Column("proof_kind", Text),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "claim", "id"),
)

readiness_report = Table(
    "readiness_report",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("suspension", ForeignKey("suspension.id")),  # the drill that it ends; null: asked for in between
    Column("score", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
)

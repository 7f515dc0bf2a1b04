"""The contained desk: people, suspensions, tickets; and the plan that follows."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.schema.base import BigId, Json, Utc, metadata

actor = Table(
    "actor",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("languages", Json, nullable=False),
    Column("active", Boolean, nullable=False),
)

credential = Table(  # who signs in with a password; people of an identity provider have none
    "credential",
    metadata,
    Column("actor", ForeignKey("actor.id"), primary_key=True),
    Column("hash", Text, nullable=False),  # argon2id, parameters and salt included
    Column("changed_at", Utc, nullable=False),
)

suspension = Table(
    "suspension",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("marketplace", Text, nullable=False),
    Column("noticed_at", Utc, nullable=False),
    Column("declared_at", Utc, nullable=False),
    Column("declared_by", Text, nullable=False),
    Column("is_drill", Boolean, nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", Text),
    Index(  # at most one open suspension of each kind
        "uq_suspension_open",
        "is_drill",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

protocol_step = Table(
    "protocol_step",
    metadata,
    Column("suspension", ForeignKey("suspension.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", Text),
    Column("due_at", Utc),
    Column("closers", Text),  # roles that may close it, with commas; null in protocols of before
    Column("closed_at", Utc),
    Column("closed_by", Text),
    Column("note", Text),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tool", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("order_id", Text),
    Column("buyer_key", Text),
    Column("tags", Json, nullable=False),
    Column("suspended", Boolean, nullable=False),  # tag SUSPENDED: put on by the mode, taken off by the reinstatement
    Column("priority", Text),
    Column("language", Text),
    Column("channel", Text),
    Column("issue", Text),
    Column("created_at", Utc, nullable=False),
    Column("last_in_at", Utc),
    Column("last_out_at", Utc),
    Column("digest", Text, nullable=False),
    UniqueConstraint("tool", "native_id"),
    Index(None, "order_id"),
    Index(None, "buyer_key"),
    Index(None, "status", "created_at"),
)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("ticket", ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("direction", Text, nullable=False),
    Column("author", Text),
    Column("sent_at", Utc, nullable=False),
    Column("text", Text, nullable=False),
)

at_risk = Table(  # the current answer; risk_week keeps what each week's export said
    "at_risk",
    metadata,
    Column("customer", Text, primary_key=True),
    Column("risk", Float, nullable=False),
    Column("parts", Json, nullable=False),
    Column("order_id", Text),
    Column("marketplace", Text),
    Column("country", Text),
    Column("language", Text),
    Column("value_minor", BigInteger),
    Column("currency", Text),
    Column("mentions", Json, nullable=False),
    Column("tickets", Json, nullable=False),
    Column("category", Text),
    Column("severity", Integer, nullable=False),
    Column("since", Utc),
    Column("deadline_at", Utc),
    Column("deadline_rule", Text),
    Column("computed_at", Utc, nullable=False),
    Index(None, "risk"),
)

risk_week = Table(
    "risk_week",
    metadata,
    Column("week", Text, primary_key=True),  # 2026-W47
    Column("customer", Text, primary_key=True),
    Column("risk", Float, nullable=False),
    Column("kept_at", Utc, nullable=False),
)

plan = Table(
    "plan",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("policy", Json, nullable=False),
)

outreach_task = Table(
    "outreach_task",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("plan", ForeignKey("plan.id"), nullable=False),
    Column("customer", Text, nullable=False),
    Column("order_id", Text),
    Column("route", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("not_before", Date),
    Column("last_day", Date),
    Column("value", Float, nullable=False),
    Column("effort_min", Integer, nullable=False),
    Column("day", Date),
    Column("wave", Integer),
    Column("owner", Text),
    Column("language", Text),
    Column("macro", Text),
    Column("unplaced", Text),
    Column("promised", BigInteger),  # the task that this one goes on from: approved or released in an earlier plan
    Index(None, "plan", "day"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("task", ForeignKey("outreach_task.id"), nullable=False),
    Column("result", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "task"),
)

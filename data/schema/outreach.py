"""What the outreach rests on beside the plan: who is never contacted, where companies may answer, who works how long,
and what was approved and released. Rows are added, never changed: the newest one counts."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from data.schema.base import BigId, Json, Utc, metadata

contact_stop = Table(
    "contact_stop",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("who", Text, nullable=False),  # a customer's key or an order's number
    Column("what", Text, nullable=False),  # never, allow
    Column("reason", Text, nullable=False),  # a code: opted_out, legal, abuse, decision, mistake, consent
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "who", "id"),
)

community = Table(
    "community",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),  # in lower case, for a subreddit without r/
    Column("allows", Boolean, nullable=False),  # whether companies may answer there
    Column("basis", Text, nullable=False),  # where that stands: its rule, or a moderator's word
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "source", "name", "id"),
)

work_line = Table(
    "work_line",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("actor", ForeignKey("actor.id"), nullable=False),
    Column("minutes_per_day", Integer, nullable=False),
    Column("days_off", Json, nullable=False),  # weekdays, Monday is 0
    Column("routes", Json, nullable=False),  # routes this person works on; empty: all
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "actor", "id"),
)

task_step = Table(
    "task_step",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("task", ForeignKey("outreach_task.id"), nullable=False),  # the task as it was first planned
    Column("what", Text, nullable=False),  # approved, refused, released, withdrawn
    Column("sha256", Text, nullable=False),  # of who is contacted, by which route, on which day, with which text
    Column("wave", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc),  # of an approval
    Index(None, "task", "id"),
)

"""What was done: the tamper-evident log, its erasable details, and the runs of the shells."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from data.schema.base import BigId, Json, Utc, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),  # the canonical bytes, ASCII; every hash is taken over exactly these
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "action"),
    Index(None, "actor"),
    Index(None, "subject"),
)

audit_detail = Table(  # erasable: the log keeps only SHA-256(salt + detail)
    "audit_detail",
    metadata,
    Column("seq", ForeignKey("audit_entry.seq"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("detail", Text, nullable=False),
)

audit_checkpoint = Table(  # what was sealed outside the database, and the frontier from which the next one goes on
    "audit_checkpoint",
    metadata,
    Column("size", BigId, primary_key=True, autoincrement=False),
    Column("root", Text, nullable=False),  # hex, over the first ``size`` lines
    Column("peaks", Text, nullable=False),  # hex, widest subtree first, with spaces
    Column("reason", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
)

legal_hold = Table(  # what must not be erased until a day, and why
    "legal_hold",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("subject", Text, nullable=False),  # order:…, ticket:12, mention:7, source:reddit, or all
    Column("reason", Text, nullable=False),
    Column("until", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "subject"),
)

legal_hold_release = Table(
    "legal_hold_release",
    metadata,
    Column("hold", ForeignKey("legal_hold.id"), primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("outcome", Text, nullable=False),
    Column("counts", Json, nullable=False),
    Index(None, "kind", "id"),
)

lease = Table(  # who may do something that only one process may do at a time
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

"""What models and people said: assessments, labels, links and judgements. Rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text

from data.schema.base import BigId, Json, Utc, metadata

assessment = Table(
    "assessment",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mention", ForeignKey("mention.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("probability", Float, nullable=False),
    Column("band", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("categories", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "mention", "id"),
)

label = Table(
    "label",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mention", ForeignKey("mention.id", ondelete="CASCADE"), nullable=False),
    Column("frustrated", Boolean, nullable=False),
    Column("category", Text),
    Column("severity", Integer),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "mention", "id"),
)

link = Table(
    "link",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mention", ForeignKey("mention.id", ondelete="CASCADE"), nullable=False),
    Column("decision", Text, nullable=False),
    Column("order_id", Text),
    Column("probability", Float, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("candidates", Json, nullable=False),
    Column("rule", Text, nullable=False),
    Column("weights", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Index(None, "mention", "id"),
)

judgement = Table(
    "judgement",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mention", ForeignKey("mention.id", ondelete="CASCADE"), nullable=False),
    Column("order_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "mention", "id"),
)

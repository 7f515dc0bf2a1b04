"""What models and people said: assessments, labels, links and judgements. Rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text

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
    Column("category", Text),  # the main one, the first of ``categories``
    Column("categories", Json),  # null in labels of before, which named one
    Column("severity", Integer),
    Column("words", Text),  # digest of what was read: a label of other words no longer counts
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

trained_model = Table(  # what a seller's labels made; ``weights`` goes when a label behind it was erased
    "trained_model",
    metadata,
    Column("version", Text, primary_key=True),
    Column("base", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("weights", LargeBinary),
    Column("sha256", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
)

model_label = Table(  # which labels a model learnt from; no foreign key: an erased label has to be missed
    "model_label",
    metadata,
    Column("model", ForeignKey("trained_model.version", ondelete="CASCADE"), primary_key=True),
    Column("label", BigInteger, primary_key=True, autoincrement=False),
)

model_use = Table(  # the newest row says which model assesses
    "model_use",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("version", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

model_week = Table(  # what a model saw in a week, and (week "reference") what it is compared with
    "model_week",
    metadata,
    Column("model", Text, primary_key=True),
    Column("week", Text, primary_key=True),
    Column("facts", Json, nullable=False),
    Column("made_at", Utc, nullable=False),
)

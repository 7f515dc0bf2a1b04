"""What linkage learnt, and what people told it beside single judgements. Rows are added; the newest one stands."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from data.schema.base import BigId, Json, Utc, metadata

link_weights = Table(
    "link_weights",
    metadata,
    Column("version", Text, primary_key=True),
    Column("base", Text, nullable=False),  # version of the documented weights that it corrects
    Column("facts", Json, nullable=False),  # how it was made and how it compared
    Column("fitted", Json, nullable=False),  # corrections, curves by source, thresholds
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
)

link_weights_use = Table(  # the newest row says which weights link
    "link_weights_use",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("version", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

never_link = Table(
    "never_link",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),  # order or author
    Column("ref", Text, nullable=False),  # order id, or number of the account
    Column("is_listed", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "kind", "ref"),
)

author_tie = Table(  # a person's word that two accounts are one author, or that they are not
    "author_tie",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("author", ForeignKey("author.id", ondelete="CASCADE"), nullable=False),  # the smaller number of the two
    Column("other", ForeignKey("author.id", ondelete="CASCADE"), nullable=False),
    Column("is_one", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "author", "other"),
    Index(None, "other"),
)

common_key = Table(  # how many orders carry a key that many do: counting them anew each time would cost the most
    "common_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
)

"""What came in: snapshots of order files, orders, and the mentions of the sources."""

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
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.schema.base import BigId, Json, Utc, metadata

workspace = Table("workspace", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", Text, nullable=False),  # orders, shipments, returns, feedback, claims, tickets, mentions
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("inserted", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("imported_at", Utc, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("frozen_at", Utc),
    Index(None, "sha256"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", Text, nullable=False, unique=True),
    Column("snapshot_id", ForeignKey("snapshot.id"), nullable=False),
    Column("marketplace", Text, nullable=False),
    Column("purchased_at", Utc, nullable=False),
    Column("status", Text),
    Column("channel", Text),
    Column("currency", Text),
    Column("total_minor", BigInteger),
    Column("city", Text),
    Column("state", Text),
    Column("postcode", Text),
    Column("country", Text),
    Column("buyer_key", Text),  # keyed hash of the buyer's alias, or of the buyer's name when there is no alias
    Column("alias_domain", Text),
    Column("updated_at", Utc),
    Column("promised_at", Utc),
    Column("shipped_at", Utc),
    Column("delivered_at", Utc),
    Column("carrier", Text),
    Column("tracking", Text),
    Column("is_business", Boolean, nullable=False, server_default=text("false")),
    Column("digest", Text, nullable=False),  # SHA-256 over the imported facts: an unchanged row is not written again
    Column("indexed_by", Text),  # version of the blocking keys made for it, null when none
    Column("names_gone_at", Utc),  # since when only keyed hashes of its names are kept
    Index(None, "purchased_at"),
    Index(None, "buyer_key"),
    Index(
        "ix_orders_to_index", "id", sqlite_where=text("indexed_by IS NULL"), postgresql_where=text("indexed_by IS NULL")
    ),
)

order_item = Table(
    "order_item",
    metadata,
    Column("order", ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("line", Text, primary_key=True),
    Column("sku", Text),
    Column("asin", Text),
    Column("title", Text),
    Column("quantity", Integer, nullable=False),
    Column("price_minor", BigInteger),
    Column("status", Text),
)

order_key = Table(  # blocking: which orders share a key with a mention
    "order_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),  # purchase day since 1970, for the date window
    Column("order", ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "order"),
    sqlite_with_rowid=False,
)

order_return = Table(
    "order_return",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("sku", Text, nullable=False),
    Column("returned_at", Utc, nullable=False),
    Column("kind", Text, nullable=False),
    Column("asin", Text),
    Column("reason", Text),
    Column("status", Text),
    Column("delivered_back_at", Utc),
    Column("refunded_minor", BigInteger),
    Column("currency", Text),
    Column("has_claim", Boolean, nullable=False),
    UniqueConstraint("order_id", "sku", "returned_at"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("reason", Text),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("status", Text, nullable=False),
    Column("info_requested_at", Utc),
    Column("decided_at", Utc),
    Column("appeal_until", Utc),
    Column("kind", Text, nullable=False, server_default=text("'a_to_z'")),  # a_to_z or chargeback
    UniqueConstraint("order_id", "opened_at"),
)

sealed = Table(  # the vault: personal fields, encrypted, erasable one by one
    "sealed",
    metadata,
    Column("kind", Text, primary_key=True),  # order or ticket
    Column("ref", BigInteger, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("stored_at", Utc, nullable=False),
)

author = Table(
    "author",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("name", Text),
    Column("handle", Text),
    Column("country", Text),
    Column("first_seen", Utc, nullable=False),
    Column("person", Text),  # what accounts of one person on several sources may share; see data.duplicates
    UniqueConstraint("source", "native_id"),
    Index(None, "person"),
)

mention = Table(
    "mention",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("author", ForeignKey("author.id", ondelete="SET NULL")),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("rating", Integer),
    Column("declared_language", Text),
    Column("country", Text),
    Column("published_at", Utc, nullable=False),
    Column("updated_at", Utc),
    Column("experienced_at", Date),
    Column("reply_text", Text),
    Column("reply_at", Utc),
    Column("verification", Text),
    Column("reference", Text),
    Column("repeats", Text),
    Column("reach", Integer, nullable=False),
    Column("is_own", Boolean, nullable=False),
    Column("is_spam", Boolean, nullable=False),
    Column("spam_reason", Text),
    Column("same_as", BigInteger),  # id of the mention that said the same first; null for an original
    Column("text_key", Text),  # equal for equal long texts; see data.duplicates
    Column("watch", Text),
    Column("watch_reason", Text),
    Column("collected_at", Utc, nullable=False),
    Column("checked_at", Utc, nullable=False),  # last time the source showed or confirmed it
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column(
        "gone_at", Utc
    ),  # the source confirmed a deletion: words, author and link are erased, the row is a tombstone
    # what the newest assessment and link say, kept beside the text so that lists and filters need no join
    Column("model", Text),
    Column("probability", Float),
    Column("band", Text),
    Column("category", Text),
    Column("severity", Integer),
    Column("language", Text),
    Column("link_decision", Text),
    Column("link_order", Text),
    Column("link_probability", Float),
    Column("link_verdict", Text),
    UniqueConstraint("source", "native_id"),
    Index(None, "published_at", "id"),
    Index(None, "band", "probability", "id"),
    Index(None, "source", "published_at"),
    Index(None, "author"),
    Index(None, "link_order"),
    Index(None, "link_decision", "link_verdict"),
    Index(None, "model"),
    Index(None, "same_as"),
    Index(None, "text_key"),
)

mention_revision = Table(
    "mention_revision",
    metadata,
    Column("mention", ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("rating", Integer),
    Column("seen_at", Utc, nullable=False),
)

mention_daily = Table(  # kept with every write: a 30-day chart reads a few hundred rows, not a million
    "mention_daily",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("country", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("band", Text, primary_key=True),  # "" while not assessed
    Column("category", Text, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("sum_ppm", BigInteger, nullable=False),  # sum of probabilities in millionths: integers add up exactly
)

cursor = Table(
    "cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("partition", Text, primary_key=True),
    Column("state", Json, nullable=False),
    Column("moved_at", Utc, nullable=False),
)

source_health = Table(
    "source_health",
    metadata,
    Column("source", Text, primary_key=True),
    Column("partition", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("until", Utc),
    Column("checked_at", Utc, nullable=False),
    Column("last_success", Utc),
    Column("last_mention", Utc),
    Column("new_mentions", Integer, nullable=False),  # by the last reading
    Column("total_new", BigInteger, nullable=False, server_default=text("0")),  # by all readings
    Column("next_run", Utc),  # when a schedule of ours will read it next; null without one
    Column("skipped", Json, nullable=False),
    Column("unknown_fields", Json, nullable=False),
)

spend = Table(
    "spend",
    metadata,
    Column("source", Text, primary_key=True),
    Column("month", Text, primary_key=True),  # 2026-11
    Column("micros", BigInteger, nullable=False),  # millionths of a US dollar
)

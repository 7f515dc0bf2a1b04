"""The first schema: intake, judgements, desk, plan and trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    op.create_table(
        "credential",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"], name=op.f("fk_credential_actor")),
        sa.PrimaryKeyConstraint("actor", name=op.f("pk_credential")),
    )
    op.create_table(
        "at_risk",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("marketplace", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("mentions", JSON, nullable=False),
        sa.Column("tickets", JSON, nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline_rule", sa.Text(), nullable=True),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_at_risk")),
    )
    op.create_index(op.f("ix_at_risk_risk"), "at_risk", ["risk"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("seq", ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_actor"), "audit_entry", ["actor"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "author",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("source", "native_id", name=op.f("uq_author_source_native_id")),
    )
    op.create_table(
        "claim",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("info_requested_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("appeal_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("order_id", "opened_at", name=op.f("uq_claim_order_id_opened_at")),
    )
    op.create_table(
        "cursor",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("partition", sa.Text(), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "partition", name=op.f("pk_cursor")),
    )
    op.create_table(
        "mention_daily",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sum_ppm", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "source", "country", "language", "band", "category", name=op.f("pk_mention_daily")
        ),
    )
    op.create_table(
        "order_return",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("delivered_back_at", sa.BigInteger(), nullable=True),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("has_claim", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_return")),
        sa.UniqueConstraint("order_id", "sku", "returned_at", name=op.f("uq_order_return_order_id_sku_returned_at")),
    )
    op.create_table(
        "plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("policy", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_table(
        "risk_week",
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("week", "customer", name=op.f("pk_risk_week")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_kind_id"), "run", ["kind", "id"], unique=False)
    op.create_table(
        "sealed",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", "field", name=op.f("pk_sealed")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("inserted", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    op.create_index(op.f("ix_snapshot_sha256"), "snapshot", ["sha256"], unique=False)
    op.create_table(
        "source_health",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("partition", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("last_success", sa.BigInteger(), nullable=True),
        sa.Column("last_mention", sa.BigInteger(), nullable=True),
        sa.Column("new_mentions", sa.Integer(), nullable=False),
        sa.Column("skipped", JSON, nullable=False),
        sa.Column("unknown_fields", JSON, nullable=False),
        sa.PrimaryKeyConstraint("source", "partition", name=op.f("pk_source_health")),
    )
    op.create_table(
        "spend",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "month", name=op.f("pk_spend")),
    )
    op.create_table(
        "suspension",
        sa.Column("id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(
        "uq_suspension_open",
        "suspension",
        ["is_drill"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "ticket",
        sa.Column("id", ID, nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("buyer_key", sa.Text(), nullable=True),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("issue", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_in_at", sa.BigInteger(), nullable=True),
        sa.Column("last_out_at", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("tool", "native_id", name=op.f("uq_ticket_tool_native_id")),
    )
    op.create_index(op.f("ix_ticket_buyer_key"), "ticket", ["buyer_key"], unique=False)
    op.create_index(op.f("ix_ticket_order_id"), "ticket", ["order_id"], unique=False)
    op.create_index(op.f("ix_ticket_status_created_at"), "ticket", ["status", "created_at"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_workspace")),
    )
    op.create_table(
        "audit_detail",
        sa.Column("seq", ID, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_entry.seq"], name=op.f("fk_audit_detail_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_detail")),
    )
    op.create_table(
        "mention",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("declared_language", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("experienced_at", sa.Date(), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("reply_at", sa.BigInteger(), nullable=True),
        sa.Column("verification", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("repeats", sa.Text(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=True),
        sa.Column("watch_reason", sa.Text(), nullable=True),
        sa.Column("collected_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("link_decision", sa.Text(), nullable=True),
        sa.Column("link_order", sa.Text(), nullable=True),
        sa.Column("link_probability", sa.Float(), nullable=True),
        sa.Column("link_verdict", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["author.id"], name=op.f("fk_mention_author"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("source", "native_id", name=op.f("uq_mention_source_native_id")),
    )
    op.create_index(op.f("ix_mention_author"), "mention", ["author"], unique=False)
    op.create_index(op.f("ix_mention_band_probability_id"), "mention", ["band", "probability", "id"], unique=False)
    op.create_index(
        op.f("ix_mention_link_decision_link_verdict"), "mention", ["link_decision", "link_verdict"], unique=False
    )
    op.create_index(op.f("ix_mention_link_order"), "mention", ["link_order"], unique=False)
    op.create_index(op.f("ix_mention_model"), "mention", ["model"], unique=False)
    op.create_index(op.f("ix_mention_published_at_id"), "mention", ["published_at", "id"], unique=False)
    op.create_index(op.f("ix_mention_source_published_at"), "mention", ["source", "published_at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("snapshot_id", ID, nullable=False),
        sa.Column("marketplace", sa.Text(), nullable=False),
        sa.Column("purchased_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("buyer_key", sa.Text(), nullable=True),
        sa.Column("alias_domain", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("promised_at", sa.BigInteger(), nullable=True),
        sa.Column("shipped_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.Column("is_business", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("indexed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_orders_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("order_id", name=op.f("uq_orders_order_id")),
    )
    op.create_index(op.f("ix_orders_buyer_key"), "orders", ["buyer_key"], unique=False)
    op.create_index(op.f("ix_orders_purchased_at"), "orders", ["purchased_at"], unique=False)
    op.create_index(
        "ix_orders_to_index",
        "orders",
        ["id"],
        unique=False,
        sqlite_where=sa.text("indexed_by IS NULL"),
        postgresql_where=sa.text("indexed_by IS NULL"),
    )
    op.create_table(
        "outreach_task",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan", ID, nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("effort_min", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("macro", sa.Text(), nullable=True),
        sa.Column("unplaced", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["plan"], ["plan.id"], name=op.f("fk_outreach_task_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_task")),
    )
    op.create_index(op.f("ix_outreach_task_plan_day"), "outreach_task", ["plan", "day"], unique=False)
    op.create_table(
        "protocol_step",
        sa.Column("suspension", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["suspension"], ["suspension.id"], name=op.f("fk_protocol_step_suspension")),
        sa.PrimaryKeyConstraint("suspension", "position", name=op.f("pk_protocol_step")),
    )
    op.create_table(
        "ticket_message",
        sa.Column("ticket", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_ticket_message_ticket"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_ticket_message")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", ID, nullable=False),
        sa.Column("mention", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mention"], ["mention.id"], name=op.f("fk_assessment_mention"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_mention_id"), "assessment", ["mention", "id"], unique=False)
    op.create_table(
        "judgement",
        sa.Column("id", ID, nullable=False),
        sa.Column("mention", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mention"], ["mention.id"], name=op.f("fk_judgement_mention"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index(op.f("ix_judgement_mention_id"), "judgement", ["mention", "id"], unique=False)
    op.create_table(
        "label",
        sa.Column("id", ID, nullable=False),
        sa.Column("mention", ID, nullable=False),
        sa.Column("frustrated", sa.Boolean(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mention"], ["mention.id"], name=op.f("fk_label_mention"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
    )
    op.create_index(op.f("ix_label_mention_id"), "label", ["mention", "id"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", ID, nullable=False),
        sa.Column("mention", ID, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("candidates", JSON, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mention"], ["mention.id"], name=op.f("fk_link_mention"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_mention_id"), "link", ["mention", "id"], unique=False)
    op.create_table(
        "mention_revision",
        sa.Column("mention", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention"], ["mention.id"], name=op.f("fk_mention_revision_mention"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention", "revision", name=op.f("pk_mention_revision")),
    )
    op.create_table(
        "order_item",
        sa.Column("order", ID, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("asin", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_item_order"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("order", "line", name=op.f("pk_order_item")),
    )
    op.create_table(
        "order_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order", ID, nullable=False),
        sa.ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_key_order"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "day", "order", name=op.f("pk_order_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_order_key_order"), "order_key", ["order"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", ID, nullable=False),
        sa.Column("task", ID, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["outreach_task.id"], name=op.f("fk_outcome_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_task"), "outcome", ["task"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE mention_search USING fts5(title, text, content='mention', content_rowid='id', "
            'tokenize="unicode61 remove_diacritics 2")'
        )
        op.execute("INSERT INTO mention_search(mention_search, rank) VALUES ('secure-delete', 1)")
    else:
        op.execute(
            "CREATE INDEX ix_mention_search ON mention USING gin "
            "(to_tsvector('simple', coalesce(title, '') || ' ' || text))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE mention_search")
    op.drop_index(op.f("ix_outcome_task"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_order_key_order"), table_name="order_key")
    op.drop_table("order_key")
    op.drop_table("order_item")
    op.drop_table("mention_revision")
    op.drop_index(op.f("ix_link_mention_id"), table_name="link")
    op.drop_table("link")
    op.drop_index(op.f("ix_label_mention_id"), table_name="label")
    op.drop_table("label")
    op.drop_index(op.f("ix_judgement_mention_id"), table_name="judgement")
    op.drop_table("judgement")
    op.drop_index(op.f("ix_assessment_mention_id"), table_name="assessment")
    op.drop_table("assessment")
    op.drop_table("ticket_message")
    op.drop_table("protocol_step")
    op.drop_index(op.f("ix_outreach_task_plan_day"), table_name="outreach_task")
    op.drop_table("outreach_task")
    op.drop_index(
        "ix_orders_to_index",
        table_name="orders",
        sqlite_where=sa.text("indexed_by IS NULL"),
        postgresql_where=sa.text("indexed_by IS NULL"),
    )
    op.drop_index(op.f("ix_orders_purchased_at"), table_name="orders")
    op.drop_index(op.f("ix_orders_buyer_key"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_mention_source_published_at"), table_name="mention")
    op.drop_index(op.f("ix_mention_published_at_id"), table_name="mention")
    op.drop_index(op.f("ix_mention_model"), table_name="mention")
    op.drop_index(op.f("ix_mention_link_order"), table_name="mention")
    op.drop_index(op.f("ix_mention_link_decision_link_verdict"), table_name="mention")
    op.drop_index(op.f("ix_mention_band_probability_id"), table_name="mention")
    op.drop_index(op.f("ix_mention_author"), table_name="mention")
    op.drop_table("mention")
    op.drop_table("audit_detail")
    op.drop_table("workspace")
    op.drop_index(op.f("ix_ticket_status_created_at"), table_name="ticket")
    op.drop_index(op.f("ix_ticket_order_id"), table_name="ticket")
    op.drop_index(op.f("ix_ticket_buyer_key"), table_name="ticket")
    op.drop_table("ticket")
    op.drop_index(
        "uq_suspension_open",
        table_name="suspension",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("suspension")
    op.drop_table("spend")
    op.drop_table("source_health")
    op.drop_index(op.f("ix_snapshot_sha256"), table_name="snapshot")
    op.drop_table("snapshot")
    op.drop_table("sealed")
    op.drop_index(op.f("ix_run_kind_id"), table_name="run")
    op.drop_table("run")
    op.drop_table("risk_week")
    op.drop_table("plan")
    op.drop_table("order_return")
    op.drop_table("mention_daily")
    op.drop_table("cursor")
    op.drop_table("claim")
    op.drop_table("author")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_actor"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_action"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index(op.f("ix_at_risk_risk"), table_name="at_risk")
    op.drop_table("at_risk")
    op.drop_table("credential")
    op.drop_table("actor")

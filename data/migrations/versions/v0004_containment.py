"""The contained desk: macros and their approval, requests and dispatches, holds, the channel, the registers.

Protocol steps get an owner, a due time and the roles that may close them; steps of before have none of these.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "desk_text",
    "macro_version",
    "shipping_decision",
    "thread_entry",
    "approval_request",
    "attempt",
    "defence_entry",
    "hold",
    "macro_event",
    "readiness_report",
    "refund_case",
    "approval_decision",
    "dispatch",
    "refund_event",
    "dispatch_result",
)


def upgrade() -> None:
    op.create_table(
        "desk_text",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref", name=op.f("pk_desk_text")),
    )
    op.create_table(
        "macro_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("needs_attestation", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro_version")),
        sa.UniqueConstraint("name", "language", "sha256", name=op.f("uq_macro_version_name_language_sha256")),
    )
    op.create_table(
        "shipping_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_decision")),
    )
    op.create_index(op.f("ix_shipping_decision_order_id_id"), "shipping_decision", ["order_id", "id"])
    op.create_table(
        "thread_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_entry")),
    )
    op.create_index(op.f("ix_thread_entry_thread_id"), "thread_entry", ["thread", "id"])
    op.create_table(
        "approval_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("macro_version", ID, nullable=True),
        sa.Column("slots", JSON, nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("guard", JSON, nullable=False),
        sa.Column("replaces", ID, nullable=True),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["macro_version"], ["macro_version.id"], name=op.f("fk_approval_request_macro_version")
        ),
        sa.ForeignKeyConstraint(["replaces"], ["approval_request.id"], name=op.f("fk_approval_request_replaces")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_approval_request_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    op.create_index(op.f("ix_approval_request_replaces"), "approval_request", ["replaces"], unique=True)
    op.create_index(op.f("ix_approval_request_subject"), "approval_request", ["subject"])
    op.create_table(
        "attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proof_kind", sa.Text(), nullable=True),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_attempt_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_order_id"), "attempt", ["order_id"])
    op.create_index(op.f("ix_attempt_ticket"), "attempt", ["ticket"])
    op.create_table(
        "defence_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim", ID, nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proof_kind", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["claim"], ["claim.id"], name=op.f("fk_defence_entry_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence_entry")),
    )
    op.create_index(op.f("ix_defence_entry_claim_id"), "defence_entry", ["claim", "id"])
    op.create_table(
        "hold",
        sa.Column("id", ID, nullable=False),
        sa.Column("suspension", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unlock", sa.Text(), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["suspension"], ["suspension.id"], name=op.f("fk_hold_suspension")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("suspension", "subject", name=op.f("uq_hold_suspension_subject")),
    )
    op.create_table(
        "macro_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("macro_version", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["macro_version"], ["macro_version.id"], name=op.f("fk_macro_event_macro_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro_event")),
    )
    op.create_index(op.f("ix_macro_event_macro_version_id"), "macro_event", ["macro_version", "id"])
    op.create_table(
        "readiness_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("suspension", ID, nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["suspension"], ["suspension.id"], name=op.f("fk_readiness_report_suspension")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_report")),
    )
    op.create_table(
        "refund_case",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("ticket", ID, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("paid_with", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("stated_total_minor", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.id"], name=op.f("fk_refund_case_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_case")),
    )
    op.create_index(op.f("ix_refund_case_order_id"), "refund_case", ["order_id"])
    op.create_table(
        "approval_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("request", ID, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["request"], ["approval_request.id"], name=op.f("fk_approval_decision_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_decision")),
    )
    op.create_index(op.f("ix_approval_decision_request_id"), "approval_decision", ["request", "id"])
    op.create_index(
        "uq_approval_decision_answer",
        "approval_decision",
        ["request"],
        unique=True,
        sqlite_where=sa.text("verdict IN ('granted', 'refused')"),
        postgresql_where=sa.text("verdict IN ('granted', 'refused')"),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", ID, nullable=False),
        sa.Column("request", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["approval_request.id"], name=op.f("fk_dispatch_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("request", name=op.f("uq_dispatch_request")),
    )
    op.create_table(
        "refund_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("refund", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("proof_kind", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["refund"], ["refund_case.id"], name=op.f("fk_refund_event_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_event")),
        sa.UniqueConstraint("refund", "what", name=op.f("uq_refund_event_refund_what")),
    )
    op.create_table(
        "dispatch_result",
        sa.Column("dispatch", ID, autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dispatch"], ["dispatch.id"], name=op.f("fk_dispatch_result_dispatch")),
        sa.PrimaryKeyConstraint("dispatch", name=op.f("pk_dispatch_result")),
    )
    op.add_column("protocol_step", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("protocol_step", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.add_column("protocol_step", sa.Column("closers", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("closers", "due_at", "owner"):
        op.drop_column("protocol_step", name)
    for table in reversed(TABLES):
        op.drop_table(table)

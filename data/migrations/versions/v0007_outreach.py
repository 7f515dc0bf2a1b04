"""The outreach: who is never contacted, where companies may answer, who works how long, what was approved and released.

Claims say whether they are A-to-z claims or chargebacks; those of before are taken as A-to-z claims.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("claim", sa.Column("kind", sa.Text(), server_default=sa.text("'a_to_z'"), nullable=False))
    op.add_column("outreach_task", sa.Column("promised", sa.BigInteger(), nullable=True))
    op.create_table(
        "contact_stop",
        sa.Column("id", ID, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_stop")),
    )
    op.create_index(op.f("ix_contact_stop_who_id"), "contact_stop", ["who", "id"])
    op.create_table(
        "community",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("allows", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
    )
    op.create_index(op.f("ix_community_source_name_id"), "community", ["source", "name", "id"])
    op.create_table(
        "work_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("minutes_per_day", sa.Integer(), nullable=False),
        sa.Column("days_off", JSON, nullable=False),
        sa.Column("routes", JSON, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["actor.id"], name=op.f("fk_work_line_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_line")),
    )
    op.create_index(op.f("ix_work_line_actor_id"), "work_line", ["actor", "id"])
    op.create_table(
        "task_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("task", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["task"], ["outreach_task.id"], name=op.f("fk_task_step_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_step")),
    )
    op.create_index(op.f("ix_task_step_task_id"), "task_step", ["task", "id"])


def downgrade() -> None:
    for table in ("task_step", "work_line", "community", "contact_stop"):
        op.drop_table(table)
    op.drop_column("outreach_task", "promised")
    op.drop_column("claim", "kind")

"""Labels with several categories; the models that labels made, which one is in use, and what each sees week by week.

Labels of posts from X go, and these posts are assessed anew: rule X-01 allows no saved label of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("UPDATE mention SET model = NULL WHERE source = 'x' AND id IN (SELECT mention FROM label)")
    op.execute("DELETE FROM label WHERE mention IN (SELECT id FROM mention WHERE source = 'x')")
    op.add_column("label", sa.Column("categories", JSON, nullable=True))
    op.add_column("label", sa.Column("words", sa.Text(), nullable=True))
    op.create_table(
        "trained_model",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_trained_model")),
    )
    op.create_table(
        "model_label",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("label", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["model"], ["trained_model.version"], name=op.f("fk_model_label_model"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model", "label", name=op.f("pk_model_label")),
    )
    op.create_table(
        "model_use",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_use")),
    )
    op.create_table(
        "model_week",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("week", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model", "week", name=op.f("pk_model_week")),
    )


def downgrade() -> None:
    for table in ("model_week", "model_use", "model_label", "trained_model"):
        op.drop_table(table)
    op.drop_column("label", "words")
    op.drop_column("label", "categories")

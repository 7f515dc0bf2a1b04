"""Weights fitted to judgements, the never-link list, accounts that a person tied, common keys, and purged names.

Blocking keys are keyed hashes from now on: the ones of before are made anew by the next run.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "link_weights",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("fitted", JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_link_weights")),
    )
    op.create_table(
        "link_weights_use",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_weights_use")),
    )
    op.create_table(
        "never_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_never_link")),
    )
    op.create_index(op.f("ix_never_link_kind_ref"), "never_link", ["kind", "ref"])
    op.create_table(
        "author_tie",
        sa.Column("id", ID, nullable=False),
        sa.Column("author", ID, nullable=False),
        sa.Column("other", ID, nullable=False),
        sa.Column("is_one", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author"], ["author.id"], name=op.f("fk_author_tie_author"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other"], ["author.id"], name=op.f("fk_author_tie_other"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_tie")),
    )
    op.create_index(op.f("ix_author_tie_author_other"), "author_tie", ["author", "other"])
    op.create_index(op.f("ix_author_tie_other"), "author_tie", ["other"])
    op.create_table(
        "common_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_common_key")),
    )
    op.add_column("orders", sa.Column("names_gone_at", sa.BigInteger(), nullable=True))
    _make_keys_anew()


def downgrade() -> None:
    _make_keys_anew()
    op.drop_column("orders", "names_gone_at")
    for table in ("common_key", "author_tie", "never_link", "link_weights_use", "link_weights"):
        op.drop_table(table)


def _make_keys_anew() -> None:
    op.execute("DELETE FROM order_key")
    op.execute("UPDATE orders SET indexed_by = NULL")

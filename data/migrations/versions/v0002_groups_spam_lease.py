"""Groups of the same opinion, why a mention is spam, the lease of a run, and what a source has brought in all.

Mentions stored before have no text key and no person: they are grouped when they are next changed.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = ("day", "source", "country", "language", "band", "category")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.add_column("author", sa.Column("person", sa.Text(), nullable=True))
    op.create_index(op.f("ix_author_person"), "author", ["person"])
    op.add_column("mention", sa.Column("same_as", sa.BigInteger(), nullable=True))
    op.add_column("mention", sa.Column("text_key", sa.Text(), nullable=True))
    op.add_column("mention", sa.Column("spam_reason", sa.Text(), nullable=True))
    op.create_index(op.f("ix_mention_same_as"), "mention", ["same_as"])
    op.create_index(op.f("ix_mention_text_key"), "mention", ["text_key"])
    op.add_column("source_health", sa.Column("next_run", sa.BigInteger(), nullable=True))
    op.add_column("source_health", sa.Column("total_new", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE mention SET spam_reason = 'source' WHERE is_spam")
    _count_spam(-1)


def downgrade() -> None:
    _count_spam(1)
    op.drop_column("source_health", "total_new")
    op.drop_column("source_health", "next_run")
    op.drop_index(op.f("ix_mention_text_key"), table_name="mention")
    op.drop_index(op.f("ix_mention_same_as"), table_name="mention")
    op.drop_column("mention", "spam_reason")
    op.drop_column("mention", "text_key")
    op.drop_column("mention", "same_as")
    op.drop_index(op.f("ix_author_person"), table_name="author")
    op.drop_column("author", "person")
    op.drop_table("lease")


def _count_spam(sign: int) -> None:
    """Spam and copies leave the daily summary on the way up and come back on the way down."""
    conn = op.get_bind()
    mention = sa.table(
        "mention", *(sa.column(c) for c in ("published_at", *_KEY[1:], "probability", "gone_at", "is_own", "repeats"))
    )
    left_out = "is_spam" if sign < 0 else "(is_spam OR same_as IS NOT NULL)"
    theirs = sa.text(f"{left_out} AND gone_at IS NULL AND NOT is_own AND repeats IS NULL")
    rows = conn.execute(
        sa.select(*(mention.c[name] for name in ("published_at", *_KEY[1:], "probability"))).where(theirs)
    )
    n: Counter[tuple[object, ...]] = Counter()
    ppm: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.published_at)).date()
        key = (day, row.source, *(value or "" for value in row[2:6]))
        n[key] += sign
        ppm[key] += sign * round((row.probability or 0.0) * 1_000_000)
    daily = sa.table("mention_daily", sa.column("day", sa.Date), *(sa.column(c) for c in (*_KEY[1:], "n", "sum_ppm")))
    for key, more in n.items():
        where = [daily.c[name] == part for name, part in zip(_KEY, key, strict=True)]
        values = {"n": daily.c.n + more, "sum_ppm": daily.c.sum_ppm + ppm[key]}
        if conn.execute(sa.update(daily).where(*where).values(**values)).rowcount == 0:
            conn.execute(sa.insert(daily).values(**dict(zip(_KEY, key, strict=True)), n=more, sum_ppm=ppm[key]))
    conn.execute(sa.delete(daily).where(daily.c.n == 0))

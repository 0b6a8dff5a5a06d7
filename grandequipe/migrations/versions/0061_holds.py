"""Hold for moderators what looks like spam, and count texts that are written in many places."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    """Apply it; the previous code knows neither table, and shows what is held as pending."""
    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger()),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("digest", sa.BigInteger()),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason IN ('links', 'repeated')", name=op.f("ck_hold_reason")),
        sa.CheckConstraint(
            "(reason = 'repeated') = (digest IS NOT NULL)", name=op.f("ck_hold_digest")
        ),
        if_not_exists=True,
    )
    for column, table in (("group_id", "group"), ("post_id", "post"), ("comment_id", "comment")):
        online.add_constraint(
            "hold",
            f"fk_hold_{column}_{table}",
            f'FOREIGN KEY ({column}) REFERENCES "{table}" (id) ON DELETE CASCADE',
        )
    online.create_index("ix_hold_group_id", "hold", "group_id, id")
    online.create_index("ix_hold_post_id", "hold", "post_id")
    online.create_index(
        "uq_hold_post", "hold", "post_id, group_id", "comment_id IS NULL", is_unique=True
    )
    online.create_index(
        "uq_hold_comment_id", "hold", "comment_id", "comment_id IS NOT NULL", is_unique=True
    )
    online.create_index("ix_hold_digest", "hold", "digest", "digest IS NOT NULL")
    op.create_table(
        "fingerprint",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger()),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        if_not_exists=True,
    )
    online.create_index("ix_fingerprint_digest", "fingerprint", "digest, at")
    online.create_index("ix_fingerprint_at", "fingerprint", "at")


def downgrade() -> None:
    """Take it back; held comments stay away, held posts wait as others do."""
    online.execute("DROP TABLE IF EXISTS fingerprint")
    online.execute("DROP TABLE IF EXISTS hold")

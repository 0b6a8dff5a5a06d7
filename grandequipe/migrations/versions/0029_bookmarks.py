"""Let members keep posts, with a note of their own."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "bookmark",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("member_id", "post_id", name="pk_bookmark"),
        sa.CheckConstraint("char_length(note) <= 1000", name=op.f("ck_bookmark_note")),
        if_not_exists=True,
    )
    for column, table in (("member_id", "member"), ("post_id", "post")):
        online.add_constraint(
            "bookmark",
            f"fk_bookmark_{column}_{table}",
            f"FOREIGN KEY ({column}) REFERENCES {table} (id) ON DELETE CASCADE",
        )
    online.create_index("ix_bookmark_post_id", "bookmark", "post_id")
    online.create_index(
        "ix_bookmark_newest", "bookmark", "member_id, created_at, post_id", "removed_at IS NULL"
    )
    online.create_index(
        "ix_bookmark_removed_at", "bookmark", "removed_at", "removed_at IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS bookmark")

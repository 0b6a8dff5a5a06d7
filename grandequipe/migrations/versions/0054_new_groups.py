"""Have administrators see new groups before they stand in lists, and feature some.

The previous code inserts groups without these columns: they stand in lists, as its groups do.
"""

from grandequipe.migrations import online

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("group", "review", "varchar(40)")
    online.add_column("group", "review_reason", "text DEFAULT '' NOT NULL")
    online.add_column("group", "featured_rank", "bigint")
    online.add_constraint("group", "ck_group_review", "CHECK (review IN ('pending', 'refused'))")
    online.add_constraint("group", "ck_group_featured_rank", "CHECK (featured_rank >= 1)")
    online.create_index("ix_group_review", "group", "review", "review IS NOT NULL")
    online.create_index(
        "ix_group_featured_rank", "group", "featured_rank", "featured_rank IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    for column in ("featured_rank", "review_reason", "review"):
        online.drop_column("group", column)

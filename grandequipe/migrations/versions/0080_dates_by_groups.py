"""Keep the group and the end of what is dated in the index by date: the agenda reads it alone."""

from grandequipe.migrations import online

revision = "0080"
down_revision = "0079"

IS_DATED = "status = 'published' AND starts_at IS NOT NULL"


def upgrade() -> None:
    """Apply it; the previous code reads the new index as it did the one before."""
    online.create_index(
        "ix_placement_dates", "placement", "starts_at, post_id, ends_at, group_id", IS_DATED
    )
    online.drop_index("ix_placement_dated")


def downgrade() -> None:
    """Take it back."""
    online.create_index("ix_placement_dated", "placement", "starts_at, post_id", IS_DATED)
    online.drop_index("ix_placement_dates")

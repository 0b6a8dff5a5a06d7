"""The page of a group finds those who look after it without reading all its members."""

from grandequipe.migrations import online

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.create_index("ix_membership_team", "membership", "group_id", "role <> 'member'")


def downgrade() -> None:
    """Take it back."""
    online.drop_index("ix_membership_team")

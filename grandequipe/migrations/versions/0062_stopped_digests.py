"""Keep when members stopped the digest, or chose another level of a group, for its figures.

The previous code leaves both as they are.
"""

from grandequipe.migrations import online

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("digest_subscription", "stopped_at", "timestamptz")
    online.add_column("membership", "level_changed_at", "timestamptz")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("membership", "level_changed_at")
    online.drop_column("digest_subscription", "stopped_at")

"""Count the choices that a member made of their letter: one is taken back only while it is the last.

The previous code does not write the column, whose default it leaves: what it changes meanwhile can
still be taken back by its reader, within the hour.
"""

from grandequipe.migrations import online

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("digest_subscription", "version", "bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("digest_subscription", "version")

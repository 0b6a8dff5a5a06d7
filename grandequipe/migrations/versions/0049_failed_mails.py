"""Find the mails that failed without reading those that were sent."""

from grandequipe.migrations import online

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.create_index("ix_outgoing_mail_failed", "outgoing_mail", "id", "state = 'failed'")


def downgrade() -> None:
    """Take it back."""
    online.drop_index("ix_outgoing_mail_failed")

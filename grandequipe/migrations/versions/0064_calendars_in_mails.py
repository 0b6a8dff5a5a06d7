"""Keep with a mail of the outbox the calendar that goes with it."""

from grandequipe.migrations import online

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    """Apply it; the previous code writes mails without one."""
    online.add_column("outgoing_mail", "calendar", "bytea")


def downgrade() -> None:
    """Take it back; mails that wait leave without their calendars."""
    online.drop_column("outgoing_mail", "calendar")

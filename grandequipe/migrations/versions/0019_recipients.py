"""Find the mails to an address by index, however it is written.

The previous code looks for refused ones by the address as it was written, in fewer rows than before.
"""

from grandequipe.migrations import online

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.create_index("ix_outgoing_mail_recipient", "outgoing_mail", "lower(recipient)")
    online.drop_index("ix_outgoing_mail_refused")


def downgrade() -> None:
    """Take it back."""
    online.create_index(
        "ix_outgoing_mail_refused", "outgoing_mail", "recipient", "is_refused_address"
    )
    online.drop_index("ix_outgoing_mail_recipient")

"""Keep what visitors ask for and have not confirmed beside what the same mailbox has confirmed.

The previous code finds one of the rows of a mailbox, and writes it as before.
"""

from grandequipe.migrations import online

revision = "0072"
down_revision = "0071"

BEFORE, SINCE = "uq_registration_email_key", "uq_registration_confirmed_email_key"
DOUBLES = """
    DELETE FROM registration AS request
    WHERE request.state = 'unconfirmed' AND EXISTS (
        SELECT FROM registration AS other
        WHERE other.post_id = request.post_id AND other.email_key = request.email_key
        AND other.id <> request.id AND (other.state <> 'unconfirmed' OR other.id < request.id)
    )
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.create_index(
        SINCE,
        "registration",
        "post_id, email_key",
        "email_key IS NOT NULL AND state <> 'unconfirmed'",
        is_unique=True,
    )
    online.drop_index(BEFORE)


def downgrade() -> None:
    """Take it back, with the requests for a mailbox that has another row."""
    online.execute(DOUBLES)
    online.create_index(
        BEFORE, "registration", "post_id, email_key", "email_key IS NOT NULL", is_unique=True
    )
    online.drop_index(SINCE)

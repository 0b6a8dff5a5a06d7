"""Have a program's key name the state of the account that it was made in, as a log-in does.

The previous code writes keys without it meanwhile: they hold until the password changes. Existing
keys are written some at a time.
"""

from grandequipe.migrations import online

revision = "0011"
down_revision = "0010"

WRITTEN_BEFORE = """
    WITH batch AS (
        SELECT id, member_id FROM api_token WHERE id > :after ORDER BY id LIMIT :many
    ), written AS (
        UPDATE api_token SET uniquifier = member.fs_uniquifier
        FROM batch JOIN member ON member.id = batch.member_id
        WHERE api_token.id = batch.id AND api_token.uniquifier IS NULL
    )
    SELECT max(id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("api_token", "uniquifier", "text")
    online.write_in_batches(WRITTEN_BEFORE)


def downgrade() -> None:
    """Take it back."""
    online.drop_column("api_token", "uniquifier")

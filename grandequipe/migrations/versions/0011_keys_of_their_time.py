"""Have a program's key name the state of the account that it was made in, as a log-in does.

The previous code writes keys without it meanwhile: they hold until the password changes. Existing
keys are written once; whoever asks for a key waits until that is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.add_column("api_token", sa.Column("uniquifier", sa.Text(), nullable=True))
    op.execute(
        "UPDATE api_token SET uniquifier = member.fs_uniquifier"
        " FROM member WHERE member.id = api_token.member_id"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("api_token", "uniquifier")

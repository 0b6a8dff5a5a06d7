"""Count the choices that a member made of their letter: one is taken back only while it is the last.

The previous code does not write the column, whose default it leaves: what it changes meanwhile can
still be taken back by whoever changed it, within the hour.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.add_column(
        "digest_subscription",
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("digest_subscription", "version")

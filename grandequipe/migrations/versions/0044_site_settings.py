"""Keep what administrators set on the site's pages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Apply it; the previous code does not know the table."""
    op.create_table(
        "site_settings",
        sa.Column("id", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("values", JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_settings_one_row")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_site_settings_version")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("site_settings", if_exists=True)

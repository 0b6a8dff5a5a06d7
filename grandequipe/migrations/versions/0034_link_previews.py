"""Keep what pages say of themselves, and which posts refer to them."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "link_preview",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("site_name", sa.Text(), server_default="", nullable=False),
        sa.Column("has_picture", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fetch_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_link_preview_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_preview")),
        sa.UniqueConstraint("address", name=op.f("uq_link_preview_address")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_link_preview_fetch_after", "link_preview", "fetch_after", "fetch_after IS NOT NULL"
    )
    op.create_table(
        "link_reference",
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("preview_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_link_reference_position")),
        sa.ForeignKeyConstraint(
            ["preview_id"],
            ["link_preview.id"],
            name=op.f("fk_link_reference_preview_id_link_preview"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "subject_type", "subject_id", "preview_id", name=op.f("pk_link_reference")
        ),
        if_not_exists=True,
    )
    online.create_index("ix_link_reference_preview_id", "link_reference", "preview_id")


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS link_reference")
    online.execute("DROP TABLE IF EXISTS link_preview")

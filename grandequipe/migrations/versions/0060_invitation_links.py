"""Invite many at once, remind them once, and let people in by a link."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0060"
down_revision = "0059"

COLUMNS = (
    ("word", "text NOT NULL DEFAULT ''"),
    ("handled_at", "timestamptz"),
    ("reminded_at", "timestamptz"),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for column, definition in COLUMNS:
        online.add_column("invitation", column, definition)
    op.create_table(
        "invitation_link",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("max_uses", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_invitation_link_key")),
        sa.CheckConstraint("max_uses >= 1", name=op.f("ck_invitation_link_max_uses")),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_invitation_link_uses")),
        sa.CheckConstraint("uses <= max_uses", name=op.f("ck_invitation_link_uses_left")),
        if_not_exists=True,
    )
    for column, to in (("group_id", "group"), ("created_by_id", "member")):
        online.add_constraint(
            "invitation_link",
            f"fk_invitation_link_{column}_{to}",
            f'FOREIGN KEY ({column}) REFERENCES "{to}" (id) ON DELETE CASCADE',
        )
        online.create_index(f"ix_invitation_link_{column}", "invitation_link", column)


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS invitation_link")
    for column, _definition in COLUMNS:
        online.drop_column("invitation", column)

"""Keep what moderators remove at once of all that a person published, so that it can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Apply it; the previous code does not know the table."""
    op.create_table(
        "removal",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.BigInteger()),
        sa.Column("restored_at", sa.DateTime(timezone=True)),
        sa.Column("restored_by_id", sa.BigInteger()),
        sa.Column("contents", JSONB(), nullable=False),
        sa.CheckConstraint(
            "restored_by_id IS NULL OR restored_at IS NOT NULL", name=op.f("ck_removal_restored_at")
        ),
        if_not_exists=True,
    )
    for column, table, gone in (
        ("group_id", "group", "CASCADE"),
        ("member_id", "member", "CASCADE"),
        ("removed_by_id", "member", "SET NULL"),
        ("restored_by_id", "member", "SET NULL"),
    ):
        online.add_constraint(
            "removal",
            f"fk_removal_{column}_{table}",
            f'FOREIGN KEY ({column}) REFERENCES "{table}" (id) ON DELETE {gone}',
        )
    online.create_index("ix_removal_group", "removal", "group_id, at, id")
    online.create_index("ix_removal_member_id", "removal", "member_id")
    online.create_index("ix_removal_kept", "removal", "at", "contents <> '{}'::jsonb")
    for column in ("removed_by_id", "restored_by_id"):
        online.create_index(f"ix_removal_{column}", "removal", column, f"{column} IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS removal")

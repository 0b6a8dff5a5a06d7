"""Let owners archive a group, close it after 30 days, and offer it to another member.

The previous code writes in an archived group until it has stopped.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0047"
down_revision = "0046"

COLUMNS = {"group_id": "group", "from_id": "member", "to_id": "member"}


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("group", "archived_at", "timestamptz")
    online.add_column("group", "closes_at", "timestamptz")
    online.create_index("ix_group_closes_at", "group", "closes_at", "closes_at IS NOT NULL")
    op.create_table(
        "ownership_offer",
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COLUMNS),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_ownership_offer"),
        if_not_exists=True,
    )
    for name, table in COLUMNS.items():
        online.add_constraint(
            "ownership_offer",
            f"fk_ownership_offer_{name}_{table}",
            f'FOREIGN KEY ({name}) REFERENCES "{table}" (id) ON DELETE CASCADE',
        )
    for name in ("from_id", "to_id", "offered_at"):
        online.create_index(f"ix_ownership_offer_{name}", "ownership_offer", name)


def downgrade() -> None:
    """Take it back: what was archived or closing is active again."""
    online.execute("DROP TABLE IF EXISTS ownership_offer")
    online.drop_column("group", "closes_at")
    online.drop_column("group", "archived_at")

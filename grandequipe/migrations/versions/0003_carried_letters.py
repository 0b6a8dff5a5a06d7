"""Let the ledger say which letter tells what a failed one could not.

The previous code neither reads nor writes the column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.add_column("digest", sa.Column("carried_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_digest_carried_by_id_digest",
        "digest",
        "digest",
        ["carried_by_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_digest_carried_by_id",
        "digest",
        ["carried_by_id"],
        postgresql_where=sa.text("carried_by_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("digest", "carried_by_id")

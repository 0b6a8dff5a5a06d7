"""Let the ledger say which letter tells what a failed one could not.

The previous code neither reads nor writes the column. Its failed letters were told by the window
of the next one that left: they are noted so, or the next letter would carry them all once more.
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
    op.execute(
        "UPDATE digest AS failed SET carried_by_id = ("
        "SELECT min(later.id) FROM digest AS later"
        " WHERE later.member_id = failed.member_id AND later.id > failed.id"
        " AND later.state IN ('sent', 'empty')"
        ") WHERE failed.state = 'failed'"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("digest", "carried_by_id")

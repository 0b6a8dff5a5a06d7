"""Keep what has arrived of large files.

The previous code is not concerned: its files arrive at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "upload",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_name", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("length >= 1", name=op.f("ck_upload_length")),
        sa.CheckConstraint("received BETWEEN 0 AND length", name=op.f("ck_upload_received")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_upload_file_id_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_upload")),
        if_not_exists=True,
    )
    op.create_table(
        "upload_part",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("start >= 0", name=op.f("ck_upload_part_start")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_upload_part_size")),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["upload.file_id"],
            name=op.f("fk_upload_part_file_id_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", "start", name=op.f("pk_upload_part")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("upload_part")
    op.drop_table("upload")

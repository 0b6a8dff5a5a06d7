"""Keep the files that members send, and what each belongs to.

The previous code is not concerned: it sends none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from grandequipe.migrations import online

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "file",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("alternative", sa.Text(), server_default="", nullable=False),
        sa.Column("is_decorative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("widths", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unclaimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('uploading', 'processing', 'ready', 'failed')", name=op.f("ck_file_state")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size")),
        sa.CheckConstraint("width >= 1", name=op.f("ck_file_width")),
        sa.CheckConstraint("height >= 1", name=op.f("ck_file_height")),
        sa.CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name=op.f("ck_file_ready")),
        sa.CheckConstraint(
            "NOT is_decorative OR alternative = ''", name=op.f("ck_file_decorative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("key", name=op.f("uq_file_key")),
        if_not_exists=True,
    )
    online.create_index("ix_file_owner_id", "file", "owner_id")
    online.create_index("ix_file_unclaimed_at", "file", "unclaimed_at", "unclaimed_at IS NOT NULL")
    online.create_index(
        "ix_file_unfinished", "file", "created_at", "state IN ('uploading', 'processing')"
    )
    online.add_constraint(
        "file",
        "fk_file_owner_id_member",
        "FOREIGN KEY (owner_id) REFERENCES member (id) ON DELETE CASCADE",
    )
    op.create_table(
        "file_claim",
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_file_claim_position")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_file_claim_file_id_file"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "subject_type", "subject_id", "file_id", name=op.f("pk_file_claim")
        ),
        if_not_exists=True,
    )
    online.create_index("ix_file_claim_file_id", "file_claim", "file_id")


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS file_claim")
    online.execute("DROP TABLE IF EXISTS file")

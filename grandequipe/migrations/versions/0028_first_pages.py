"""Keep of documents whether their first page was drawn, and their words for the search."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("file", "is_extracted", "boolean NOT NULL DEFAULT false")
    online.create_index(
        "ix_file_unextracted",
        "file",
        "created_at",
        "state = 'ready' AND media_type = 'application/pdf' AND NOT is_extracted",
    )
    op.create_table(
        "file_text",
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("length(content) <= 200000", name=op.f("ck_file_text_content")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_text")),
        if_not_exists=True,
    )
    online.add_constraint(
        "file_text",
        "fk_file_text_file_id_file",
        "FOREIGN KEY (file_id) REFERENCES file (id) ON DELETE CASCADE",
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS file_text")
    online.drop_column("file", "is_extracted")

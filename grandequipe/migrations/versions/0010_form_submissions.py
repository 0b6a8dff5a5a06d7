"""Keep what was answered to each form, so that a form that is sent twice writes once.

The previous code is not concerned: its forms carry no key.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from grandequipe.migrations import online

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "form_submission",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("messages", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_submission")),
        sa.UniqueConstraint("digest", name=op.f("uq_form_submission_digest")),
        if_not_exists=True,
    )
    for column in ("member_id", "created_at"):
        online.create_index(f"ix_form_submission_{column}", "form_submission", column)
    # What was said of a form is forgotten long before its row.
    online.create_index(
        "ix_form_submission_messages",
        "form_submission",
        "created_at",
        "messages <> '[]'::jsonb",
    )
    online.add_constraint(
        "form_submission",
        "fk_form_submission_member_id_member",
        "FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE",
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS form_submission")

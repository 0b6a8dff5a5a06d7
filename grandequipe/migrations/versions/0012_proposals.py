"""Keep changes of published posts that wait for a moderator, and why a post was refused.

The previous code is not concerned: it shows no post that is refused.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.add_column("post", sa.Column("refusal", sa.Text(), nullable=True))
    op.create_table(
        "post_proposal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("base_version", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_post_proposal_post_id_post", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["member.id"],
            name="fk_post_proposal_decided_by_id_member",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_post_proposal"),
        sa.UniqueConstraint("post_id", name="uq_post_proposal_post_id"),
        sa.CheckConstraint("state IN ('open', 'refused')", name=op.f("ck_post_proposal_state")),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_post_proposal_reason")
        ),
    )
    op.create_index("ix_post_proposal_decided_by_id", "post_proposal", ["decided_by_id"])
    op.create_index(
        "ix_post_proposal_open", "post_proposal", ["id"], postgresql_where=sa.text("state = 'open'")
    )


def downgrade() -> None:
    """Take it back; what was refused is as gone as it was before."""
    op.execute("UPDATE post SET status = 'removed' WHERE status = 'refused'")
    op.drop_table("post_proposal")
    op.drop_column("post", "refusal")

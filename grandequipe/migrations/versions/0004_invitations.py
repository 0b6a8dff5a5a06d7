"""Keep invitations as they were written, so that they do not tell who has an account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

# All were invited by name. Who did it was not always kept: then it is the invited themselves.
INVITED_BEFORE = """
    INSERT INTO invitation (group_id, member_id, invited_by_id, created_at)
    SELECT group_id, member_id, COALESCE(invited_by_id, member_id), since
    FROM membership
    WHERE state = 'invited'
    ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("email", postgresql.CITEXT(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(email, member_id) = 1", name=op.f("ck_invitation_to_one")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_invitation_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_invitation_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["member.id"],
            name=op.f("fk_invitation_invited_by_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("group_id", "email", name=op.f("uq_invitation_group_id_email")),
        sa.UniqueConstraint("group_id", "member_id", name=op.f("uq_invitation_group_id_member_id")),
    )
    for column in ("email", "member_id", "invited_by_id"):
        op.create_index(op.f(f"ix_invitation_{column}"), "invitation", [column])
    op.execute(INVITED_BEFORE)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("invitation")

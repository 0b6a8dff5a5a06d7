"""Suspend accounts for a time, and find them quickly by address and state.

The previous code does not know the table; it reads `member.active`, which a suspension sets.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0046"
down_revision = "0045"

EMAIL_PARTS = (
    "CREATE INDEX CONCURRENTLY ix_member_email_parts ON member"
    " USING gin (lower(email::text) gin_trgm_ops)"
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "suspension",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by_id", sa.BigInteger()),
        sa.Column("lift_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_suspension_until")),
        sa.CheckConstraint("lifted_at >= since", name=op.f("ck_suspension_lifted_at")),
        if_not_exists=True,
    )
    for column, rule in (
        ("member_id", " ON DELETE CASCADE"),
        ("actor_id", ""),
        ("lifted_by_id", ""),
    ):
        online.add_constraint(
            "suspension",
            f"fk_suspension_{column}_member",
            f"FOREIGN KEY ({column}) REFERENCES member (id){rule}",
        )
        online.create_index(f"ix_suspension_{column}", "suspension", column)
    online.create_index(
        "ix_suspension_open", "suspension", "member_id", "lifted_at IS NULL", is_unique=True
    )
    online.create_index("ix_suspension_until", "suspension", "until", "lifted_at IS NULL")
    online.add_column("member", "logged_in_at", "timestamptz")
    online.create_index("ix_member_admin", "member", "id", "is_admin")
    online.create_index("ix_member_unconfirmed", "member", "id", "confirmed_at IS NULL")
    online.create_index("ix_member_inactive", "member", "id", "NOT active")
    if not op.get_bind().scalar(online.HAS_INDEX, {"name": "ix_member_email_parts"}):
        online.execute(
            "DROP INDEX CONCURRENTLY IF EXISTS ix_member_email_parts", wait=online.WITHOUT_END
        )
        online.execute(EMAIL_PARTS, wait=online.WITHOUT_END)


def downgrade() -> None:
    """Take it back."""
    for name in ("admin", "unconfirmed", "inactive", "email_parts"):
        online.drop_index(f"ix_member_{name}")
    online.drop_column("member", "logged_in_at")
    online.execute("DROP TABLE IF EXISTS suspension")

"""A request to join has answers, a thread, and a reason where it is refused."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0056"
down_revision = "0055"

BACKFILL = """
INSERT INTO join_request (group_id, member_id, created_at)
SELECT group_id, member_id, since FROM membership WHERE state = 'requested'
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside: a request that it makes has no row yet."""
    op.create_table(
        "join_request",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(40), server_default="open", nullable=False),
        sa.Column(
            "answers",
            sa.dialects.postgresql.JSONB(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_by_id", sa.BigInteger()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'refused', 'cancelled')",
            name=op.f("ck_join_request_state"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_join_request_closed_at")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "join_request_message",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(body) <= 2000", name=op.f("ck_join_request_message_body")),
        if_not_exists=True,
    )
    for table, column, to, ends in (
        ("join_request", "group_id", "group", "CASCADE"),
        ("join_request", "member_id", "member", "CASCADE"),
        ("join_request", "closed_by_id", "member", "SET NULL"),
        ("join_request_message", "request_id", "join_request", "CASCADE"),
        ("join_request_message", "author_id", "member", "CASCADE"),
    ):
        online.add_constraint(
            table,
            f"fk_{table}_{column}_{to}",
            f'FOREIGN KEY ({column}) REFERENCES "{to}" (id) ON DELETE {ends}',
        )
    for column in ("request_id", "author_id"):
        online.create_index(f"ix_join_request_message_{column}", "join_request_message", column)
    online.create_index("ix_join_request_closed_by_id", "join_request", "closed_by_id")
    online.create_index(
        "ix_join_request_open",
        "join_request",
        "group_id, member_id",
        "state = 'open'",
        is_unique=True,
    )
    online.create_index("ix_join_request_of_member", "join_request", "member_id, group_id, id")
    online.create_index("ix_join_request_of_group", "join_request", "group_id")
    online.create_index(
        "ix_join_request_closed_at", "join_request", "closed_at", "closed_at IS NOT NULL"
    )
    online.execute(BACKFILL)


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS join_request_message")
    online.execute("DROP TABLE IF EXISTS join_request")

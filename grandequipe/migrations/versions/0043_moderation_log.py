"""Keep what moderators and administrators do, in a table to which rows are only added."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0043"
down_revision = "0042"

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The moderation log is append-only: % is refused.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Apply it; the previous code does not know the table."""
    op.create_table(
        "moderation_log",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger()),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger()),
        sa.Column(
            "details",
            sa.dialects.postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.CheckConstraint("act ~ '^[a-z_]+[.][a-z_]+$'", name=op.f("ck_moderation_log_act")),
        if_not_exists=True,
    )
    online.create_index("ix_moderation_log_at", "moderation_log", "at")
    online.create_index("ix_moderation_log_group", "moderation_log", "group_id, id", "group_id > 0")
    online.create_index(
        "ix_moderation_log_member", "moderation_log", "member_id, id", "member_id > 0"
    )
    online.create_index(
        "ix_moderation_log_subject", "moderation_log", "subject_type, subject_id, id"
    )
    online.execute(REFUSE)
    for name, act, level in (
        ("moderation_log_keeps_rows", "UPDATE OR DELETE", "ROW"),
        ("moderation_log_keeps_all", "TRUNCATE", "STATEMENT"),
    ):
        online.execute(
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {act} ON moderation_log"
            f" FOR EACH {level} EXECUTE FUNCTION refuse_change_of_log()"
        )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS moderation_log")
    online.execute("DROP FUNCTION IF EXISTS refuse_change_of_log")

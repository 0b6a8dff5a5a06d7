"""Mail what members have not read, and keep which kinds they have stopped.

Entries of before are not mailed. Those that the previous code writes beside this one cause no mail;
where this code adds to their row, they are counted in its mail.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0024"
down_revision = "0023"

KINDS = (
    "kind IN ('post_published', 'comment_on_my_post', 'answer_to_my_comment', 'join_requested',"
    " 'request_accepted', 'request_refused', 'invited', 'post_pending', 'post_refused',"
    " 'post_edited', 'proposal_pending', 'proposal_approved', 'proposal_refused')"
)
CHECKS = {
    "mailed_count": "mailed_count >= 0",
    "mail": "read_at IS NULL OR (mail_due_at IS NULL AND mailed_count = 0)",
}
# The previous code marks rows as read and knows nothing of mails.
READ_BY_PREVIOUS = """
    CREATE OR REPLACE FUNCTION no_mail_for_read_notification() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.mail_due_at := NULL;
        NEW.mailed_count := 0;
        RETURN NEW;
    END $$
"""
ON_READ = """
    CREATE OR REPLACE TRIGGER no_mail_for_read_notification
    BEFORE UPDATE OF read_at ON notification FOR EACH ROW WHEN (NEW.read_at IS NOT NULL)
    EXECUTE FUNCTION no_mail_for_read_notification()
"""
# What was unread before is not counted as new in the first mail.
UNREAD_BEFORE = """
    WITH batch AS (
        SELECT id FROM notification WHERE id > :after ORDER BY id LIMIT :many
    ), written AS (
        UPDATE notification SET mailed_count = unread_count
        FROM batch WHERE notification.id = batch.id
        AND read_at IS NULL AND mail_due_at IS NULL AND mailed_count <> unread_count
    )
    SELECT max(id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "stopped_mail",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "kind", name="pk_stopped_mail"),
        sa.CheckConstraint(KINDS, name=op.f("ck_stopped_mail_kind")),
        if_not_exists=True,
    )
    online.add_constraint(
        "stopped_mail",
        "fk_stopped_mail_member_id_member",
        "FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE",
    )
    online.add_column("notification", "mail_due_at", "timestamptz")
    online.add_column("notification", "mailed_count", "bigint NOT NULL DEFAULT 0")
    online.execute(READ_BY_PREVIOUS)
    online.execute(ON_READ)
    for name, rule in CHECKS.items():
        online.add_constraint("notification", f"ck_notification_{name}", f"CHECK ({rule})")
    online.write_in_batches(UNREAD_BEFORE)
    online.create_index(
        "ix_notification_mail_due", "notification", "mail_due_at", "mail_due_at IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TRIGGER IF EXISTS no_mail_for_read_notification ON notification")
    online.execute("DROP FUNCTION IF EXISTS no_mail_for_read_notification")
    for column in ("mail_due_at", "mailed_count"):
        online.drop_column("notification", column)
    online.execute("DROP TABLE IF EXISTS stopped_mail")

"""Keep the reminders of webinars, those of organisers too; moved and cancelled webinars say so."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0069"
down_revision = "0068"

BEFORE = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_returned", "post_edited", "proposal_pending", "proposal_approved",
    "proposal_refused", "draft_not_published", "mention", "comment_on_followed_post",
    "reminder", "announcement", "report_filed", "report_answered", "appeal_filed",
    "appeal_decided", "decision_made", "site_case", "charter_changed", "welcomed",
    "request_message", "request_reply", "group_archived", "group_reopened", "group_closing",
    "group_kept", "ownership_offered", "ownership_answered", "admin_promoted", "admin_demoted",
    "account_confirmed", "account_email_changed", "account_signed_out", "account_reinstated",
    "group_approved", "group_refused", "group_transferred", "comment_pending",
    "comment_approved",
)  # fmt: skip
NEW = ("webinar_reminder", "webinar_moved", "webinar_cancelled", "webinar_reinstated")


def upgrade() -> None:
    """Apply it; the previous code knows neither column nor table."""
    online.add_column("webinar", "moved_at", "timestamptz")
    online.add_column("webinar", "cancellation", "text")
    rule = "CHECK (cancellation IS NULL OR cancelled_at IS NOT NULL)"
    online.add_constraint("webinar", "ck_webinar_cancellation", rule)
    for table in ("notification", "stopped_mail"):
        _allow(table, (*BEFORE, *NEW))
    op.create_table(
        "webinar_reminder",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.SmallInteger(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "unit IN ('minutes', 'hours', 'days')", name=op.f("ck_webinar_reminder_unit")
        ),
        sa.CheckConstraint("amount >= 1", name=op.f("ck_webinar_reminder_amount")),
        sa.CheckConstraint("char_length(words) <= 1000", name=op.f("ck_webinar_reminder_words")),
        if_not_exists=True,
    )
    op.create_table(
        "planned_reminder",
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        if_not_exists=True,
    )
    for table in ("webinar_reminder", "planned_reminder"):
        online.add_constraint(
            table,
            f"fk_{table}_post_id_webinar",
            "FOREIGN KEY (post_id) REFERENCES webinar (post_id) ON DELETE CASCADE",
        )
    online.create_index(
        "uq_webinar_reminder_when", "webinar_reminder", "post_id, unit, amount", is_unique=True
    )
    online.create_index("ix_webinar_starts_at", "webinar", "starts_at", "cancelled_at IS NULL")


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint(table, f"ck_{table}_kind")
    online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back; what was planned and has not left is sent all the same."""
    for table in ("planned_reminder", "webinar_reminder"):
        op.drop_table(table, if_exists=True)
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW))
        _allow(table, BEFORE)
    online.drop_index("ix_webinar_starts_at")
    for name in ("cancellation", "moved_at"):
        online.drop_column("webinar", name)

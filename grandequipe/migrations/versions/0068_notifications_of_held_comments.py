"""Notify of comments that wait for a moderator, and of what becomes of them."""

from grandequipe.migrations import online

revision = "0068"
down_revision = "0067"

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
    "group_approved", "group_refused", "group_transferred",
)  # fmt: skip
NEW = ("comment_pending", "comment_approved")


def upgrade() -> None:
    """Apply it; the previous code still runs beside, and passes over kinds that it does not know."""
    for table in ("notification", "stopped_mail"):
        _allow(table, (*BEFORE, *NEW))


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint(table, f"ck_{table}_kind")
    online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW))
        _allow(table, BEFORE)

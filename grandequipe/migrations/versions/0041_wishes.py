"""Notify of mentions, of followed conversations and of what a member asked to be reminded of."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0041"
down_revision = "0040"

BEFORE = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
    "draft_not_published",
)  # fmt: skip
NEW = ("mention", "comment_on_followed_post", "reminder")


def upgrade() -> None:
    """Apply it; the previous code still runs beside, and passes over kinds that it does not know."""
    for table in ("notification", "stopped_mail"):
        _allow(table, (*BEFORE, *NEW))
    op.create_table(
        "chosen_conversation",
        *_of_member_and_post("chosen_conversation"),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('muted', 'followed')", name=op.f("ck_chosen_conversation_choice")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "reminder",
        *_of_member_and_post("reminder"),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_reminder_note")),
        if_not_exists=True,
    )
    for table in ("chosen_conversation", "reminder"):
        for owner in ("member", "post"):
            online.add_constraint(
                table,
                f"fk_{table}_{owner}_id_{owner}",
                f"FOREIGN KEY ({owner}_id) REFERENCES {owner} (id) ON DELETE CASCADE",
            )
        online.create_index(f"ix_{table}_post_id", table, "post_id")
    online.create_index(
        "ix_chosen_conversation_newest", "chosen_conversation", "member_id, since, post_id"
    )
    online.create_index("ix_reminder_due", "reminder", "due_at", "notified_at IS NULL")
    online.create_index(
        "ix_reminder_notified_at", "reminder", "notified_at", "notified_at IS NOT NULL"
    )


def _of_member_and_post(table: str) -> tuple[sa.Column | sa.PrimaryKeyConstraint, ...]:
    return (
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "post_id", name=f"pk_{table}"),
    )


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint(table, f"ck_{table}_kind")
    online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    for table in ("chosen_conversation", "reminder"):
        online.execute(f"DROP TABLE IF EXISTS {table}")
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW))
        _allow(table, BEFORE)

"""Keep collections of posts, their followers, and notifications about them and about resources."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0078"
down_revision = "0077"

KINDS = (
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
    "comment_approved", "webinar_reminder", "webinar_moved", "webinar_cancelled",
    "webinar_reinstated",
)  # fmt: skip
NEW_KINDS = ("collection_extended", "resource_review", "resource_outdated", "address_dead")
SUBJECTS = ("post", "group", "draft", "announcement", "decision", "report", "site")
NEW_SUBJECT = "collection"
FUNCTION = """
    CREATE OR REPLACE FUNCTION delete_notifications_of_collections() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM notification
        WHERE subject_type = 'collection' AND subject_id IN (SELECT id FROM gone);
        RETURN NULL;
    END $$
"""
TRIGGER = """
    CREATE OR REPLACE TRIGGER delete_notifications_of_collections
    AFTER DELETE ON collection REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_notifications_of_collections()
"""


def upgrade() -> None:
    """Apply it; the previous code passes over kinds of notifications that it does not know."""
    for table in ("notification", "stopped_mail"):
        _allow(table, "kind", (*KINDS, *NEW_KINDS))
    _allow("notification", "subject_type", (*SUBJECTS, NEW_SUBJECT))
    op.create_table(
        "collection",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", sa.String(40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('private', 'members', 'everyone')", name=op.f("ck_collection_audience")
        ),
        sa.CheckConstraint("num_nonnulls(owner_id, group_id) = 1", name=op.f("ck_collection_one")),
        sa.CheckConstraint(
            "(owner_id IS NULL) = (audience IS NULL)", name=op.f("ck_collection_audience_of_member")
        ),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 120", name=op.f("ck_collection_title")
        ),
        sa.CheckConstraint(
            "char_length(description) <= 2000", name=op.f("ck_collection_description")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "collection_item",
        sa.Column("collection_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_collection_item_position")),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_collection_item_note")),
        if_not_exists=True,
    )
    op.create_table(
        "collection_follow",
        sa.Column("member_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("collection_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        if_not_exists=True,
    )
    for table, column, other, rule in (
        ("collection", "owner_id", "member", "CASCADE"),
        ("collection", "group_id", "group", "CASCADE"),
        ("collection_item", "collection_id", "collection", "CASCADE"),
        ("collection_item", "post_id", "post", "CASCADE"),
        ("collection_item", "added_by_id", "member", "SET NULL"),
        ("collection_follow", "member_id", "member", "CASCADE"),
        ("collection_follow", "collection_id", "collection", "CASCADE"),
    ):
        online.add_constraint(
            table,
            f"fk_{table}_{column}_{other}",
            f'FOREIGN KEY ({column}) REFERENCES "{other}" (id) ON DELETE {rule}',
        )
    online.create_index("ix_collection_newest", "collection", "changed_at, id")
    online.create_index("ix_collection_owner_id", "collection", "owner_id", "owner_id IS NOT NULL")
    online.create_index("ix_collection_group_id", "collection", "group_id", "group_id IS NOT NULL")
    online.create_index("ix_collection_item_post_id", "collection_item", "post_id")
    online.create_index(
        "ix_collection_item_added_by_id",
        "collection_item",
        "added_by_id",
        "added_by_id IS NOT NULL",
    )
    online.create_index("ix_collection_follow_collection_id", "collection_follow", "collection_id")
    online.execute(FUNCTION)
    online.execute(TRIGGER)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    online.drop_constraint(table, f"ck_{table}_{column}")
    online.add_constraint(table, f"ck_{table}_{column}", f"CHECK ({column} IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    for table in ("collection_follow", "collection_item", "collection"):
        op.drop_table(table, if_exists=True)
    online.execute("DROP FUNCTION IF EXISTS delete_notifications_of_collections()")
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW_KINDS))
        _allow(table, "kind", KINDS)
    _allow("notification", "subject_type", SUBJECTS)

"""Announce things to all members, or to those of a territory."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0048"
down_revision = "0047"

BEFORE = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
    "draft_not_published", "mention", "comment_on_followed_post", "reminder",
)  # fmt: skip
SUBJECTS = ("post", "group", "draft")


def upgrade() -> None:
    """Apply it; the previous code still runs beside, and passes over kinds that it does not know."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("territory_code", sa.Text()),
        sa.Column("in_banner", sa.Boolean(), nullable=False),
        sa.Column("in_bell", sa.Boolean(), nullable=False),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("author_id", sa.BigInteger()),
        sa.CheckConstraint(
            "char_length(title) BETWEEN 1 AND 120", name=op.f("ck_announcement_title")
        ),
        sa.CheckConstraint("char_length(text) <= 2000", name=op.f("ck_announcement_text")),
        sa.CheckConstraint("ends_at > published_at", name=op.f("ck_announcement_ends_at")),
        sa.CheckConstraint(
            "in_banner OR in_bell OR in_digest", name=op.f("ck_announcement_somewhere")
        ),
        if_not_exists=True,
    )
    online.add_constraint(
        "announcement",
        "fk_announcement_territory_code_territory",
        "FOREIGN KEY (territory_code) REFERENCES territory (code)",
    )
    online.add_constraint(
        "announcement",
        "fk_announcement_author_id_member",
        "FOREIGN KEY (author_id) REFERENCES member (id) ON DELETE SET NULL",
    )
    online.create_index("ix_announcement_published_at", "announcement", "published_at")
    for column in ("territory_code", "author_id"):
        online.create_index(
            f"ix_announcement_{column}", "announcement", column, f"{column} IS NOT NULL"
        )
    for table in ("notification", "stopped_mail"):
        _allow(table, "kind", (*BEFORE, "announcement"))
    _allow("notification", "subject_type", (*SUBJECTS, "announcement"))


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    online.drop_constraint(table, f"ck_{table}_{column}")
    online.add_constraint(table, f"ck_{table}_{column}", f"CHECK ({column} IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS announcement")
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = 'announcement'")
        _allow(table, "kind", BEFORE)
    _allow("notification", "subject_type", SUBJECTS)

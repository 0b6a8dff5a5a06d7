"""Keep reports, cases, decisions with their reasons, and appeals; notify of them."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0052"
down_revision = "0051"

BEFORE = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
    "draft_not_published", "mention", "comment_on_followed_post", "reminder", "announcement",
    "post_returned",
)  # fmt: skip
NEW = (
    "report_filed", "report_answered", "appeal_filed", "appeal_decided", "decision_made",
    "site_case",
)  # fmt: skip
SUBJECTS_BEFORE = ("post", "group", "draft", "announcement")
NEW_SUBJECTS = ("decision", "report", "site")

SUBJECT = "subject_type IN ('post', 'comment', 'file', 'member', 'group')"
REASON = "reason IN ('illegal', 'hate', 'spam', 'off_topic', 'personal_data', 'outdated', 'other')"
STATE = "state IN ('open', 'taken', 'decided', 'appealed', 'closed')"
KIND = "kind IN ('keep', 'edit', 'remove', 'lock', 'mute', 'ban', 'warn', 'refuse')"


def upgrade() -> None:
    """Apply it; the previous code passes over kinds and subjects that it does not know."""
    for table in ("notification", "stopped_mail"):
        _allow(table, "kind", (*BEFORE, *NEW))
    _allow("notification", "subject_type", (*SUBJECTS_BEFORE, *NEW_SUBJECTS))
    op.create_table(
        "moderation_case",
        sa.Column("id", sa.BigInteger(), nullable=False),
        *_subject(),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("member_id", sa.BigInteger()),
        sa.Column("subject_version", sa.BigInteger()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        _at("created_at", nullable=False),
        sa.Column("taken_by_id", sa.BigInteger()),
        *map(_at, ("taken_at", "escalated_at", "closed_at")),
        _check("moderation_case", "subject_type", SUBJECT),
        _check("moderation_case", "state", STATE),
        _check("moderation_case", "version", "version >= 1"),
        _check("moderation_case", "subject_version", "subject_version >= 1"),
        _check("moderation_case", "taken_at", "state <> 'taken' OR taken_at IS NOT NULL"),
        _check("moderation_case", "taken_by_id", "taken_by_id IS NULL OR taken_at IS NOT NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
        if_not_exists=True,
    )
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), nullable=False),
        *_subject(),
        sa.Column("reporter_id", sa.BigInteger()),
        sa.Column("name", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        _at("created_at", nullable=False),
        *map(_at, ("answered_at", "erased_at")),
        _check("report", "subject_type", SUBJECT),
        _check("report", "reason", REASON),
        _check("report", "visitor", "(name IS NULL) = (email IS NULL)"),
        _check("report", "sender", "num_nonnulls(reporter_id, email) < 2"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        if_not_exists=True,
    )
    op.create_table(
        "case_report",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "report_id", name=op.f("pk_case_report")),
        if_not_exists=True,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger()),
        sa.Column("group_id", sa.BigInteger()),
        *_subject(),
        sa.Column("member_id", sa.BigInteger()),
        sa.Column("decided_by_id", sa.BigInteger()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("is_automated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _at("until"),
        sa.Column("content", sa.dialects.postgresql.JSONB()),
        sa.Column(
            "effects",
            sa.dialects.postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        _at("created_at", nullable=False),
        _at("appealable_until", nullable=False),
        *map(_at, ("overturned_at", "erased_at")),
        _check("decision", "subject_type", SUBJECT),
        _check("decision", "kind", KIND),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        if_not_exists=True,
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        _at("created_at", nullable=False),
        sa.Column("decided_by_id", sa.BigInteger()),
        _at("decided_at"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        _check("appeal", "state", "state IN ('open', 'upheld', 'granted')"),
        _check("appeal", "decided_at", "(state = 'open') = (decided_at IS NULL)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
        if_not_exists=True,
    )
    for table, column, other, deleted in (
        ("moderation_case", "group_id", "group", "CASCADE"),
        ("moderation_case", "member_id", "member", "SET NULL"),
        ("moderation_case", "taken_by_id", "member", "SET NULL"),
        ("report", "reporter_id", "member", "SET NULL"),
        ("case_report", "case_id", "moderation_case", "CASCADE"),
        ("case_report", "report_id", "report", "CASCADE"),
        ("decision", "case_id", "moderation_case", "CASCADE"),
        ("decision", "group_id", "group", "CASCADE"),
        ("decision", "member_id", "member", "SET NULL"),
        ("decision", "decided_by_id", "member", "SET NULL"),
        ("appeal", "decision_id", "decision", "CASCADE"),
        ("appeal", "decided_by_id", "member", "SET NULL"),
    ):
        online.add_constraint(
            table,
            f"fk_{table}_{column}_{other}",
            f'FOREIGN KEY ({column}) REFERENCES "{other}" (id) ON DELETE {deleted}',
        )
    _create_indexes()


def _create_indexes() -> None:
    online.create_index(
        "uq_moderation_case_undecided",
        "moderation_case",
        "subject_type, subject_id, coalesce(group_id, 0)",
        "state IN ('open', 'taken')",
        is_unique=True,
    )
    for name, table, columns, where in (
        ("subject", "moderation_case", "subject_type, subject_id", None),
        ("group", "moderation_case", "group_id, created_at, id", None),
        ("untaken", "moderation_case", "created_at", "state = 'open' AND escalated_at IS NULL"),
        ("subject", "report", "subject_type, subject_id", None),
        ("reporter", "report", "reporter_id, created_at, id", None),
        ("unerased", "report", "created_at", "erased_at IS NULL"),
        ("report_id", "case_report", "report_id", None),
        ("subject", "decision", "subject_type, subject_id", None),
        ("member", "decision", "member_id, created_at, id", None),
        ("group", "decision", "group_id, created_at, id", None),
        ("unerased", "decision", "appealable_until", "erased_at IS NULL"),
        ("open", "appeal", "created_at", "state = 'open'"),
    ):
        online.create_index(f"ix_{table}_{name}", table, columns, where)
    for table, column in (
        ("moderation_case", "member_id"),
        ("moderation_case", "taken_by_id"),
        ("decision", "case_id"),
        ("decision", "decided_by_id"),
        ("appeal", "decided_by_id"),
    ):
        online.create_index(f"ix_{table}_{column}", table, column, f"{column} IS NOT NULL")


def _subject() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("subject_type", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
    )


def _at(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    online.drop_constraint(table, f"ck_{table}_{column}")
    online.add_constraint(table, f"ck_{table}_{column}", f"CHECK ({column} IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    for table in ("appeal", "decision", "case_report", "report", "moderation_case"):
        online.execute(f"DROP TABLE IF EXISTS {table}")
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW))
        _allow(table, "kind", BEFORE)
    _allow("notification", "subject_type", SUBJECTS_BEFORE)

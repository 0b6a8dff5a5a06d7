"""Keep who wrote to whom through the site, who blocks whom, and who was introduced to whom.

The words of messages are in mails alone. An author asks once of a post who has done this already.
"""

import re

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0084"
down_revision = "0083"

NEW = "experience_asked"
RULE = sa.text(
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid = CAST(:table AS regclass) AND conname = :name"
)


def upgrade() -> None:
    """Apply it; the previous code passes over a kind of notification that it does not know."""
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=False),
        sa.Column("answers_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sender_id <> recipient_id", name=op.f("ck_message_two_people")),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["member.id"],
            name=op.f("fk_message_sender_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["member.id"],
            name=op.f("fk_message_recipient_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"],
            ["message.id"],
            name=op.f("fk_message_answers_id_message"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        if_not_exists=True,
    )
    online.create_index("ix_message_sender_id", "message", "sender_id, created_at")
    online.create_index("ix_message_recipient_id", "message", "recipient_id, created_at")
    online.create_index("ix_message_answers_id", "message", "answers_id", "answers_id IS NOT NULL")
    op.create_table(
        "message_block",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("member_id <> blocked_id", name=op.f("ck_message_block_two_people")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_message_block_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["blocked_id"],
            ["member.id"],
            name=op.f("fk_message_block_blocked_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "blocked_id", name=op.f("pk_message_block")),
        if_not_exists=True,
    )
    online.create_index("ix_message_block_blocked_id", "message_block", "blocked_id")
    _introduce()


def _introduce() -> None:
    for table in ("notification", "stopped_mail"):
        _allow(table, [kind for kind in _kinds(table) if kind != NEW] + [NEW])
    for index, column in (("wants", "wants_introductions"), ("answers", "answers_questions")):
        online.create_index(f"ix_member_profile_{index}", "member_profile", "member_id", column)
    online.create_index("ix_member_theme_members", "member_theme", "theme_id, member_id")
    online.drop_index("ix_member_theme_theme_id")
    op.create_table(
        "introduction",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("period ~ '^[0-9]{4}-[0-9]{2}$'", name=op.f("ck_introduction_period")),
        _to("introduction", "member_id", "member.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("member_id", "period", name=op.f("uq_introduction_member_id_period")),
        if_not_exists=True,
    )
    _create_pairs("introduced_person", ("introduction_id", "introduction.id"), "person_id")
    op.create_table(
        "experience_question",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _to("experience_question", "post_id", "post.id"),
        _to("experience_question", "author_id", "member.id"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_experience_question")),
        if_not_exists=True,
    )
    online.create_index("ix_experience_question_author_id", "experience_question", "author_id")
    _create_pairs("experience_recipient", ("post_id", "experience_question.post_id"), "member_id")


def _create_pairs(table: str, of: tuple[str, str], person: str) -> None:
    op.create_table(
        table,
        sa.Column(of[0], sa.BigInteger(), nullable=False),
        sa.Column(person, sa.BigInteger(), nullable=False),
        _to(table, *of),
        _to(table, person, "member.id"),
        sa.PrimaryKeyConstraint(of[0], person, name=op.f(f"pk_{table}")),
        if_not_exists=True,
    )
    online.create_index(f"ix_{table}_{person}", table, person)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target.split('.', maxsplit=1)[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE")


def _kinds(table: str) -> list[str]:
    """Read which kinds the packages beside have let in so far, in their order."""
    params = {"table": table, "name": f"ck_{table}_kind"}
    return re.findall("'([a-z_]+)'", op.get_bind().scalar(RULE, params) or "")


def _allow(table: str, kinds: list[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint(table, f"ck_{table}_kind")
    online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back."""
    for table in (
        "experience_recipient",
        "experience_question",
        "introduced_person",
        "introduction",
    ):
        op.drop_table(table, if_exists=True)
    online.create_index("ix_member_theme_theme_id", "member_theme", "theme_id")
    for index in (
        "ix_member_theme_members", "ix_member_profile_wants", "ix_member_profile_answers",
    ):  # fmt: skip
        online.drop_index(index)
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = :kind", kind=NEW)
        _allow(table, [kind for kind in _kinds(table) if kind != NEW])
    op.drop_table("message_block", if_exists=True)
    op.drop_table("message", if_exists=True)

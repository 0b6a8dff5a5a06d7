"""Keep registrations to webinars, where one takes place, and for whom its room is.

Webinars of before keep a room for everyone: so their readers were told.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0063"
down_revision = "0062"

JOIN_FOR = "join_for IN ('registered', 'members', 'everyone')"
OF_WEBINAR = (
    "join_for", "venue", "venue_access", "venue_map_url", "cancelled_at", "revision",
)  # fmt: skip
CHECKS = {
    "mode": "mode IN ('seat', 'replay')",
    "state": "state IN ('unconfirmed', 'going', 'waiting', 'offered', 'replay', 'cancelled')",
    "cancelled_because": "cancelled_because IN"
    " ('by_person', 'by_organiser', 'declined', 'unanswered', 'left_group')",
    "attended_by": "attended_by IN ('room', 'code', 'qr', 'organiser')",
    "email": "(member_id IS NULL) = (email IS NOT NULL)",
    "email_key": "(email IS NULL) = (email_key IS NULL)",
    "name": "(email IS NULL) = (name IS NULL)",
    "places": "places BETWEEN 1 AND 10",
    "line_number": "(line_number IS NOT NULL) = (state IN ('waiting', 'offered'))",
    "line_number_above": "line_number >= 1",
    "offer_ends_at": "(offer_ends_at IS NOT NULL) = (state = 'offered')",
    "mode_and_state": "(mode = 'replay') = (state = 'replay')"
    " OR state IN ('unconfirmed', 'cancelled')",
    "cancelled": "(cancelled_because IS NOT NULL) = (state = 'cancelled')",
    "attended_at": "(attended_at IS NULL) = (attended_by IS NULL)",
}


def upgrade() -> None:
    """Apply it; the previous code does not know the tables, and takes the defaults."""
    # What the present rows get stays what the previous code adds until the last statement.
    online.add_column("webinar", "join_for", "varchar(40) NOT NULL DEFAULT 'everyone'")
    for name in ("venue", "venue_access", "venue_map_url"):
        online.add_column("webinar", name, "text")
    online.add_column("webinar", "cancelled_at", "timestamptz")
    online.add_column("webinar", "revision", "bigint NOT NULL DEFAULT 0")
    online.add_constraint("webinar", "ck_webinar_join_for", f"CHECK ({JOIN_FOR})")
    online.add_constraint("webinar", "ck_webinar_revision", "CHECK (revision >= 0)")
    op.execute("CREATE SEQUENCE IF NOT EXISTS registration_line_number")
    _create_registrations()
    _create_settings()
    online.execute("ALTER TABLE webinar ALTER COLUMN join_for SET DEFAULT 'registered'")


def _create_registrations() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger()),
        *(
            sa.Column(name, sa.Text())
            for name in ("name", "email", "email_key", "locale", "time_zone")
        ),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("places", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("line_number", sa.BigInteger()),
        _at("offer_ends_at"),
        sa.Column("answers", JSONB(), server_default="{}", nullable=False),
        sa.Column("wants_replay", sa.Boolean(), server_default="false", nullable=False),
        _at("created_at", nullable=False),
        _at("state_changed_at", nullable=False),
        sa.Column("cancelled_because", sa.String(40)),
        _at("attended_at"),
        sa.Column("attended_by", sa.String(40)),
        *(_check("registration", name, rule) for name, rule in CHECKS.items()),
        _belongs("registration", "post_id", "webinar.post_id", "CASCADE"),
        _belongs("registration", "member_id", "member.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        if_not_exists=True,
    )
    online.create_index("ix_registration_post_id", "registration", "post_id, state, line_number")
    online.create_index(
        "uq_registration_member_id",
        "registration",
        "member_id, post_id",
        "member_id IS NOT NULL",
        is_unique=True,
    )
    online.create_index(
        "uq_registration_email_key",
        "registration",
        "post_id, email_key",
        "email_key IS NOT NULL",
        is_unique=True,
    )
    online.create_index(
        "ix_registration_offer_ends_at",
        "registration",
        "offer_ends_at",
        "offer_ends_at IS NOT NULL",
    )


def _create_settings() -> None:
    op.create_table(
        "registration_settings",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("most_places", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("manager_id", sa.BigInteger()),
        sa.Column("attendance_code", sa.Text()),
        _check("registration_settings", "most_places", "most_places BETWEEN 1 AND 10"),
        _belongs("registration_settings", "post_id", "webinar.post_id", "CASCADE"),
        _belongs("registration_settings", "manager_id", "member.id", "SET NULL"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_registration_settings")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_registration_settings_manager_id",
        "registration_settings",
        "manager_id",
        "manager_id IS NOT NULL",
    )
    op.create_table(
        "registration_question",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("choices", JSONB()),
        sa.Column("is_required", sa.Boolean(), server_default="false", nullable=False),
        _at("created_at", nullable=False),
        _at("asked_later_at"),
        _at("removed_at"),
        _check("registration_question", "kind", "kind IN ('text', 'choice', 'yes_no')"),
        _check("registration_question", "choices", "(kind = 'choice') = (choices IS NOT NULL)"),
        _check("registration_question", "label", "char_length(label) BETWEEN 1 AND 300"),
        _belongs("registration_question", "post_id", "webinar.post_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_question")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_registration_question_post_id", "registration_question", "post_id, position"
    )


def downgrade() -> None:
    """Take it back; rooms are for everyone again."""
    for table in ("registration_question", "registration_settings", "registration"):
        op.drop_table(table, if_exists=True)
    op.execute("DROP SEQUENCE IF EXISTS registration_line_number")
    for name in OF_WEBINAR:
        online.drop_column("webinar", name)


def _at(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _belongs(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [to],
        name=op.f(f"fk_{table}_{column}_{to.partition('.')[0]}"),
        ondelete=ondelete,
    )

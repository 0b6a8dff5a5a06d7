"""Describe organisations, and say who runs them and whom they know to belong to them.

Who was named a spokesperson by an administrator is confirmed.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import CITEXT

from grandequipe.migrations import online

revision = "0079"
down_revision = "0078"

IS_TAG = "description_language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'"
COLUMNS = {
    "description": "text NOT NULL DEFAULT ''",
    "description_language": "text",
    "website": "text",
    "siret": "text",
    "logo_key": "text",
}
ORGANISATION, MEMBER, THEME = "organisation_id", "member_id", "theme_id"
SPOKESPEOPLE = """
    WITH batch AS (
        SELECT id, is_spokesperson FROM member WHERE id > :after ORDER BY id LIMIT :many
    ), written AS (
        UPDATE member SET organisation_confirmed_at = now()
        FROM batch
        WHERE member.id = batch.id AND batch.is_spokesperson
            AND member.organisation_id IS NOT NULL AND member.organisation_confirmed_at IS NULL
    )
    SELECT max(id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for column, definition in COLUMNS.items():
        online.add_column("organisation", column, definition)
    online.add_constraint("organisation", "ck_organisation_siret", "CHECK (siret ~ '^[0-9]{14}$')")
    online.add_constraint(
        "organisation", "ck_organisation_description_language", f"CHECK ({IS_TAG})"
    )
    where = "siret IS NOT NULL"
    online.create_index("ix_organisation_siret", "organisation", "siret", where, is_unique=True)
    if not op.get_bind().scalar(online.HAS_INDEX, {"name": "ix_organisation_name_words"}):
        online.drop_index("ix_organisation_name_words")
        online.execute(
            "CREATE INDEX CONCURRENTLY ix_organisation_name_words ON organisation"
            " USING gin (name_words(name::text) gin_trgm_ops)",
            wait=online.WITHOUT_END,
        )
    online.add_column("member", "organisation_confirmed_at", "timestamptz")
    online.write_in_batches(SPOKESPEOPLE)
    _create_pairs()
    _create_requests()
    for table, column in (
        ("organisation_theme", "theme_id"),
        ("organisation_manager", "member_id"),
        ("belonging_refusal", "member_id"),
        ("belonging_refusal", "refused_by_id"),
        ("manager_key", "organisation_id"),
        ("manager_key", "member_id"),
        ("manager_key", "made_by_id"),
        ("organisation_claim", "organisation_id"),
        ("organisation_claim", "member_id"),
        ("organisation_claim", "answered_by_id"),
    ):
        online.create_index(f"ix_{table}_{column}", table, column)
    online.create_index(
        "ix_organisation_claim_open",
        "organisation_claim",
        "organisation_id, member_id",
        "is_accepted IS NULL",
        is_unique=True,
    )


def _create_pairs() -> None:
    op.create_table(
        "organisation_theme",
        _key("organisation_theme", ORGANISATION, "organisation"),
        _key("organisation_theme", THEME, "theme"),
        sa.PrimaryKeyConstraint(ORGANISATION, THEME, name=op.f("pk_organisation_theme")),
        if_not_exists=True,
    )
    op.create_table(
        "organisation_manager",
        _key("organisation_manager", ORGANISATION, "organisation"),
        _key("organisation_manager", MEMBER, "member"),
        _instant("since"),
        sa.PrimaryKeyConstraint(ORGANISATION, MEMBER, name=op.f("pk_organisation_manager")),
        if_not_exists=True,
    )
    op.create_table(
        "belonging_refusal",
        _key("belonging_refusal", ORGANISATION, "organisation"),
        _key("belonging_refusal", MEMBER, "member"),
        _instant("refused_at"),
        _key("belonging_refusal", "refused_by_id", "member", "SET NULL", nullable=True),
        sa.PrimaryKeyConstraint(ORGANISATION, MEMBER, name=op.f("pk_belonging_refusal")),
        if_not_exists=True,
    )


def _create_requests() -> None:
    op.create_table(
        "manager_key",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _key("manager_key", ORGANISATION, "organisation"),
        _key("manager_key", MEMBER, "member", nullable=True),
        _key("manager_key", "made_by_id", "member"),
        sa.Column("email", CITEXT(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        _instant("made_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_manager_key_digest")),
        if_not_exists=True,
    )
    op.create_table(
        "organisation_claim",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _key("organisation_claim", ORGANISATION, "organisation"),
        _key("organisation_claim", MEMBER, "member"),
        sa.Column("message", sa.Text(), nullable=False),
        _instant("made_at"),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        _instant("answered_at", nullable=True),
        _key("organisation_claim", "answered_by_id", "member", "SET NULL", nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(is_accepted IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_organisation_claim_answered_at"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_claim")),
        if_not_exists=True,
    )


def _key(
    owner: str, column: str, table: str, gone: str = "CASCADE", *, nullable: bool = False
) -> sa.Column[int]:
    """Make a column that refers to a row of another table, and goes or is emptied with it."""
    name = op.f(f"fk_{owner}_{column}_{table}")
    reference = sa.ForeignKey(f"{table}.id", ondelete=gone, name=name)
    return sa.Column(column, sa.BigInteger(), reference, nullable=nullable)


def _instant(column: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def downgrade() -> None:
    """Take it back; who runs organisations, and what they say of themselves, is forgotten."""
    for table in (
        "organisation_claim",
        "manager_key",
        "belonging_refusal",
        "organisation_manager",
        "organisation_theme",
    ):
        online.execute(f"DROP TABLE IF EXISTS {table}")
    online.drop_column("member", "organisation_confirmed_at")
    online.drop_index("ix_organisation_name_words")
    for column in COLUMNS:
        online.drop_column("organisation", column)

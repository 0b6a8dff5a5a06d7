"""Keep sanctions with their reasons and ends, and have a mute and a ban end by the clock."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Apply it; for the previous code a ban has no end, and nobody is muted."""
    for column in ("muted_until", "banned_until"):
        online.add_column("membership", column, "timestamptz")
    online.add_constraint(
        "membership",
        "ck_membership_banned_until",
        "CHECK (banned_until IS NULL OR state = 'banned')",
    )
    online.create_index(
        "ix_membership_banned_until", "membership", "banned_until", "banned_until IS NOT NULL"
    )
    op.create_table(
        "sanction",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("given_by_id", sa.BigInteger()),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by_id", sa.BigInteger()),
        sa.Column("lift_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('warning', 'mute', 'ban')", name=op.f("ck_sanction_kind")),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_sanction_until")),
        sa.CheckConstraint("kind <> 'warning' OR until IS NULL", name=op.f("ck_sanction_warning")),
        sa.CheckConstraint(
            "lifted_by_id IS NULL OR lifted_at IS NOT NULL", name=op.f("ck_sanction_lifted_at")
        ),
        if_not_exists=True,
    )
    for column, table, gone in (
        ("group_id", "group", "CASCADE"),
        ("member_id", "member", "CASCADE"),
        ("given_by_id", "member", "SET NULL"),
        ("lifted_by_id", "member", "SET NULL"),
    ):
        online.add_constraint(
            "sanction",
            f"fk_sanction_{column}_{table}",
            f'FOREIGN KEY ({column}) REFERENCES "{table}" (id) ON DELETE {gone}',
        )
    online.create_index("ix_sanction_group", "sanction", "group_id, since, id")
    online.create_index("ix_sanction_member", "sanction", "member_id, group_id")
    for column in ("given_by_id", "lifted_by_id"):
        online.create_index(f"ix_sanction_{column}", "sanction", column, f"{column} IS NOT NULL")


def downgrade() -> None:
    """Take it back; bans with an end have none then."""
    online.execute("DROP TABLE IF EXISTS sanction")
    for column in ("muted_until", "banned_until"):
        online.drop_column("membership", column)

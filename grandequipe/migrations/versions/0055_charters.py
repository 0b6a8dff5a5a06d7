"""Groups have a charter with versions, a word for those who join, and a choice for mails."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0055"
down_revision = "0054"

COUNTS = (("group", "charter_version"), ("membership", "charter_version"))


def upgrade() -> None:
    """Apply it; the previous code still runs beside, and knows of no charter."""
    for table, column in COUNTS:
        online.add_column(table, column, "bigint NOT NULL DEFAULT 0")
        online.add_constraint(table, f"ck_{table}_{column}", f"CHECK ({column} >= 0)")
    online.add_column("group", "mail_content", "varchar(40) NOT NULL DEFAULT 'whole'")
    online.add_constraint(
        "group", "ck_group_mail_content", "CHECK (mail_content IN ('whole', 'titles'))"
    )
    op.create_table(
        "group_charter",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("group_id", "version", name=op.f("uq_group_charter_group_id_version")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_group_charter_version")),
        if_not_exists=True,
    )
    online.add_constraint(
        "group_charter",
        "fk_group_charter_published_by_id_member",
        "FOREIGN KEY (published_by_id) REFERENCES member (id)",
    )
    online.create_index("ix_group_charter_published_by_id", "group_charter", "published_by_id")
    op.create_table(
        "group_welcome",
        sa.Column("group_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("body_html", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("questions", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("cardinality(questions) <= 5", name=op.f("ck_group_welcome_questions")),
        if_not_exists=True,
    )
    for table in ("group_charter", "group_welcome"):
        online.add_constraint(
            table,
            f"fk_{table}_group_id_group",
            'FOREIGN KEY (group_id) REFERENCES "group" (id) ON DELETE CASCADE',
        )


def downgrade() -> None:
    """Take it back."""
    for table in ("group_charter", "group_welcome"):
        online.execute(f"DROP TABLE IF EXISTS {table}")
    for table, column in (*COUNTS, ("group", "mail_content")):
        online.drop_column(table, column)

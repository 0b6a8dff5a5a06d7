"""Keep drafts on the server, and publish those that are scheduled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0035"
down_revision = "0034"

RULES = {
    "kind": "kind IN ('news', 'resource', 'webinar', 'analysis', 'project', 'call')",
    "state": "state IN ('draft', 'scheduled')",
    "failure": "failure IN ('not_allowed', 'ended', 'invalid')",
    "version": "version >= 1",
    "turn": "turn >= 0",
    "publish_at": "(state = 'scheduled') = (publish_at IS NOT NULL)",
    "deleted_at": "state = 'draft' OR deleted_at IS NULL",
}


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("copy_of_id", sa.BigInteger()),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text()),
        sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("publish_at", instant),
        sa.Column("failure", sa.String(40)),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("deleted_at", instant),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("author_id", "key", name=op.f("uq_draft_author_id_key")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_draft_{name}")) for name, rule in RULES.items()),
        if_not_exists=True,
    )
    online.create_index("ix_draft_author", "draft", "author_id, updated_at, id")
    for column, table, end in (
        ("author_id", "member", "CASCADE"),
        ("group_id", "group", "SET NULL"),
        ("post_id", "post", "CASCADE"),
        ("copy_of_id", "draft", "SET NULL"),
    ):
        if column != "author_id":
            online.create_index(f"ix_draft_{column}", "draft", column)
        key = f'FOREIGN KEY ({column}) REFERENCES "{table}" (id) ON DELETE {end}'
        online.add_constraint("draft", f"fk_draft_{column}_{table}", key)
    for column in ("publish_at", "deleted_at"):
        online.create_index(f"ix_draft_{column}", "draft", column, f"{column} IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    online.execute('DROP TABLE IF EXISTS "draft"')

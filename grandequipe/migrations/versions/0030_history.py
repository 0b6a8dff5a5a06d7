"""Keep what posts and comments said before they were changed, and who removed a comment.

What was changed before has no earlier version: the first change from now on keeps one. Versions that
the previous code writes beside this one are missing; the next change keeps what it changes.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0030"
down_revision = "0029"

INSTANT = sa.DateTime(timezone=True)
MEMBER = "REFERENCES member (id) ON DELETE SET NULL"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "post_version",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.BigInteger()),
        sa.Column("minor", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("content", sa.dialects.postgresql.JSONB()),
        sa.Column("hidden_at", INSTANT),
        sa.Column("hidden_by_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("post_id", "version", name="pk_post_version"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_post_version_version")),
        sa.CheckConstraint(
            "(content IS NULL) = (hidden_at IS NOT NULL)", name=op.f("ck_post_version_hidden")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "comment_version",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.PrimaryKeyConstraint("comment_id", "version", name="pk_comment_version"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_comment_version_version")),
        if_not_exists=True,
    )
    for table, subject in (("post_version", "post"), ("comment_version", "comment")):
        online.add_constraint(
            table,
            f"fk_{table}_{subject}_id_{subject}",
            f"FOREIGN KEY ({subject}_id) REFERENCES {subject} (id) ON DELETE CASCADE",
        )
    for column in ("actor_id", "hidden_by_id"):
        online.add_constraint(
            "post_version",
            f"fk_post_version_{column}_member",
            f"FOREIGN KEY ({column}) {MEMBER}",
        )
        online.create_index(
            f"ix_post_version_{column}", "post_version", column, f"{column} IS NOT NULL"
        )
    online.add_column("comment", "edited_at", "timestamptz")
    online.add_column("comment", "version", "bigint NOT NULL DEFAULT 1")
    online.add_column("comment", "removed_by_id", "bigint")
    online.add_constraint("comment", "ck_comment_version", "CHECK (version >= 1)")
    online.add_constraint(
        "comment",
        "ck_comment_removed_at",
        "CHECK (removed_by_id IS NULL OR removed_at IS NOT NULL)",
    )
    online.add_constraint(
        "comment", "fk_comment_removed_by_id_member", f"FOREIGN KEY (removed_by_id) {MEMBER}"
    )
    online.create_index(
        "ix_comment_removed_by_id",
        "comment",
        "removed_by_id, removed_at",
        "removed_by_id IS NOT NULL",
    )


def downgrade() -> None:
    """Take it back."""
    for column in ("edited_at", "version", "removed_by_id"):
        online.drop_column("comment", column)
    for table in ("comment_version", "post_version"):
        online.execute(f"DROP TABLE IF EXISTS {table}")

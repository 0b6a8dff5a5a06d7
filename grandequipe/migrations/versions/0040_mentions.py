"""Keep which texts mention whom, and find members by the words of their names.

`name_words` says the words of a name without accents, each after a space: an index finds those that
begin with what somebody typed.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0040"
down_revision = "0039"

SCHEMA = "SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'unaccent'"
# Qualified, for a restored database makes the index before any search path is set.
NAME_WORDS = """
    CREATE OR REPLACE FUNCTION name_words(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT ' ' || regexp_replace(
            lower({schema}.unaccent('{schema}.unaccent'::regdictionary, name)),
            '[^[:alnum:]]+', ' ', 'g'
        )
    $$
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "mention",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("comment_id", sa.BigInteger()),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("notified_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "num_nonnulls(post_id, comment_id) = 1", name=op.f("ck_mention_subject")
        ),
        if_not_exists=True,
    )
    for table in ("post", "comment", "member"):
        online.add_constraint(
            "mention",
            f"fk_mention_{table}_id_{table}",
            f"FOREIGN KEY ({table}_id) REFERENCES {table} (id) ON DELETE CASCADE",
        )
    for column in ("post_id", "comment_id"):
        online.create_index(
            f"ix_mention_{column}",
            "mention",
            f"{column}, member_id",
            f"{column} IS NOT NULL",
            is_unique=True,
        )
    online.create_index("ix_mention_member_id", "mention", "member_id")
    schema = op.get_bind().scalar(sa.text(SCHEMA))
    online.execute(NAME_WORDS.format(schema=f'"{schema}"').replace(f'\'"{schema}".', f"'{schema}."))
    drop = "DROP INDEX CONCURRENTLY IF EXISTS ix_member_name_words"
    if not op.get_bind().scalar(online.HAS_INDEX, {"name": "ix_member_name_words"}):
        online.execute(drop, wait=online.WITHOUT_END)
        online.execute(
            "CREATE INDEX CONCURRENTLY ix_member_name_words ON member"
            " USING gin (name_words(display_name) gin_trgm_ops)",
            wait=online.WITHOUT_END,
        )


def downgrade() -> None:
    """Take it back."""
    online.drop_index("ix_member_name_words")
    online.execute("DROP FUNCTION IF EXISTS name_words")
    online.execute("DROP TABLE IF EXISTS mention")

"""Keep an entry of each resource for the library, by which it is sorted and filtered.

Triggers write it in the transaction of the change, for the previous code too.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0073"
down_revision = "0072"

COPY = """
    CREATE OR REPLACE FUNCTION library_entry_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_entry
            (post_id, posted_at, title_key, resource_type, publisher, licence, year, language)
        VALUES (NEW.id, NEW.created_at, library_title_key(NEW.title), NEW.resource_type,
            NULLIF(btrim(NEW.publisher), ''), NULLIF(btrim(NEW.licence), ''),
            extract(year FROM NEW.published_on), NEW.language)
        ON CONFLICT (post_id) DO UPDATE SET
            title_key = excluded.title_key, resource_type = excluded.resource_type,
            publisher = excluded.publisher, licence = excluded.licence,
            year = excluded.year, language = excluded.language;
        RETURN NULL;
    END $$
"""
# As people look for a title: « L’école » beside Ecole, not among quotation marks.
TITLE_KEY = """
    CREATE OR REPLACE FUNCTION library_title_key(title text) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT left(
            btrim(regexp_replace(lower(unaccent(title)), '[^[:alnum:]]+', ' ', 'g')), 200
        ) COLLATE "C"
    $$
"""
ON_INSERT = """
    CREATE OR REPLACE TRIGGER library_entry_of_new_post AFTER INSERT ON post
    FOR EACH ROW WHEN (NEW.kind = 'resource') EXECUTE FUNCTION library_entry_of_post()
"""
ON_UPDATE = """
    CREATE OR REPLACE TRIGGER library_entry_of_post
    AFTER UPDATE OF title, resource_type, publisher, licence, published_on, language ON post
    FOR EACH ROW WHEN (NEW.kind = 'resource') EXECUTE FUNCTION library_entry_of_post()
"""
WRITTEN = """
    WITH batch AS (
        SELECT * FROM post WHERE id > :after AND kind = 'resource'
        ORDER BY id LIMIT :many FOR KEY SHARE
    ), written AS (
        INSERT INTO library_entry
            (post_id, posted_at, title_key, resource_type, publisher, licence, year, language)
        SELECT id, created_at, library_title_key(title), resource_type,
            NULLIF(btrim(publisher), ''), NULLIF(btrim(licence), ''),
            extract(year FROM published_on), language
        FROM batch
        ON CONFLICT (post_id) DO NOTHING
    )
    SELECT max(id) FROM batch
"""
TYPES = "'guide', 'report', 'video', 'tool', 'data', 'training'"


def upgrade() -> None:
    """Apply it; the previous code knows nothing of the table."""
    op.create_table(
        "library_entry",
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_key", sa.Text(collation="C"), nullable=False),
        sa.Column("resource_type", sa.String(40), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("use_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            f"resource_type IN ({TYPES})", name=op.f("ck_library_entry_resource_type")
        ),
        sa.CheckConstraint("use_count >= 0", name=op.f("ck_library_entry_use_count")),
        sa.CheckConstraint("year >= 1", name=op.f("ck_library_entry_year")),
        if_not_exists=True,
    )
    online.add_constraint(
        "library_entry",
        "fk_library_entry_post_id_post",
        "FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE",
    )
    for statement in (TITLE_KEY, COPY, ON_INSERT, ON_UPDATE):
        online.execute(statement)
    online.write_in_batches(WRITTEN)
    for name, columns in (
        ("newest", "posted_at, post_id"),
        ("useful", "use_count, post_id"),
        ("title", "title_key, post_id"),
        ("publisher", "lower(publisher)"),
        ("licence", "lower(licence)"),
        ("year", "year"),
    ):
        online.create_index(f"ix_library_entry_{name}", "library_entry", columns)


def downgrade() -> None:
    """Take it back."""
    for trigger in ("library_entry_of_new_post", "library_entry_of_post"):
        online.execute(f"DROP TRIGGER IF EXISTS {trigger} ON post")
    online.execute("DROP FUNCTION IF EXISTS library_entry_of_post()")
    online.execute("DROP FUNCTION IF EXISTS library_title_key(text)")
    op.drop_table("library_entry", if_exists=True)

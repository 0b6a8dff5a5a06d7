"""Keep the life of resources: reviews, reports, newer versions, uses, and whether addresses answer."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0081"
down_revision = "0080"

# As migration 0073 made it, with the address; one that changes is checked anew, a day later.
COPY = """
    CREATE OR REPLACE FUNCTION library_entry_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO library_entry AS entry
            (post_id, posted_at, title_key, resource_type, publisher, licence, year, language,
            address, check_after)
        VALUES (NEW.id, NEW.created_at, library_title_key(NEW.title), NEW.resource_type,
            NULLIF(btrim(NEW.publisher), ''), NULLIF(btrim(NEW.licence), ''),
            extract(year FROM NEW.published_on), NEW.language, NULLIF(btrim(NEW.url), ''),
            COALESCE(NEW.edited_at, NEW.created_at) + interval '1 day')
        ON CONFLICT (post_id) DO UPDATE SET
            title_key = excluded.title_key, resource_type = excluded.resource_type,
            publisher = excluded.publisher, licence = excluded.licence,
            year = excluded.year, language = excluded.language, address = excluded.address,
            check_after = CASE WHEN entry.address IS DISTINCT FROM excluded.address
                THEN excluded.check_after ELSE entry.check_after END,
            failed_since = CASE WHEN entry.address IS NOT DISTINCT FROM excluded.address
                THEN entry.failed_since END,
            dead_since = CASE WHEN entry.address IS NOT DISTINCT FROM excluded.address
                THEN entry.dead_since END;
        RETURN NULL;
    END $$
"""
ON_UPDATE = """
    CREATE OR REPLACE TRIGGER library_entry_of_post
    AFTER UPDATE OF title, resource_type, publisher, licence, published_on, language, url ON post
    FOR EACH ROW WHEN (NEW.kind = 'resource') EXECUTE FUNCTION library_entry_of_post()
"""
# Over a week, so that no day has them all.
WRITTEN = """
    WITH batch AS (
        SELECT id, url FROM post WHERE id > :after AND kind = 'resource'
        ORDER BY id LIMIT :many FOR KEY SHARE
    ), written AS (
        UPDATE library_entry SET address = NULLIF(btrim(batch.url), ''),
            check_after = now() + (batch.id % 168) * interval '1 hour'
        FROM batch WHERE library_entry.post_id = batch.id AND check_after IS NULL
    )
    SELECT max(id) FROM batch
"""
USES = """
    CREATE OR REPLACE FUNCTION count_resource_uses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE library_entry SET use_count = use_count + 1
        WHERE TG_OP = 'INSERT' AND post_id = NEW.post_id;
        UPDATE library_entry SET use_count = use_count - 1
        WHERE TG_OP = 'DELETE' AND post_id = OLD.post_id;
        RETURN NULL;
    END $$
"""
ON_USES = """
    CREATE OR REPLACE TRIGGER count_resource_uses AFTER INSERT OR DELETE ON resource_use
    FOR EACH ROW EXECUTE FUNCTION count_resource_uses()
"""
BEFORE = """
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
INSTANT = sa.DateTime(timezone=True)
KEYS = (
    ("resource_life", "post_id", "post"),
    ("resource_successor", "post_id", "post"),
    ("resource_successor", "newer_id", "post"),
    ("outdated_report", "post_id", "post"),
    ("outdated_report", "member_id", "member"),
    ("resource_use", "post_id", "post"),
    ("resource_use", "member_id", "member"),
    ("project_resource", "project_id", "post"),
    ("project_resource", "resource_id", "post"),
)


def upgrade() -> None:
    """Apply it; the previous code reads none of it."""
    for column in ("check_after", "failed_since", "dead_since"):
        online.add_column("library_entry", column, "timestamptz")
    online.add_column("library_entry", "address", "text")
    online.add_column("library_entry", "is_file_missing", "boolean NOT NULL DEFAULT false")
    online.add_constraint(
        "library_entry",
        "ck_library_entry_dead_since",
        "CHECK (dead_since IS NULL OR failed_since IS NOT NULL)",
    )
    online.execute(COPY)
    online.execute(ON_UPDATE)
    online.write_in_batches(WRITTEN)
    online.create_index("ix_library_entry_check_after", "library_entry", "check_after")
    _make_tables()
    for table, column, other in KEYS:
        online.add_constraint(
            table,
            f"fk_{table}_{column}_{other}",
            f"FOREIGN KEY ({column}) REFERENCES {other} (id) ON DELETE CASCADE",
        )
    for table, column in (
        ("resource_successor", "newer_id"),
        ("outdated_report", "member_id"),
        ("resource_use", "member_id"),
        ("project_resource", "resource_id"),
    ):
        online.create_index(f"ix_{table}_{column}", table, column)
    online.create_index(
        "ix_resource_life_review_on",
        "resource_life",
        "review_on",
        "review_on IS NOT NULL AND reminded_at IS NULL",
    )
    online.execute(USES)
    online.execute(ON_USES)


def _pair(one: str, other: str) -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column(one, sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(other, sa.BigInteger(), primary_key=True, autoincrement=False),
    )


def _make_tables() -> None:
    op.create_table(
        "resource_life",
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        if_not_exists=True,
    )
    op.create_table(
        "resource_successor",
        *_pair("post_id", "newer_id"),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("post_id <> newer_id", name=op.f("ck_resource_successor_other")),
        sa.CheckConstraint("depth >= 1", name=op.f("ck_resource_successor_depth")),
        if_not_exists=True,
    )
    op.create_table(
        "outdated_report",
        *_pair("post_id", "member_id"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "char_length(reason) BETWEEN 1 AND 500", name=op.f("ck_outdated_report_reason")
        ),
        sa.CheckConstraint("char_length(answer) <= 500", name=op.f("ck_outdated_report_answer")),
        if_not_exists=True,
    )
    op.create_table(
        "resource_use",
        *_pair("post_id", "member_id"),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.CheckConstraint("char_length(sentence) <= 300", name=op.f("ck_resource_use_sentence")),
        if_not_exists=True,
    )
    op.create_table("project_resource", *_pair("project_id", "resource_id"), if_not_exists=True)


def downgrade() -> None:
    """Take it back."""
    for table in (
        "resource_use", "outdated_report", "resource_successor", "resource_life", "project_resource"
    ):  # fmt: skip
        op.drop_table(table, if_exists=True)
    online.execute("DROP FUNCTION IF EXISTS count_resource_uses()")
    online.execute(BEFORE)
    online.execute("UPDATE library_entry SET use_count = 0", wait=online.WITHOUT_END)
    for column in ("address", "check_after", "failed_since", "dead_since", "is_file_missing"):
        online.drop_column("library_entry", column)

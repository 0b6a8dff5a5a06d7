"""Keep beside the placements of calls and news their dates too, and the keys of private calendars.

The database copies the dates itself, as those of webinars (migration 0020). The previous code joins
webinars to what it finds by them: it lists no calls and news.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0071"
down_revision = "0070"

DATES = """
    CREATE OR REPLACE FUNCTION dates_of_placement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT COALESCE(starts_at, deadline, happens_at), COALESCE(ends_at, deadline, happens_at)
        INTO NEW.starts_at, NEW.ends_at
        FROM post WHERE id = NEW.post_id;
        RETURN NEW;
    END $$
"""
ON_PLACEMENT = """
    CREATE OR REPLACE TRIGGER dates_of_placement BEFORE INSERT ON placement FOR EACH ROW
    WHEN (NEW.kind IN ('webinar', 'call', 'news')) EXECUTE FUNCTION dates_of_placement()
"""
OF_POST = """
    CREATE OR REPLACE FUNCTION dates_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE placement SET starts_at = COALESCE(NEW.deadline, NEW.happens_at),
            ends_at = COALESCE(NEW.deadline, NEW.happens_at)
        WHERE post_id = NEW.id;
        RETURN NULL;
    END $$
"""
ON_POST = """
    CREATE OR REPLACE TRIGGER dates_of_post AFTER UPDATE OF deadline, happens_at ON post
    FOR EACH ROW
    WHEN (NEW.kind IN ('call', 'news')
        AND (NEW.deadline, NEW.happens_at) IS DISTINCT FROM (OLD.deadline, OLD.happens_at))
    EXECUTE FUNCTION dates_of_post()
"""
# The post is locked first, as by who changes it.
WRITTEN = """
    WITH batch AS (
        SELECT post.id, post.deadline FROM post
        WHERE post.id > :after AND post.kind = 'call'
        ORDER BY post.id LIMIT :many FOR NO KEY UPDATE
    ), written AS (
        UPDATE placement SET starts_at = batch.deadline, ends_at = batch.deadline
        FROM batch WHERE placement.post_id = batch.id
    )
    SELECT max(id) FROM batch
"""
# As they were before.
ONLY_WEBINARS = """
    CREATE OR REPLACE FUNCTION dates_of_placement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT starts_at, ends_at INTO NEW.starts_at, NEW.ends_at
        FROM post WHERE id = NEW.post_id;
        RETURN NEW;
    END $$
"""
ON_WEBINARS = """
    CREATE OR REPLACE TRIGGER dates_of_placement BEFORE INSERT ON placement FOR EACH ROW
    WHEN (NEW.kind = 'webinar') EXECUTE FUNCTION dates_of_placement()
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("post", "happens_at", "timestamptz")
    for statement in (DATES, ON_PLACEMENT, OF_POST, ON_POST):
        online.execute(statement)
    online.write_in_batches(WRITTEN)
    online.create_index(
        "ix_placement_dated",
        "placement",
        "starts_at, post_id",
        "status = 'published' AND starts_at IS NOT NULL",
    )
    op.create_table(
        "calendar_key",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("uniquifier", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_calendar_key_member_id_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_key_digest")),
        if_not_exists=True,
    )
    online.create_index("ix_calendar_key_member_id", "calendar_key", "member_id")


def downgrade() -> None:
    """Take it back; only webinars have dates beside their placements."""
    op.drop_table("calendar_key", if_exists=True)
    online.drop_index("ix_placement_dated")
    online.execute("DROP TRIGGER IF EXISTS dates_of_post ON post")
    online.execute("DROP FUNCTION IF EXISTS dates_of_post()")
    online.execute(ONLY_WEBINARS)
    online.execute(ON_WEBINARS)
    online.execute(
        "UPDATE placement SET starts_at = NULL, ends_at = NULL"
        " WHERE kind IN ('call', 'news') AND starts_at IS NOT NULL",
        wait=online.WITHOUT_END,
    )
    online.drop_column("post", "happens_at")

"""Keep when and where a webinar is in a table of its own, and limit what is left of posts.

The previous code runs beside: it reads and writes these in columns of `post`, which stay for now,
and triggers keep both in step; from there they come to the placements, as before (migration 0020).
The columns and the triggers go with the next release. Webinars of before move some at a time; one
without a zone gets that of its author.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0025"
down_revision = "0024"

FIELDS = ("starts_at", "ends_at", "time_zone", "join_url", "speakers", "capacity", "replay_url")
LIMITS = {
    "ends_at": "ends_at > starts_at",
    "time_zone": "time_zone <> ''",
    "capacity": "capacity BETWEEN 1 AND 100000",
}
CHECKS = {
    "post": {
        "kind": "kind IN ('news', 'resource', 'webinar', 'analysis', 'project', 'call')",
        "resource_type": "resource_type IN"
        " ('guide', 'report', 'video', 'tool', 'data', 'training')",
        "version": "version >= 1",
        "capacity": LIMITS["capacity"],
    },
    "reaction": {"name": "name IN ('thanks', 'useful', 'inspiring', 'support')"},
    "digest": {"tries": "tries >= 0"},
}
DATED = (
    "kind <> 'webinar' OR (starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at)"
)
ZONE = "COALESCE(NULLIF({}, ''), NULLIF({}, ''), 'Europe/Paris')"
WRITTEN = ", ".join(f"{name} = excluded.{name}" for name in FIELDS)

# Depth: what a trigger writes fires none of these again. This release leaves the columns of a new
# post empty, and the trigger of its webinar fills them.
BY_PREVIOUS = f"""
    CREATE OR REPLACE FUNCTION webinar_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO webinar (post_id, {", ".join(FIELDS)})
        VALUES (NEW.id, NEW.starts_at, NEW.ends_at, {ZONE.format("NEW.time_zone", "NULL")},
            {", ".join(f"NEW.{name}" for name in FIELDS[3:])})
        ON CONFLICT (post_id) DO UPDATE SET {WRITTEN};
        RETURN NULL;
    END $$
"""
ON_PREVIOUS = f"""
    CREATE OR REPLACE TRIGGER webinar_of_post
    AFTER INSERT OR UPDATE OF {", ".join(FIELDS)} ON post FOR EACH ROW
    WHEN (pg_trigger_depth() < 1 AND NEW.kind = 'webinar' AND NEW.ends_at > NEW.starts_at)
    EXECUTE FUNCTION webinar_of_post()
"""
TO_PREVIOUS = f"""
    CREATE OR REPLACE FUNCTION post_of_webinar() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE post SET {", ".join(f"{name} = NEW.{name}" for name in FIELDS)}
        WHERE id = NEW.post_id;
        RETURN NULL;
    END $$
"""
ON_WEBINAR = """
    CREATE OR REPLACE TRIGGER post_of_webinar AFTER INSERT OR UPDATE ON webinar FOR EACH ROW
    WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION post_of_webinar()
"""
# The post is locked first, as by a transaction that changes it.
MOVED = f"""
    WITH batch AS (
        SELECT post.* FROM post WHERE id > :after AND kind = 'webinar'
        ORDER BY id LIMIT :many FOR NO KEY UPDATE
    ), moved AS (
        INSERT INTO webinar (post_id, {", ".join(FIELDS)})
        SELECT batch.id, starts_at, ends_at,
            {ZONE.format("batch.time_zone", "member.time_zone")},
            {", ".join(FIELDS[3:])}
        FROM batch JOIN member ON member.id = author_id
        ON CONFLICT (post_id) DO NOTHING
    )
    SELECT max(id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            online.add_constraint(table, f"ck_{table}_{name}", f"CHECK ({rule})")
    online.require_rows("post", DATED)
    an_instant = sa.DateTime(timezone=True)
    op.create_table(
        "webinar",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", an_instant, nullable=False),
        sa.Column("ends_at", an_instant, nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("join_url", sa.Text(), nullable=True),
        sa.Column("speakers", sa.Text(), nullable=True),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("replay_url", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("post_id", name="pk_webinar"),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_webinar_{n}")) for n, rule in LIMITS.items()),
        if_not_exists=True,
    )
    online.add_constraint(
        "webinar",
        "fk_webinar_post_id_post",
        "FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE",
    )
    online.execute(BY_PREVIOUS)
    online.execute(ON_PREVIOUS)
    online.write_in_batches(MOVED)
    online.execute(TO_PREVIOUS)
    online.execute(ON_WEBINAR)


def downgrade() -> None:
    """Take it back; the columns of `post` are up to date."""
    for trigger, table in (("webinar_of_post", "post"), ("post_of_webinar", "webinar")):
        online.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        online.execute(f"DROP FUNCTION IF EXISTS {trigger}")
    online.execute("DROP TABLE IF EXISTS webinar")
    for table, checks in CHECKS.items():
        for name in checks:
            online.drop_constraint(table, f"ck_{table}_{name}")

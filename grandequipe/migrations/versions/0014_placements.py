"""Place posts in groups: a post's status, date and refusal in a group are a row of their own.

The previous code runs beside: it reads and writes these in columns of `post`, which stay for now,
and triggers keep both in step. It sees of a post the first of its placements. The columns and the
triggers go with the next release. Existing posts are placed some at a time.

Where a group ends, the posts that have no other placement go with it; `post.group_id` is emptied
and leads to nothing any more.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0014"
down_revision = "0013"

KINDS = "kind IN ('news', 'resource', 'webinar', 'analysis', 'project', 'call')"
STATUSES = "status IN ('pending', 'published', 'refused', 'removed')"
CHECKS = (
    ("kind", KINDS),
    ("status", STATUSES),
    ("refusal", "(status = 'refused') = (refusal IS NOT NULL)"),
    ("published_at", "status <> 'published' OR published_at IS NOT NULL"),
    ("decided_at", "decided_by_id IS NULL OR decided_at IS NOT NULL"),
    ("pinned", "NOT pinned OR status = 'published'"),
)
KEYS = (
    ("post_id", "post", "CASCADE"),
    ("group_id", "group", "CASCADE"),
    ("decided_by_id", "member", "SET NULL"),
)

# Depth: what a trigger writes fires none of these again.
PLACED_BY_PREVIOUS = """
    CREATE OR REPLACE FUNCTION placement_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO placement (post_id, group_id, kind, status, created_at, published_at, refusal)
        VALUES (NEW.id, NEW.group_id, NEW.kind, NEW.status, NEW.created_at,
            CASE WHEN NEW.status = 'published' THEN COALESCE(NEW.published_at, NEW.created_at)
            ELSE NEW.published_at END, NEW.refusal)
        ON CONFLICT (post_id, group_id) DO UPDATE SET status = excluded.status,
            published_at = excluded.published_at, refusal = excluded.refusal,
            pinned = placement.pinned AND excluded.status = 'published';
        RETURN NULL;
    END $$
"""
ON_PREVIOUS = """
    CREATE OR REPLACE TRIGGER placement_of_post
    AFTER INSERT OR UPDATE OF group_id, status, published_at, refusal ON post FOR EACH ROW
    WHEN (pg_trigger_depth() < 1 AND NEW.group_id IS NOT NULL)
    EXECUTE FUNCTION placement_of_post()
"""
TOLD_TO_PREVIOUS = """
    CREATE OR REPLACE FUNCTION post_of_placement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE post SET group_id = NEW.group_id, status = NEW.status,
            published_at = NEW.published_at, refusal = NEW.refusal
        WHERE id = NEW.post_id AND (group_id IS NULL OR group_id = NEW.group_id);
        RETURN NULL;
    END $$
"""
ON_PLACEMENT = """
    CREATE OR REPLACE TRIGGER post_of_placement
    AFTER INSERT OR UPDATE OF status, published_at, refusal ON placement FOR EACH ROW
    WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION post_of_placement()
"""
UNPLACED = """
    CREATE OR REPLACE FUNCTION delete_unplaced_posts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM post WHERE id IN (SELECT post_id FROM gone)
            AND NOT EXISTS (SELECT FROM placement WHERE post_id = post.id);
        RETURN NULL;
    END $$
"""
ON_LEAVING = """
    CREATE OR REPLACE TRIGGER delete_unplaced_posts
    AFTER DELETE ON placement REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION delete_unplaced_posts()
"""
WRITTEN_BEFORE = """
    WITH batch AS (
        SELECT * FROM post WHERE id > :after ORDER BY id LIMIT :many
    ), written AS (
        INSERT INTO placement (post_id, group_id, kind, status, created_at, published_at, refusal)
        SELECT id, group_id, kind, status, created_at,
            CASE WHEN status = 'published' THEN COALESCE(published_at, created_at)
            ELSE published_at END, refusal
        FROM batch WHERE group_id IS NOT NULL
        ON CONFLICT (post_id, group_id) DO NOTHING
    )
    SELECT max(id) FROM batch
"""
FIRST_PLACEMENT = """
    WITH batch AS (
        SELECT id FROM post WHERE id > :after ORDER BY id LIMIT :many
    ), written AS (
        UPDATE post SET group_id = first.group_id, status = first.status,
            published_at = first.published_at, refusal = first.refusal
        FROM batch JOIN LATERAL (
            SELECT * FROM placement WHERE post_id = batch.id ORDER BY id LIMIT 1
        ) AS first ON true
        WHERE post.id = batch.id AND post.group_id IS NULL
    )
    SELECT max(id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "placement",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_placement"),
        sa.UniqueConstraint("post_id", "group_id", name="uq_placement_post_id_group_id"),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_placement_{name}")) for name, rule in CHECKS),
        if_not_exists=True,
    )
    for column, table, then in KEYS:
        rule = f'FOREIGN KEY ({column}) REFERENCES "{table}" (id) ON DELETE {then}'
        online.add_constraint("placement", f"fk_placement_{column}_{table}", rule)
    online.execute(PLACED_BY_PREVIOUS)
    online.execute(ON_PREVIOUS)
    online.write_in_batches(WRITTEN_BEFORE)
    online.create_index(
        "ix_placement_group", "placement", "group_id, status, published_at, post_id"
    )
    online.create_index(
        "ix_placement_group_kind",
        "placement",
        "group_id, kind, published_at, post_id",
        "status = 'published'",
    )
    online.create_index(
        "ix_placement_decided_by_id", "placement", "decided_by_id", "decided_by_id IS NOT NULL"
    )
    for column in ("group_id", "status"):
        online.execute(f"ALTER TABLE post ALTER COLUMN {column} DROP NOT NULL")
    # Both for a moment: the new one first, so that no post leads to a group that is gone.
    online.add_constraint(
        "post",
        "fk_post_group_id",
        'FOREIGN KEY (group_id) REFERENCES "group" (id) ON DELETE SET NULL',
    )
    online.drop_constraint("post", "fk_post_group_id_group")
    for statement in (TOLD_TO_PREVIOUS, ON_PLACEMENT, UNPLACED, ON_LEAVING):
        online.execute(statement)


def downgrade() -> None:
    """Take it back: a post stays in the first of its groups only."""
    online.write_in_batches(FIRST_PLACEMENT)
    for trigger, table in (
        ("delete_unplaced_posts", "placement"),
        ("post_of_placement", "placement"),
        ("placement_of_post", "post"),
    ):
        online.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        online.execute(f"DROP FUNCTION IF EXISTS {trigger}")
    online.execute("DELETE FROM post WHERE group_id IS NULL")
    for column in ("group_id", "status"):
        online.execute(f"ALTER TABLE post ALTER COLUMN {column} SET NOT NULL")
    online.add_constraint(
        "post",
        "fk_post_group_id_group",
        'FOREIGN KEY (group_id) REFERENCES "group" (id) ON DELETE CASCADE',
    )
    online.drop_constraint("post", "fk_post_group_id")
    online.execute("DROP TABLE IF EXISTS placement")

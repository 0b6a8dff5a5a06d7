"""List published posts under their themes and territories, which members can follow.

The previous code runs beside: triggers list what it publishes and files. Existing posts are listed
some at a time.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0037"
down_revision = "0036"

KINDS = "kind IN ('news', 'resource', 'webinar', 'analysis', 'project', 'call')"
# Services change a post's placements and labels under the lock of the post.
LISTED = """
    CREATE OR REPLACE FUNCTION write_placement_labels(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        WITH RECURSIVE places(post_id, code) AS (
            SELECT post_id, territory_code FROM post_territory WHERE post_id = ANY (posts)
            UNION
            SELECT places.post_id, territory.parent_code
            FROM places JOIN territory ON territory.code = places.code
            WHERE territory.parent_code IS NOT NULL
        ), labels(post_id, label) AS (
            SELECT post_id, code FROM places
            UNION
            SELECT post_id, 'T' || theme_id FROM post_theme WHERE post_id = ANY (posts)
            UNION
            SELECT post_id, 'T' || theme.parent_id
            FROM post_theme JOIN theme ON theme.id = theme_id
            WHERE post_id = ANY (posts) AND theme.parent_id IS NOT NULL
        ), wanted AS (
            SELECT labels.label, placement.id AS placement_id, placement.post_id, placement.kind,
                placement.published_at
            FROM placement JOIN labels ON labels.post_id = placement.post_id
            WHERE placement.post_id = ANY (posts) AND placement.status = 'published'
        ), gone AS (
            DELETE FROM placement_label
            WHERE placement_id IN (SELECT id FROM placement WHERE post_id = ANY (posts))
                AND NOT EXISTS (
                    SELECT FROM wanted WHERE wanted.label = placement_label.label
                        AND wanted.placement_id = placement_label.placement_id
                )
        )
        INSERT INTO placement_label (label, placement_id, post_id, kind, published_at)
        SELECT label, placement_id, post_id, kind, published_at FROM wanted
        ON CONFLICT (label, placement_id) DO UPDATE SET published_at = excluded.published_at
        WHERE placement_label.published_at <> excluded.published_at;
    END $$
"""
OF_CHANGED = """
    CREATE OR REPLACE FUNCTION labels_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_placement_labels(array_agg(DISTINCT post_id)) FROM changed;
        RETURN NULL;
    END $$
"""
OF_MOVED = """
    CREATE OR REPLACE FUNCTION labels_of_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_placement_labels(array_agg(DISTINCT moved.post_id))
        FROM moved JOIN unmoved ON unmoved.id = moved.id
        WHERE moved.status <> unmoved.status
            OR moved.published_at IS DISTINCT FROM unmoved.published_at
        HAVING count(*) > 0;
        RETURN NULL;
    END $$
"""
TRIGGERS = (
    ("labels_of_placed", "placement", "INSERT", "NEW TABLE AS changed", "labels_of_changed"),
    (
        "labels_of_moved",
        "placement",
        "UPDATE",
        "OLD TABLE AS unmoved NEW TABLE AS moved",
        "labels_of_moved",
    ),
    *(
        (f"{table}_{verb}", table, verb, f"{rows} TABLE AS changed", "labels_of_changed")
        for table in ("post_theme", "post_territory")
        for verb, rows in (("INSERT", "NEW"), ("DELETE", "OLD"))
    ),
)
LISTED_BEFORE = """
    WITH batch AS (
        SELECT id FROM post WHERE id > :after ORDER BY id LIMIT :many
    ), written AS MATERIALIZED (
        SELECT write_placement_labels(array_agg(id)) FROM batch
    )
    SELECT max(id) FROM batch CROSS JOIN written
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "placement_label",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("placement_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_placement_label_kind")),
        sa.PrimaryKeyConstraint("label", "placement_id", name=op.f("pk_placement_label")),
        if_not_exists=True,
    )
    op.create_table(
        "label_follow",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("theme_id", sa.BigInteger(), nullable=True),
        sa.Column("territory_code", sa.Text(), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(theme_id, territory_code) = 1", name=op.f("ck_label_follow_one")
        ),
        sa.CheckConstraint(
            "label = coalesce('T' || theme_id, territory_code)", name=op.f("ck_label_follow_label")
        ),
        sa.PrimaryKeyConstraint("member_id", "label", name=op.f("pk_label_follow")),
        if_not_exists=True,
    )
    for name, columns in (
        ("placement_label_newest", "label, published_at, post_id"),
        ("placement_label_placement_id", "placement_id"),
        ("label_follow_theme_id", "theme_id"),
        ("label_follow_territory_code", "territory_code"),
    ):
        online.create_index(f"ix_{name}", "_".join(name.split("_")[:2]), columns)
    for table, column, other, key in (
        ("placement_label", "placement_id", "placement", "id"),
        ("label_follow", "member_id", "member", "id"),
        ("label_follow", "theme_id", "theme", "id"),
        ("label_follow", "territory_code", "territory", "code"),
    ):
        rule = f"FOREIGN KEY ({column}) REFERENCES {other} ({key}) ON DELETE CASCADE"
        online.add_constraint(table, f"fk_{table}_{column}_{other}", rule)
    for function in (LISTED, OF_CHANGED, OF_MOVED):
        online.execute(function)
    for name, table, verb, rows, function in TRIGGERS:
        online.execute(
            f"CREATE OR REPLACE TRIGGER {name.lower()} AFTER {verb} ON {table}"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    online.write_in_batches(LISTED_BEFORE)


def downgrade() -> None:
    """Take it back; what members follow is forgotten."""
    for name, table, *_rest in TRIGGERS:
        online.execute(f"DROP TRIGGER IF EXISTS {name.lower()} ON {table}")
    for function in ("labels_of_changed", "labels_of_moved", "write_placement_labels"):
        online.execute(f"DROP FUNCTION IF EXISTS {function}")
    for table in ("label_follow", "placement_label"):
        online.execute(f"DROP TABLE IF EXISTS {table}")

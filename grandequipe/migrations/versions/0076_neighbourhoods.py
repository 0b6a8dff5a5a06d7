"""Take QPV among the territories, each in one commune or several.

The previous code runs beside: it knows no QPV, and operators import them once it is gone.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0076"
down_revision = "0075"

KINDS = "kind IN ('region', 'department', 'municipality', 'neighbourhood')"
KINDS_BEFORE = "kind IN ('region', 'department', 'municipality')"
ABOVE = """(
            SELECT code, parent_code FROM territory WHERE parent_code IS NOT NULL
            UNION ALL SELECT territory_code, parent_code FROM territory_parent
        )"""
BEFORE = "(SELECT code, parent_code FROM territory WHERE parent_code IS NOT NULL)"
# As before, but for where the territories above one are found.
LISTED = """
    CREATE OR REPLACE FUNCTION write_placement_labels(posts bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
        WITH RECURSIVE places(post_id, code) AS (
            SELECT post_id, territory_code FROM post_territory WHERE post_id = ANY (posts)
            UNION
            SELECT places.post_id, above.parent_code
            FROM places JOIN {above} AS above ON above.code = places.code
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
# Under the lock of the posts, as services list them.
OF_PLACES = """
    CREATE OR REPLACE FUNCTION write_labels_within(places text[]) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE posts bigint[];
    BEGIN
        WITH RECURSIVE within(code) AS (
            SELECT unnest(places)
            UNION
            SELECT below.code FROM within JOIN (
                SELECT code, parent_code FROM territory
                UNION ALL SELECT territory_code, parent_code FROM territory_parent
            ) AS below ON below.parent_code = within.code
        ), locked AS (
            SELECT id FROM post WHERE id IN (
                SELECT post_id FROM post_territory JOIN within ON code = territory_code
            ) ORDER BY id FOR NO KEY UPDATE
        )
        SELECT array_agg(id) INTO posts FROM locked;
        IF posts IS NOT NULL THEN PERFORM write_placement_labels(posts); END IF;
    END $$
"""
OF_MOVED_PLACES = """
    CREATE OR REPLACE FUNCTION labels_of_moved_places() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_labels_within(array_agg(moved.code))
        FROM moved JOIN unmoved ON unmoved.code = moved.code
        WHERE moved.parent_code IS DISTINCT FROM unmoved.parent_code
        HAVING count(*) > 0;
        RETURN NULL;
    END $$
"""
OF_PARENTS = """
    CREATE OR REPLACE FUNCTION labels_of_parents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_labels_within(array_agg(DISTINCT territory_code))
        FROM changed HAVING count(*) > 0;
        RETURN NULL;
    END $$
"""
TRIGGERS = (
    (
        "labels_of_moved_places",
        "territory",
        "UPDATE",
        "OLD TABLE AS unmoved NEW TABLE AS moved",
        "labels_of_moved_places",
    ),
    ("parents_insert", "territory_parent", "INSERT", "NEW TABLE AS changed", "labels_of_parents"),
    ("parents_delete", "territory_parent", "DELETE", "OLD TABLE AS changed", "labels_of_parents"),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("territory", "is_former", "boolean NOT NULL DEFAULT false")
    online.drop_constraint("territory", "ck_territory_kind")
    online.add_constraint("territory", "ck_territory_kind", f"CHECK ({KINDS})")
    op.create_table(
        "territory_parent",
        sa.Column("territory_code", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("territory_code", "parent_code", name=op.f("pk_territory_parent")),
        if_not_exists=True,
    )
    online.create_index("ix_territory_parent_parent_code", "territory_parent", "parent_code")
    for column in ("territory_code", "parent_code"):
        online.add_constraint(
            "territory_parent",
            f"fk_territory_parent_{column}_territory",
            f"FOREIGN KEY ({column}) REFERENCES territory (code) ON DELETE CASCADE",
        )
    for function in (LISTED.format(above=ABOVE), OF_PLACES, OF_MOVED_PLACES, OF_PARENTS):
        online.execute(function)
    for name, table, verb, rows, function in TRIGGERS:
        online.execute(
            f"CREATE OR REPLACE TRIGGER {name} AFTER {verb} ON {table}"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    """Take it back: QPV go, and posts about one are about its first commune."""
    for name, table, *_rest in TRIGGERS:
        online.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    for function in ("labels_of_parents()", "labels_of_moved_places()"):
        online.execute(f"DROP FUNCTION IF EXISTS {function}")
    online.execute("DROP FUNCTION IF EXISTS write_labels_within(text[])")
    online.execute(LISTED.format(above=BEFORE))
    online.execute("""
        INSERT INTO post_territory (post_id, territory_code)
        SELECT post_id, parent_code FROM post_territory JOIN territory ON code = territory_code
        WHERE kind = 'neighbourhood' ON CONFLICT DO NOTHING
    """)
    online.execute("""
        DELETE FROM post_territory USING territory
        WHERE code = territory_code AND kind = 'neighbourhood'
    """)
    online.execute("""
        UPDATE organisation SET territory_code = parent_code FROM territory
        WHERE code = territory_code AND territory.kind = 'neighbourhood'
    """)
    online.execute("DROP TABLE IF EXISTS territory_parent")
    online.execute("DELETE FROM territory WHERE kind = 'neighbourhood'")
    online.drop_constraint("territory", "ck_territory_kind")
    online.add_constraint("territory", "ck_territory_kind", f"CHECK ({KINDS_BEFORE})")
    online.drop_column("territory", "is_former")

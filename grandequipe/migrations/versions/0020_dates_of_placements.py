"""Keep when a webinar begins and ends beside its placements, for the next ones of a group.

The database copies both itself, so the previous code runs beside and knows nothing of them. It reads
`ix_post_coming`, which goes with the next release.
"""

from grandequipe.migrations import online

revision = "0020"
down_revision = "0019"

FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION dates_of_placement() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT starts_at, ends_at INTO NEW.starts_at, NEW.ends_at
        FROM post WHERE id = NEW.post_id;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION dates_of_webinar() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE placement SET starts_at = NEW.starts_at, ends_at = NEW.ends_at
        WHERE post_id = NEW.id;
        RETURN NULL;
    END $$
    """,
)
TRIGGERS = (
    """
    CREATE OR REPLACE TRIGGER dates_of_placement BEFORE INSERT ON placement FOR EACH ROW
    WHEN (NEW.kind = 'webinar') EXECUTE FUNCTION dates_of_placement()
    """,
    """
    CREATE OR REPLACE TRIGGER dates_of_webinar
    AFTER UPDATE OF starts_at, ends_at ON post FOR EACH ROW
    WHEN ((NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at))
    EXECUTE FUNCTION dates_of_webinar()
    """,
)
# The post is locked first, as by who changes it.
WRITTEN = """
    WITH batch AS (
        SELECT post.id, post.starts_at, post.ends_at FROM post
        WHERE post.id > :after AND post.kind = 'webinar'
        ORDER BY post.id LIMIT :many FOR NO KEY UPDATE
    ), written AS (
        UPDATE placement SET starts_at = batch.starts_at, ends_at = batch.ends_at
        FROM batch WHERE placement.post_id = batch.id
    )
    SELECT max(id) FROM batch
"""
COLUMNS = ("starts_at", "ends_at")


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for column in COLUMNS:
        online.add_column("placement", column, "timestamptz")
    for statement in (*FUNCTIONS, *TRIGGERS):
        online.execute(statement)
    online.write_in_batches(WRITTEN)
    online.create_index(
        "ix_placement_coming",
        "placement",
        "group_id, starts_at, post_id, ends_at",
        "status = 'published' AND starts_at IS NOT NULL",
    )


def downgrade() -> None:
    """Take it back."""
    for name, table in (("dates_of_placement", "placement"), ("dates_of_webinar", "post")):
        online.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        online.execute(f"DROP FUNCTION IF EXISTS {name}()")
    for column in COLUMNS:
        online.drop_column("placement", column)

"""Count the comments and reactions of a post in a table of their own.

The previous code runs beside. It counts in columns of `post`, which stay until the next release: a
trigger counts in the new table what it writes there. Nothing is written back, or each comment would
write the row of its post still: until its processes end, the previous release shows the counts of
what itself wrote. Going back writes them into the columns.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0023"
down_revision = "0022"

NAMES = ("thanks", "useful", "inspiring", "support")
COUNTERS = ("comment_count", *(f"{name}_count" for name in NAMES))
DEFAULTS = {"comment_count": "0", "reaction_counts": "'{}'"}
# How often a reaction is counted in the column of the previous code, which may lack the name.
COUNTED_IN = "coalesce(({0}reaction_counts ->> '{1}')::bigint, 0)"

# The first row of a post takes the reactions of before along: the trigger may come to a post before
# the batches do. A later comment changes the count by what it changed in the column: this release
# counts, too. All reactions are counted again, once the row is locked: those of this release that
# are not committed yet are added later, by their own transaction.
COUNTED_BY_PREVIOUS = f"""
    CREATE OR REPLACE FUNCTION counters_of_post() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO post_counters (post_id, {", ".join(COUNTERS)})
        VALUES (NEW.id, NEW.comment_count, {", ".join(COUNTED_IN.format("OLD.", n) for n in NAMES)})
        ON CONFLICT (post_id) DO UPDATE SET comment_count
            = greatest(post_counters.comment_count + NEW.comment_count - OLD.comment_count, 0),
            revision = post_counters.revision + 1;
        IF NEW.reaction_counts <> OLD.reaction_counts THEN
            UPDATE post_counters SET {", ".join(f"{name}_count = found.{name}" for name in NAMES)}
            FROM (
                SELECT {", ".join(f"count(*) FILTER (WHERE name = '{n}') AS {n}" for n in NAMES)}
                FROM reaction WHERE post_id = NEW.id
            ) AS found
            WHERE post_counters.post_id = NEW.id;
        END IF;
        RETURN NULL;
    END $$
"""
ON_PREVIOUS = """
    CREATE OR REPLACE TRIGGER counters_of_post
    AFTER UPDATE OF comment_count, reaction_counts ON post FOR EACH ROW
    WHEN (NEW.comment_count <> OLD.comment_count OR NEW.reaction_counts <> OLD.reaction_counts)
    EXECUTE FUNCTION counters_of_post()
"""
COUNTED_BEFORE = f"""
    WITH batch AS (
        SELECT id, comment_count, reaction_counts FROM post WHERE id > :after
        ORDER BY id LIMIT :many FOR NO KEY UPDATE
    ), written AS (
        INSERT INTO post_counters (post_id, {", ".join(COUNTERS)})
        SELECT id, greatest(comment_count, 0),
            {", ".join(COUNTED_IN.format("", n) for n in NAMES)}
        FROM batch WHERE comment_count <> 0 OR reaction_counts <> '{{}}'
        ON CONFLICT (post_id) DO NOTHING
    )
    SELECT max(id) FROM batch
"""
WRITTEN_BACK = f"""
    WITH batch AS (
        SELECT * FROM post_counters WHERE post_id > :after ORDER BY post_id LIMIT :many
    ), written AS (
        UPDATE post SET comment_count = batch.comment_count,
            reaction_counts = jsonb_strip_nulls(jsonb_build_object(
                {", ".join(f"'{n}', nullif(batch.{n}_count, 0)" for n in NAMES)}
            ))
        FROM batch WHERE post.id = batch.post_id
    )
    SELECT max(post_id) FROM batch
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "post_counters",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        *(sa.Column(n, sa.BigInteger(), server_default="0", nullable=False) for n in COUNTERS),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_post_counters"),
        *(sa.CheckConstraint(f"{n} >= 0", name=op.f(f"ck_post_counters_{n}")) for n in COUNTERS),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_post_counters_revision")),
        if_not_exists=True,
    )
    online.add_constraint(
        "post_counters",
        "fk_post_counters_post_id_post",
        "FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE",
    )
    for column, default in DEFAULTS.items():
        online.execute(f"ALTER TABLE post ALTER COLUMN {column} SET DEFAULT {default}")
    online.execute(COUNTED_BY_PREVIOUS)
    online.execute(ON_PREVIOUS)
    online.write_in_batches(COUNTED_BEFORE)


def downgrade() -> None:
    """Take it back; the columns of `post` are counted up to now."""
    online.execute("DROP TRIGGER IF EXISTS counters_of_post ON post")
    online.execute("DROP FUNCTION IF EXISTS counters_of_post")
    online.write_in_batches(WRITTEN_BACK)
    for column in DEFAULTS:
        online.execute(f"ALTER TABLE post ALTER COLUMN {column} DROP DEFAULT")
    online.execute("DROP TABLE IF EXISTS post_counters")

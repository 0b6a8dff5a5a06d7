"""Let moderators feature a post of their group: one in each, larger than the others.

The previous code takes posts out of a group and knows of no featured ones: a trigger does it.
"""

from grandequipe.migrations import online

revision = "0027"
down_revision = "0026"

UNLISTED_BY_PREVIOUS = """
    CREATE OR REPLACE FUNCTION placement_not_featured() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.featured := false;
        RETURN NEW;
    END $$
"""
ON_REMOVAL = """
    CREATE OR REPLACE TRIGGER placement_not_featured
    BEFORE UPDATE OF status ON placement FOR EACH ROW WHEN (NEW.status <> 'published')
    EXECUTE FUNCTION placement_not_featured()
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("placement", "featured", "boolean NOT NULL DEFAULT false")
    online.execute(UNLISTED_BY_PREVIOUS)
    online.execute(ON_REMOVAL)
    online.add_constraint(
        "placement", "ck_placement_featured", "CHECK (NOT featured OR status = 'published')"
    )
    online.create_index("ix_placement_pinned", "placement", "group_id", "pinned")
    online.create_index(
        "uq_placement_featured", "placement", "group_id", "featured", is_unique=True
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TRIGGER IF EXISTS placement_not_featured ON placement")
    online.execute("DROP FUNCTION IF EXISTS placement_not_featured")
    online.execute("DROP INDEX IF EXISTS ix_placement_pinned")
    online.drop_column("placement", "featured")

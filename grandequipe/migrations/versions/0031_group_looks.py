"""A group has a colour of the palette and a cover, both by choice."""

from grandequipe.migrations import online

revision = "0031"
down_revision = "0030"
COLOURS = "'blue', 'mint', 'violet', 'ochre', 'coral', 'magenta'"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("group", "colour", "varchar")
    online.add_column("group", "cover_key", "text")
    online.add_constraint("group", "ck_group_colour", f"CHECK (colour IN ({COLOURS}))")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("group", "cover_key")
    online.drop_column("group", "colour")

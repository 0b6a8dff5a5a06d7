"""Count how often a picture was tried: it fails by that, not by its age."""

from grandequipe.migrations import online

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("file", "tries", "bigint NOT NULL DEFAULT 0")
    online.add_constraint("file", "ck_file_tries", "CHECK (tries >= 0)")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("file", "tries")

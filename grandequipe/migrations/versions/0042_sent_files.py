"""Keep of pictures what their sender's file was, so that it is known when it is sent again."""

from grandequipe.migrations import online

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("file", "sent_sha256", "bytea")
    online.create_index("ix_file_sent", "file", "coalesce(sent_sha256, sha256)")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("file", "sent_sha256")

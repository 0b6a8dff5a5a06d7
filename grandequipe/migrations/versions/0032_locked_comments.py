"""Let moderators lock the comments of a post.

The previous code goes on taking comments until it has stopped.
"""

from grandequipe.migrations import online

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("post", "locked_at", "timestamptz")
    online.add_column("post", "locked_by_id", "bigint")
    online.add_constraint(
        "post", "ck_post_locked_at", "CHECK (locked_by_id IS NULL OR locked_at IS NOT NULL)"
    )
    online.add_constraint(
        "post",
        "fk_post_locked_by_id_member",
        "FOREIGN KEY (locked_by_id) REFERENCES member (id) ON DELETE SET NULL",
    )
    online.create_index("ix_post_locked_by_id", "post", "locked_by_id", "locked_by_id IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("post", "locked_by_id")
    online.drop_column("post", "locked_at")

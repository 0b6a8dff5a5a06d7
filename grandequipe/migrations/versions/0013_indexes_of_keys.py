"""Find by index what leads to a row by a foreign key: a group that ends reads no whole table.

The previous code is not concerned.
"""

from grandequipe.migrations import online

revision = "0013"
down_revision = "0012"

# Where few rows lead anywhere, the others are left out.
INDEXES = (
    ("comment", "reply_to_id", True),
    ("notification", "group_id", False),
    ("notification", "post_id", True),
    ("notification", "comment_id", True),
    ("organisation", "territory_code", True),
    ("territory", "parent_code", False),
    ("theme", "parent_id", False),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for table, column, is_partial in INDEXES:
        where = f"{column} IS NOT NULL" if is_partial else None
        online.create_index(f"ix_{table}_{column}", table, column, where)


def downgrade() -> None:
    """Take it back."""
    for table, column, _is_partial in reversed(INDEXES):
        online.drop_index(f"ix_{table}_{column}")

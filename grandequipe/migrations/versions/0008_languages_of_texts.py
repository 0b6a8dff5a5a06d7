"""Keep the language of what people write, and an English name for each theme.

What was written before states none: the language in which somebody reads the pages is not that of
all they ever wrote.
"""

from grandequipe.migrations import online

revision = "0008"
down_revision = "0007"

COLUMNS = (
    ("post", "language"),
    ("comment", "language"),
    ("group", "language"),
    ("member", "bio_language"),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    for table, column in COLUMNS:
        online.add_column(table, column, "text")
        online.add_constraint(
            table,
            f"ck_{table}_{column}",
            f"CHECK ({column} ~ '^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*$')",
        )
    online.add_column("theme", "name_en", "text")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("theme", "name_en")
    for table, column in COLUMNS:
        online.drop_column(table, column)

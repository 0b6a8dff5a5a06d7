"""Keep the language of what people write, and an English name for each theme.

What was written before states none: the language in which somebody reads the pages is not that of
all they ever wrote.
"""

import sqlalchemy as sa
from alembic import op

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
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
        op.create_check_constraint(
            op.f(f"ck_{table}_{column}"),
            table,
            f"{column} ~ '^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})*$'",
        )
    op.add_column("theme", sa.Column("name_en", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("theme", "name_en")
    for table, column in COLUMNS:
        op.drop_column(table, column)

"""Keep series of webinars: several dates, of which lists show the next one.

The previous code runs beside: it knows no series, and what it places is listed.
"""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """Apply it; webinars of before are in no series."""
    op.create_table(
        "webinar_series",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("repeats", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "repeats IN ('weekly', 'fortnightly', 'monthly')",
            name=op.f("ck_webinar_series_repeats"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webinar_series")),
        if_not_exists=True,
    )
    online.add_column("webinar", "series_id", "bigint")
    online.add_constraint(
        "webinar",
        "fk_webinar_series_id_webinar_series",
        "FOREIGN KEY (series_id) REFERENCES webinar_series (id) ON DELETE SET NULL",
    )
    online.create_index(
        "ix_webinar_series_id", "webinar", "series_id, starts_at", "series_id IS NOT NULL"
    )
    online.add_column("placement", "listed", "boolean NOT NULL DEFAULT true")


def downgrade() -> None:
    """Take it back; each date is listed by itself."""
    online.drop_column("placement", "listed")
    online.drop_column("webinar", "series_id")
    op.drop_table("webinar_series", if_exists=True)

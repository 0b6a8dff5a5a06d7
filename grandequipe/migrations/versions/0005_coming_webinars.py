"""Find the webinars that come by index: each member's home asks for them.

The previous code is not concerned.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_index(
        "ix_post_coming", "post", ["ends_at"], postgresql_where=sa.text("ends_at IS NOT NULL")
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_post_coming", "post")

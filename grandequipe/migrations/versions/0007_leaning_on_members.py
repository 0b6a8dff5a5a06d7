"""Find by index what names a member, where one goes: accounts that nobody confirmed are forgotten.

The previous code is not concerned; writers of the three tables wait while this reads them once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_index("ix_notification_actor_id", "notification", ["actor_id"])
    op.create_index("ix_reaction_member_id", "reaction", ["member_id"])
    op.create_index(
        "ix_membership_invited_by_id",
        "membership",
        ["invited_by_id"],
        postgresql_where=sa.text("invited_by_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_membership_invited_by_id", "membership")
    op.drop_index("ix_reaction_member_id", "reaction")
    op.drop_index("ix_notification_actor_id", "notification")

"""Keep what goes with the recording of a webinar, and whether it was useful.

The previous code knows neither table: it shows the address of a recording as before.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    """Apply it; recordings of before are shown, and nobody is written to about them."""
    op.create_table(
        "webinar_replay",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chapters", JSONB(), server_default="[]", nullable=False),
        sa.Column("transcript", sa.Text()),
        sa.Column("captions", sa.Text()),
        sa.Column("is_captioned", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True))
            for name in ("expires_at", "mailed_at", "removed_at")
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR expires_at IS NULL", name=op.f("ck_webinar_replay_removed_at")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["webinar.post_id"],
            name=op.f("fk_webinar_replay_post_id_webinar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_webinar_replay")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_webinar_replay_expires_at", "webinar_replay", "expires_at", "expires_at IS NOT NULL"
    )
    online.create_index(
        "ix_webinar_replay_to_mail",
        "webinar_replay",
        "published_at",
        "mailed_at IS NULL AND removed_at IS NULL",
    )
    online.add_column("webinar", "has_replay_file", "boolean NOT NULL DEFAULT false")
    op.create_table(
        "webinar_feedback",
        sa.Column("registration_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("was_useful", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "char_length(words) BETWEEN 1 AND 200", name=op.f("ck_webinar_feedback_words")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_webinar_feedback_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_webinar_feedback")),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Take it back; addresses of recordings stay in the table of webinars."""
    op.drop_table("webinar_feedback", if_exists=True)
    op.drop_table("webinar_replay", if_exists=True)
    online.drop_column("webinar", "has_replay_file")

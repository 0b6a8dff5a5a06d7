"""Keep the webhooks of groups, what is delivered to them, and each try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from grandequipe.migrations import online

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("previous_salt", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_given_up", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_webhook_failures")),
        sa.CheckConstraint(
            "(previous_salt IS NULL) = (previous_until IS NULL)", name=op.f("ck_webhook_previous")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_webhook_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        if_not_exists=True,
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retrying_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'failed')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_webhook_delivery_tries")),
        sa.CheckConstraint(
            "(state = 'pending') = (next_try_at IS NOT NULL)",
            name=op.f("ck_webhook_delivery_next_try_at"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("message_id", name=op.f("uq_webhook_delivery_message_id")),
        if_not_exists=True,
    )
    op.create_table(
        "webhook_try",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "failure IN ('address', 'unreachable')", name=op.f("ck_webhook_try_failure")
        ),
        sa.CheckConstraint("status >= 100", name=op.f("ck_webhook_try_status")),
        sa.CheckConstraint("milliseconds >= 0", name=op.f("ck_webhook_try_milliseconds")),
        sa.CheckConstraint(
            "(status IS NULL) <> (failure IS NULL)", name=op.f("ck_webhook_try_outcome")
        ),
        sa.CheckConstraint("length(answer) <= 1000", name=op.f("ck_webhook_try_answer")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name=op.f("fk_webhook_try_delivery_id_webhook_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_try")),
        if_not_exists=True,
    )
    for name, table, columns in (
        ("ix_webhook_group_id", "webhook", "group_id"),
        ("ix_webhook_delivery_webhook_id", "webhook_delivery", "webhook_id"),
        ("ix_webhook_delivery_created_at", "webhook_delivery", "created_at"),
        ("ix_webhook_try_delivery_id", "webhook_try", "delivery_id"),
    ):
        online.create_index(name, table, columns)
    online.create_index(
        "uq_webhook_delivery_event", "webhook_delivery", "webhook_id, event_id", is_unique=True
    )
    online.create_index(
        "ix_webhook_delivery_due", "webhook_delivery", "next_try_at", "next_try_at IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("webhook_try", "webhook_delivery", "webhook"):
        op.drop_table(table, if_exists=True)

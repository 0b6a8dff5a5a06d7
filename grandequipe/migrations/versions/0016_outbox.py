"""Keep an outbox: a row for each mail, and the addresses that get none.

The previous code is not concerned: it queues its mails as tasks, which the new worker puts in the
outbox. Going back loses the mails that have not been sent yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0016"
down_revision = "0015"

STATES = ("pending", "sending", "sent", "failed", "uncertain", "cancelled")
CHECKS = {
    "state": f"state IN {STATES}",
    "tries": "tries >= 0",
    "sent_at": "(state = 'sent') = (sent_at IS NOT NULL)",
    "started_at": "state <> 'sending' OR started_at IS NOT NULL",
    "parts": "num_nulls(subject, text, html) IN (0, 3)",
    "is_refused_address": "NOT is_refused_address OR state = 'failed'",
}
INDEXES = (
    (
        "ix_outgoing_mail_unfinished",
        "state, next_try_at",
        "state IN ('pending', 'sending', 'uncertain')",
    ),
    ("ix_outgoing_mail_text", "created_at", "text IS NOT NULL"),
    ("ix_outgoing_mail_mailbox", "mailbox, kind, created_at", "mailbox IS NOT NULL"),
    ("ix_outgoing_mail_refused", "recipient", "is_refused_address"),
    ("ix_outgoing_mail_created_at", "created_at", None),
    ("ix_outgoing_mail_member_id", "member_id", None),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    an_instant = sa.DateTime(timezone=True)
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(40), server_default="pending", nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", an_instant, nullable=False),
        sa.Column("next_try_at", an_instant, nullable=False),
        sa.Column("started_at", an_instant, nullable=True),
        sa.Column("sent_at", an_instant, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("is_refused_address", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column(
            "envelope_token",
            sa.Text(),
            server_default=sa.text("replace(gen_random_uuid()::text, '-', '')"),
            nullable=False,
        ),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("headers", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("has_secrets", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_mail"),
        sa.UniqueConstraint("key", name="uq_outgoing_mail_key"),
        sa.UniqueConstraint("envelope_token", name="uq_outgoing_mail_envelope_token"),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_outgoing_mail_{name}"))
            for name, rule in CHECKS.items()
        ),
        if_not_exists=True,
    )
    for name, columns, where in INDEXES:
        online.create_index(name, "outgoing_mail", columns, where)
    online.add_constraint(
        "outgoing_mail",
        "fk_outgoing_mail_member_id_member",
        "FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE",
    )
    op.create_table(
        "suppressed_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", an_instant, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_suppressed_address"),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Take it back."""
    online.execute("DROP TABLE IF EXISTS suppressed_address")
    online.execute("DROP TABLE IF EXISTS outgoing_mail")

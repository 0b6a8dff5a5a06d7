"""Keep changes of published posts that wait for a moderator, and why a post was refused.

The previous code runs beside it until somebody refuses a post or changes one that is published:
it cannot read their states, their lines of bells and what happened to them. Going back takes
these away.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from grandequipe.migrations import online

revision = "0012"
down_revision = "0011"

KINDS = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
)  # fmt: skip
CHECKS = (
    ("post", "status", "status IN ('pending', 'published', 'refused', 'removed')"),
    ("post", "refusal", "(status = 'refused') = (refusal IS NOT NULL)"),
    ("notification", "kind", f"kind IN {KINDS}"),
)


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    online.add_column("post", "refusal", "text")
    for table, name, condition in CHECKS:
        online.add_constraint(table, f"ck_{table}_{name}", f"CHECK ({condition})")
    op.create_table(
        "post_proposal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("base_version", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_post_proposal"),
        sa.UniqueConstraint("post_id", name="uq_post_proposal_post_id"),
        sa.CheckConstraint("state IN ('open', 'refused')", name=op.f("ck_post_proposal_state")),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_post_proposal_reason")
        ),
        if_not_exists=True,
    )
    online.create_index("ix_post_proposal_decided_by_id", "post_proposal", "decided_by_id")
    online.create_index("ix_post_proposal_open", "post_proposal", "id", "state = 'open'")
    # One by one: each has the other table wait for a moment.
    for column, rule in (
        ("post_id", "REFERENCES post (id) ON DELETE CASCADE"),
        ("decided_by_id", "REFERENCES member (id) ON DELETE SET NULL"),
    ):
        name = f"fk_post_proposal_{column}_{rule.split()[1]}"
        online.add_constraint("post_proposal", name, f"FOREIGN KEY ({column}) {rule}")


def downgrade() -> None:
    """Take it back; what was refused is as gone as it was before, and its news with it."""
    for table, name, _condition in CHECKS:
        online.drop_constraint(table, f"ck_{table}_{name}")
    online.execute("UPDATE post SET status = 'removed' WHERE status = 'refused'")
    online.execute("DELETE FROM notification WHERE starts_with(kind, 'proposal_')")
    online.execute("DELETE FROM fact WHERE starts_with(kind, 'proposal.') OR kind = 'group.ended'")
    online.execute("DROP TABLE IF EXISTS post_proposal")
    online.drop_column("post", "refusal")

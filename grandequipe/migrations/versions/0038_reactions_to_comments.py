"""Let members react to comments as they do to posts."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0038"
down_revision = "0037"

NAMES = ("thanks", "useful", "inspiring", "support")


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.create_table(
        "comment_reaction",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "member_id", "name", name="pk_comment_reaction"),
        sa.CheckConstraint(f"name IN {NAMES}", name=op.f("ck_comment_reaction_name")),
        if_not_exists=True,
    )
    op.create_table(
        "comment_counters",
        sa.Column("comment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(f"{name}_count", sa.BigInteger(), server_default="0", nullable=False)
            for name in NAMES
        ),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comment_counters"),
        *(
            sa.CheckConstraint(f"{name}_count >= 0", name=op.f(f"ck_comment_counters_{name}_count"))
            for name in NAMES
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_comment_counters_revision")),
        if_not_exists=True,
    )
    for table in ("comment_reaction", "comment_counters"):
        online.add_constraint(
            table,
            f"fk_{table}_comment_id_comment",
            "FOREIGN KEY (comment_id) REFERENCES comment (id) ON DELETE CASCADE",
        )
    online.add_constraint(
        "comment_reaction",
        "fk_comment_reaction_member_id_member",
        "FOREIGN KEY (member_id) REFERENCES member (id) ON DELETE CASCADE",
    )
    online.create_index("ix_comment_reaction_member_id", "comment_reaction", "member_id")


def downgrade() -> None:
    """Take it back."""
    for table in ("comment_reaction", "comment_counters"):
        online.execute(f"DROP TABLE IF EXISTS {table}")

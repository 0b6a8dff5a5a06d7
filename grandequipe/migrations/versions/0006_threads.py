"""Know of each answer which comment began its thread, however deep it stands.

PostgreSQL finds it itself, whichever code writes the answer: the previous one still does. Pages
with comments wait while this fills the column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# An answer is written after what it answers, so the thread of that is known.
FOUND = """
    CREATE FUNCTION comment_thread() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT COALESCE(first_id, id) INTO NEW.first_id FROM comment WHERE id = NEW.reply_to_id;
        RETURN NEW;
    END $$
"""
ON_WRITING = """
    CREATE TRIGGER comment_thread BEFORE INSERT ON comment FOR EACH ROW
    WHEN (NEW.reply_to_id IS NOT NULL) EXECUTE FUNCTION comment_thread()
"""
WRITTEN_BEFORE = """
    WITH RECURSIVE thread AS (
        SELECT id, id AS first_id FROM comment WHERE reply_to_id IS NULL
        UNION ALL
        SELECT comment.id, thread.first_id
        FROM comment JOIN thread ON comment.reply_to_id = thread.id
    )
    UPDATE comment SET first_id = thread.first_id FROM thread
    WHERE comment.id = thread.id AND comment.reply_to_id IS NOT NULL
"""


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    op.add_column("comment", sa.Column("first_id", sa.BigInteger(), nullable=True))
    op.execute(FOUND)
    op.execute(ON_WRITING)
    op.create_index("comment_reply_to", "comment", ["reply_to_id"])
    op.execute(WRITTEN_BEFORE)
    op.drop_index("comment_reply_to", "comment")
    op.create_foreign_key(
        op.f("fk_comment_first_id_comment"), "comment", "comment", ["first_id"], ["id"]
    )
    op.create_index(
        "ix_comment_thread",
        "comment",
        ["first_id", "created_at", "id"],
        postgresql_where=sa.text("first_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("DROP TRIGGER comment_thread ON comment")
    op.execute("DROP FUNCTION comment_thread")
    op.drop_column("comment", "first_id")

"""Keep the legal pages that administrators write, each version of them."""

import sqlalchemy as sa
from alembic import op

from grandequipe.migrations import online

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Apply it; the previous code shows its own words."""
    op.create_table(
        "legal_text",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger()),
        sa.UniqueConstraint(
            "page", "locale", "version", name=op.f("uq_legal_text_page_locale_version")
        ),
        sa.CheckConstraint(
            "page IN ('legal', 'privacy', 'terms')", name=op.f("ck_legal_text_page")
        ),
        sa.CheckConstraint("locale IN ('fr', 'en')", name=op.f("ck_legal_text_locale")),
        sa.CheckConstraint("version > 0", name=op.f("ck_legal_text_version")),
        if_not_exists=True,
    )
    online.create_index(
        "ix_legal_text_author_id", "legal_text", "author_id", "author_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("legal_text", if_exists=True)

"""Merge doubles of organisations, and say who speaks for one."""

from grandequipe.migrations import online

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """Apply it; for the previous code a double is an organisation without members."""
    online.add_column("organisation", "merged_into_id", "bigint")
    online.add_constraint(
        "organisation", "ck_organisation_merged_into_id", "CHECK (merged_into_id <> id)"
    )
    online.add_constraint(
        "organisation",
        "fk_organisation_merged_into_id_organisation",
        "FOREIGN KEY (merged_into_id) REFERENCES organisation (id)",
    )
    online.create_index(
        "ix_organisation_merged_into_id",
        "organisation",
        "merged_into_id",
        "merged_into_id IS NOT NULL",
    )
    online.add_column("member", "is_spokesperson", "boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    """Take it back."""
    online.drop_column("organisation", "merged_into_id")
    online.drop_column("member", "is_spokesperson")

"""Decide to expel a member, to archive a group and to suspend an account; find who acted."""

from grandequipe.migrations import online

revision = "0066"
down_revision = "0065"

BEFORE = ("keep", "edit", "remove", "lock", "mute", "ban", "warn", "refuse")
NEW = ("expel", "archive", "suspend")


def upgrade() -> None:
    """Apply it; the previous code writes none of the new kinds."""
    _allow((*BEFORE, *NEW))
    online.add_column("group", "archived_by_site", "boolean NOT NULL DEFAULT false")
    online.create_index(
        "ix_moderation_log_actor", "moderation_log", "actor_id, at, id", "actor_id > 0"
    )


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint("decision", "ck_decision_kind")
    online.add_constraint("decision", "ck_decision_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back; what was decided so goes with the appeals against it."""
    online.drop_index("ix_moderation_log_actor")
    online.drop_column("group", "archived_by_site")
    online.execute("DELETE FROM decision WHERE kind = ANY (:kinds)", kinds=list(NEW))
    _allow(BEFORE)

"""Let moderators ask for changes of a post, and read the first post of a newcomer first."""

from grandequipe.migrations import online

revision = "0051"
down_revision = "0050"

BEFORE = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
    "draft_not_published", "mention", "comment_on_followed_post", "reminder", "announcement",
)  # fmt: skip
NEW = ("post_returned",)


def upgrade() -> None:
    """Apply it; for the previous code a returned post is a refused one, and no first post waits."""
    online.add_column("placement", "returned", "boolean NOT NULL DEFAULT false")
    online.add_constraint(
        "placement", "ck_placement_returned", "CHECK (NOT returned OR status = 'refused')"
    )
    online.add_column("group", "reads_newcomers", "boolean NOT NULL DEFAULT false")
    for table in ("notification", "stopped_mail"):
        _allow(table, (*BEFORE, *NEW))


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    online.drop_constraint(table, f"ck_{table}_kind")
    online.add_constraint(table, f"ck_{table}_kind", f"CHECK (kind IN ({listed}))")


def downgrade() -> None:
    """Take it back; what was returned is refused then."""
    online.drop_column("group", "reads_newcomers")
    online.drop_column("placement", "returned")
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = ANY (:kinds)", kinds=list(NEW))
        _allow(table, BEFORE)

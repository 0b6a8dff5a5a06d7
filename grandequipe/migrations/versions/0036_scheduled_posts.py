"""Notify authors of a scheduled post that was not published.

The previous code passes over lines of kinds that it does not know.
"""

from grandequipe.migrations import online

revision = "0036"
down_revision = "0035"

KINDS = (
    "post_published", "comment_on_my_post", "answer_to_my_comment", "join_requested",
    "request_accepted", "request_refused", "invited", "post_pending", "post_refused",
    "post_edited", "proposal_pending", "proposal_approved", "proposal_refused",
)  # fmt: skip
NEW = "draft_not_published"
SUBJECTS = ("post", "group")


def upgrade() -> None:
    """Apply it; the previous code still runs beside."""
    _have(("notification", "stopped_mail"), "kind", (*KINDS, NEW))
    _have(("notification",), "subject_type", (*SUBJECTS, "draft"))


def downgrade() -> None:
    """Take it back, with the lines of this kind."""
    for table in ("notification", "stopped_mail"):
        online.execute(f"DELETE FROM {table} WHERE kind = '{NEW}'")
    _have(("notification", "stopped_mail"), "kind", KINDS)
    _have(("notification",), "subject_type", SUBJECTS)


def _have(tables: tuple[str, ...], column: str, values: tuple[str, ...]) -> None:
    for table in tables:
        online.drop_constraint(table, f"ck_{table}_{column}")
        online.add_constraint(table, f"ck_{table}_{column}", f"CHECK ({column} IN {values})")

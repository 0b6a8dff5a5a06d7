"""What a reader missed, by position: see `live.queries`."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.problems import Gone
from grandequipe.api.schemas.changes import ChangesQuery, ChangesSchema
from grandequipe.groups.queries import list_streams_of
from grandequipe.live import queries
from grandequipe.live.changes import make_cursor, read_cursor


@call("GET", "/changes", tag="Changes", answers=ChangesSchema, query=ChangesQuery, refusals=[410])
def list_changes(asked: dict[str, Any]) -> dict[str, Any]:
    """List what happened after `since`; 410 where that is too long ago: read everything again.

    Within a stream, changes come in the order of their positions, without a hole. Without
    `since`, the answer is the cursor of now.
    """
    member = acting_member()
    missed = queries.Missed([], list_streams_of(member), more=False)
    if asked["since"] is not None:
        try:
            missed = queries.list_changes(member, read_cursor(asked["since"]), asked["limit"])
        except queries.TooOld:
            raise Gone("This cursor is too old: read everything again.") from None
    return {
        "changes": missed.changes,
        "cursor": make_cursor(missed.positions),
        "more": missed.more,
        "streams": sorted(missed.positions),
    }

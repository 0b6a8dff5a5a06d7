"""The changes that a caller missed, by position: see `live.queries`."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.problems import Gone
from grandequipe.api.schemas.changes import ChangesBody, ChangesQuery, ChangesSchema
from grandequipe.groups.queries import list_streams_of
from grandequipe.live import queries
from grandequipe.live.changes import make_cursor, read_cursor

TAG = "Changes"


@call("GET", "/changes", tag=TAG, answers=ChangesSchema, query=ChangesQuery, refusals=[410])
def list_changes(params: dict[str, Any]) -> dict[str, Any]:
    """List the changes after `since`; 410 where that is too old: read everything again.

    Within a stream, changes come in the order of their positions, without a gap. Without `since`,
    the response has only the present cursor. The cursor of a member of many groups may be longer
    than a URL: send it by POST.
    """
    return _list(params)


@call(
    "POST",
    "/changes",
    tag=TAG,
    answers=ChangesSchema,
    body=ChangesBody,
    refusals=[410],
    only_reads=True,
)
def list_changes_after(params: dict[str, Any]) -> dict[str, Any]:
    """List the same for a cursor of any length; changes nothing, like a GET."""
    return _list(params)


def _list(params: dict[str, Any]) -> dict[str, Any]:
    member = acting_member()
    missed = queries.Missed([], list_streams_of(member), more=False)
    if params["since"] is not None:
        try:
            missed = queries.list_changes(member, read_cursor(params["since"]), params["limit"])
        except queries.TooOld:
            raise Gone("This cursor is too old: read everything again.") from None
    return {
        "changes": missed.changes,
        "cursor": make_cursor(missed.positions),
        "more": missed.more,
        "streams": sorted(map(str, missed.positions)),
    }

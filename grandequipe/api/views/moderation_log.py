"""The moderation log of a group."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.schemas.moderation_log import LogPageSchema, LogQuery
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import get_group
from grandequipe.moderation.queries.log import LoggedAct, list_log


@call(
    "GET",
    "/groups/<slug:slug>/moderation-log",
    tag="Moderation",
    answers=LogPageSchema,
    query=LogQuery,
    refusals=[403],
)
def read_moderation_log(params: dict[str, Any], slug: str) -> Window[LoggedAct]:
    """List what the moderators of a group did, newest first; for its moderators."""
    group = get_group(slug, seen_by=acting_member())
    require(may_moderate(acting_member(), group), "Only those who look after the group may.")
    return list_log(
        group,
        params["subject"],
        params["actor"],
        params["member"],
        params["cursor"],
        params["limit"],
    )

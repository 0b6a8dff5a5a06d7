"""The agenda."""

from datetime import timedelta
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import viewer
from grandequipe.api.schemas.agenda import AgendaPageSchema, AgendaQuery
from grandequipe.core import clock
from grandequipe.core.errors import Invalid, Unauthenticated
from grandequipe.core.mail import rendering
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed.models import Label
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.taxonomies.queries import find_territories, find_themes
from grandequipe.webinars.models import AgendaFilter, AgendaPeriod
from grandequipe.webinars.queries.agenda import list_agenda

FAR = timedelta(days=3653)


@call(
    "GET",
    "/agenda",
    tag="Agenda",
    answers=AgendaPageSchema,
    query=AgendaQuery,
    visitors=True,
    refusals=[403, 404],
)
def show_agenda(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List the dates that the caller may see, the soonest first."""
    since = params["since"] or clock.now()
    between = since, params["until"] or since + FAR
    if between[0] >= between[1]:
        raise Invalid({"to": "Give a time after `from`."})
    wanted = AgendaFilter(
        group_id=_group_id(params["group"]),
        theme=_label(params, "theme", find_themes),
        territory=_label(params, "territory", find_territories),
    )
    page = list_agenda(
        wanted, viewer(), AgendaPeriod.BETWEEN, params["cursor"], params["limit"], between
    )
    address = rendering.address_of
    items = [
        {
            **entry._asdict(),
            "is_cancelled": entry.is_cancelled,
            "calendar_url": address("webinars.event_calendar", post_id=entry.id),
        }
        for entry in page.items
    ]
    return Window(items, page.next)


def _group_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    group = get_group(slug, seen_by=viewer())
    if viewer() is None and not group.is_public:
        raise Unauthenticated
    require(may_read(viewer(), group), "Only members read this group.")
    return group.id


def _label(params: dict[str, Any], name: str, find: Any) -> str | None:
    word = params[name]
    if word is None:
        return None
    found = find([word])
    if not found:
        raise Invalid({name: "There is none of this name."})
    return Label.of(found[0]).key

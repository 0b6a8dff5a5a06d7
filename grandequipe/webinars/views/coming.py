"""What is coming, on the pages of themes and territories: the next dates under their label."""

from grandequipe.feed.models import Label
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.web.slots import Variables
from grandequipe.webinars.models import AgendaFilter, AgendaPeriod
from grandequipe.webinars.queries.agenda import list_agenda

MOST_COMING = 3


def load_dates_of_territory(territory: Territory, reader: Member | None) -> Variables | None:
    """Load what is coming in a territory, or None."""
    wanted = AgendaFilter(territory=territory.code)
    return _load(wanted, {"territoire": territory.label}, reader)


def load_dates_of_theme(theme: Theme, reader: Member | None) -> Variables | None:
    """Load what is coming under a theme, or None."""
    wanted = AgendaFilter(theme=Label.of(theme).key)
    return _load(wanted, {"theme": theme.slug}, reader)


def _load(wanted: AgendaFilter, params: dict[str, str], reader: Member | None) -> Variables | None:
    coming = list_agenda(wanted, reader, AgendaPeriod.COMING, limit=MOST_COMING)
    return {"coming": coming.items, "agenda_params": params} if coming.items else None

"""What the page of a webinar shows of its registrations, to one reader."""

from typing import NamedTuple

from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars.models import Registration, RegistrationSettings
from grandequipe.webinars.queries.organisers import organises
from grandequipe.webinars.queries.registrations import (
    PlaceCounts,
    count_places,
    find_registration,
    place_in_line,
)
from grandequipe.webinars.queries.settings import find_questioned, find_settings


class Panel(NamedTuple):
    """A reader's own registration, if any, and what they may know of the others."""

    registration: Registration | None
    place: int
    counts: PlaceCounts
    settings: RegistrationSettings
    asks: bool
    manages: bool


def load_panel(webinar: Webinar, reader: Member | None) -> Panel:
    """Read it: `asks` says that a form is needed, `place` is the place in line."""
    registration = find_registration(webinar.id, reader)
    settings = find_settings(webinar.id)
    return Panel(
        registration=registration,
        place=place_in_line(registration) if registration else 0,
        counts=count_places([webinar.id])[webinar.id],
        settings=settings,
        asks=settings.most_places > 1 or bool(find_questioned([webinar.id])),
        manages=organises(reader, webinar),
    )

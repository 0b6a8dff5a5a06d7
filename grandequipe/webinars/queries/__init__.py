"""Reading registrations, and what organisers set for them."""

from grandequipe.webinars.queries.organisers import organises
from grandequipe.webinars.queries.registrations import (
    Line,
    PlaceCounts,
    count_places,
    find_confirmed,
    find_places_in_line,
    find_registration,
    find_states,
    get_registration,
    list_active_of_member,
    list_registrations,
    list_registrations_page,
    place_in_line,
    read_committed_counts,
    read_line,
)
from grandequipe.webinars.queries.settings import (
    find_questioned,
    find_rules,
    find_settings,
    list_all_questions,
    list_questions,
)

__all__ = [
    "Line",
    "PlaceCounts",
    "count_places",
    "find_confirmed",
    "find_places_in_line",
    "find_questioned",
    "find_registration",
    "find_rules",
    "find_settings",
    "find_states",
    "get_registration",
    "list_active_of_member",
    "list_all_questions",
    "list_questions",
    "list_registrations",
    "list_registrations_page",
    "organises",
    "place_in_line",
    "read_committed_counts",
    "read_line",
]

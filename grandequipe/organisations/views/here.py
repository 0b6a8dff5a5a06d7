"""Organisations on the page of a territory."""

from grandequipe.members.models import Member
from grandequipe.organisations.forms import KINDS
from grandequipe.organisations.queries.lists import OrganisationFilter, list_organisations
from grandequipe.taxonomies.models import Territory
from grandequipe.web.slots import Variables

MOST_HERE = 5


def load_organisations_here(territory: Territory, reader: Member | None) -> Variables | None:
    """Load the first organisations of a territory that stand in lists for the reader, or None."""
    page = list_organisations(OrganisationFilter(territory=territory), reader, limit=MOST_HERE)
    if not page.items:
        return None
    return {
        "organisations_here": page.items,
        "more_here": page.next is not None,
        "place": territory,
        "kinds_of_organisations": KINDS,
    }

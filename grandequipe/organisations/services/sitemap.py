"""Organisations in the sitemap: those that visitors find."""

from collections.abc import Sequence

from grandequipe.core.mail import rendering
from grandequipe.organisations.queries.lists import list_open
from grandequipe.web.sitemaps import Address


def read_organisations(after: int) -> Sequence[tuple[int, Address]]:
    """Read some addresses of organisations, by id."""
    return [
        (id, Address(rendering.address_of("organisations.show", organisation_id=id)))
        for id in list_open(after)
    ]

"""Members of the directory on the page of a territory."""

from grandequipe.directory.queries.entries import DirectoryFilter, list_directory
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory
from grandequipe.web.slots import Variables

MOST_HERE = 5


def load_members_here(territory: Territory, reader: Member | None) -> Variables | None:
    """Load the first listed members who show the reader that they act in a territory, or None."""
    if reader is None:
        return None
    page = list_directory(DirectoryFilter(labels=[territory.code]), reader, limit=MOST_HERE)
    if not page.items:
        return None
    return {"members_here": page.items, "more_here": page.next is not None, "place": territory}

"""Collections in the sitemap: those that everybody may read."""

from collections.abc import Sequence

from grandequipe.core.mail import rendering
from grandequipe.library.queries.collections import list_open
from grandequipe.web.sitemaps import Address


def read_collections(after: int) -> Sequence[tuple[int, Address]]:
    """Read some addresses of collections, by id."""
    return [
        (id, Address(rendering.address_of("library.collection", collection_id=id), changed_at))
        for id, changed_at in list_open(after)
    ]

"""What happens in the library."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CollectionExtended(Event):
    """A post was added to a collection: in the stream of its group, or of its member.

    `item_id` is the post's: readers of the collection may not see it.
    """

    kind = "collection.extended"
    subject_type = "collection"

    item_id: int
    group_id: int | None = None

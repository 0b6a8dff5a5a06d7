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


@dataclass(frozen=True, kw_only=True)
class ResourceReviewDue(Event):
    """The day of a resource's review has come: in its author's stream."""

    kind = "resource.review_due"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class ResourceReported(Event):
    """A member said that a resource is out of date: in its author's stream."""

    kind = "resource.reported_outdated"
    subject_type = "post"

    group_id: int


@dataclass(frozen=True, kw_only=True)
class AddressDied(Event):
    """The address of a resource answers no more: in its author's stream."""

    kind = "resource.address_died"
    subject_type = "post"

    group_id: int

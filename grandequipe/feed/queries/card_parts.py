"""The group and the picture of a card."""

from typing import NamedTuple

from grandequipe.groups.models import Colour, colour_of


class GroupName(NamedTuple):
    """How a group is named in a line of text, with the language of its name."""

    slug: str
    name: str
    language: str | None
    colour: Colour | None

    @property
    def shown_colour(self) -> Colour:
        """Give the colour in which the group is shown."""
        return colour_of(self.slug, self.colour)


class CardPicture(NamedTuple):
    """The picture of a card: a file, its size in pixels, and how many pictures the post has."""

    id: int
    name: str
    width: int
    height: int
    number: int

    @property
    def is_page(self) -> bool:
        """Return whether it is the first page of a document, whose head says most."""
        return not self.name.endswith(".webp")

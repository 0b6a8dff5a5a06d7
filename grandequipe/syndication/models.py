"""What a feed says of itself, and how its entries are read."""

from datetime import datetime
from typing import NamedTuple


class Head(NamedTuple):
    """What a feed says of itself: its id for ever, its title, its page, its language and zone."""

    id: str
    title: str
    subtitle: str
    page: str
    language: str
    time_zone: str
    # Of a feed without entries: when what it is about was made.
    since: datetime

"""How big a community to make in bulk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How big a community to make."""

    members: int = 1000
    groups: int = 20
    posts: int = 2000
    comments: int = 10_000

"""The size of a generated community."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Numbers of rows to generate."""

    members: int = 1000
    groups: int = 20
    posts: int = 2000
    comments: int = 10_000

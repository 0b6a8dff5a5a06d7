"""A post as a letter tells it."""

from datetime import datetime
from typing import NamedTuple

from grandequipe.core import clock
from grandequipe.feed.models import Kind
from grandequipe.feed.models.kinds import ResourceType


class Story(NamedTuple):
    """All that a letter shows of a post, read with the reader's rights and then only told.

    It is a value: two that are equal are shown alike, so what was written for one serves all
    its readers (see `services.pieces`). `summary` is plain text, `town` the first territory.
    """

    id: int
    kind: Kind
    title: str
    summary: str
    group_slug: str
    group_name: str
    author_id: int
    author_name: str
    structure: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    time_zone: str | None
    replay_url: str | None
    deadline: datetime | None
    resource_type: ResourceType | None
    publisher: str | None
    town: str | None

    @property
    def is_over(self) -> bool:
        """Tell whether a webinar has ended."""
        return self.ends_at is not None and self.ends_at <= clock.now()

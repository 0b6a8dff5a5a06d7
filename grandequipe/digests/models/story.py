"""A post as a letter tells it."""

from datetime import datetime
from typing import NamedTuple

from grandequipe.core import clock
from grandequipe.feed.models import Kind
from grandequipe.feed.models.kinds import ResourceType


class Story(NamedTuple):
    """All that a letter shows of a post, read with the reader's rights and then only told.

    It is a value: two that are equal are shown alike, so what was written for one serves all
    its readers (see `services.pieces`). `summary` is plain text, `town` the first territory,
    `language` a BCP 47 tag. `time_zone` is a webinar's own; of a call, its author's.
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
    language: str | None
    join_url: str | None
    comment_count: int
    reaction_count: int

    @property
    def is_over(self) -> bool:
        """Tell whether a webinar has ended, or a call has closed."""
        end = self.ends_at or self.deadline
        return end is not None and end <= clock.now()

    @property
    def happens_at(self) -> datetime | None:
        """Give when a webinar begins or a call closes: what comes later comes too late."""
        return self.starts_at or self.deadline

    @property
    def echo(self) -> int:
        """Count what others said of it."""
        return self.comment_count + self.reaction_count

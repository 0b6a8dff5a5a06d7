"""The six kinds, each with the few things that only it has."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from grandequipe.core import clock
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.feed.models.posts import Post


class ResourceType(StrEnum):
    """What a resource is."""

    GUIDE = "guide"
    REPORT = "report"
    VIDEO = "video"
    TOOL = "tool"
    DATA = "data"
    TRAINING = "training"


RESOURCE_TYPES: Mapping[ResourceType, str] = MappingProxyType(
    {
        ResourceType.GUIDE: _("Guide"),
        ResourceType.REPORT: _("Report"),
        ResourceType.VIDEO: _("Video"),
        ResourceType.TOOL: _("Tool"),
        ResourceType.DATA: _("Data"),
        ResourceType.TRAINING: _("Training"),
    }
)


class News(Post):
    """Something that happens."""

    __mapper_args__ = {"polymorphic_identity": Kind.NEWS}


class Resource(Post):
    """Something to read or use, elsewhere on the web, at `url`."""

    __mapper_args__ = {"polymorphic_identity": Kind.RESOURCE}

    resource_type: Mapped[ResourceType | None]
    publisher: Mapped[str | None]
    published_on: Mapped[date | None]
    licence: Mapped[str | None]


class Webinar(Post):
    """A meeting on line, with a start, an end and a place for them in the author's zone."""

    __mapper_args__ = {"polymorphic_identity": Kind.WEBINAR}

    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str | None]
    join_url: Mapped[str | None]
    speakers: Mapped[str | None]
    capacity: Mapped[int | None]
    replay_url: Mapped[str | None]

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self.ends_at is not None and self.ends_at <= clock.now()


# For the previous release, which reads the next webinars from it.
Index("ix_post_coming", Webinar.ends_at, postgresql_where=text("ends_at IS NOT NULL"))


class Analysis(Post):
    """A longer reading of a topic."""

    __mapper_args__ = {"polymorphic_identity": Kind.ANALYSIS}


class Project(Post):
    """Something that was done somewhere, to be inspired by."""

    __mapper_args__ = {"polymorphic_identity": Kind.PROJECT}

    partners: Mapped[str | None]
    contact: Mapped[str | None]


class Call(Post):
    """A call for projects, funding or partners, answered at `url`."""

    __mapper_args__ = {"polymorphic_identity": Kind.CALL}

    deadline: Mapped[datetime | None]
    funder: Mapped[str | None]

    @property
    def is_closed(self) -> bool:
        """Return whether the deadline is past."""
        return self.deadline is not None and self.deadline <= clock.now()

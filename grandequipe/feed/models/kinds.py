"""The six kinds, each with the few things that only it has."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.extensions import Model, enum_check
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.feed.models.posts import Post

MOST_SEATS = 100_000


def _detail(name: str) -> AssociationProxy[Any]:
    """Read and write a column of the details; None where there are none yet."""
    return association_proxy("details", name, creator=lambda value: WebinarDetails(**{name: value}))


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


class JoinFor(StrEnum):
    """The readers of a webinar's link to join: the registered, members of its groups, everyone."""

    REGISTERED = "registered"
    MEMBERS = "members"
    EVERYONE = "everyone"


ROOM_READERS: Mapping[JoinFor, str] = MappingProxyType(
    {
        JoinFor.REGISTERED: _("Those registered"),
        JoinFor.MEMBERS: _("Members of the group"),
        JoinFor.EVERYONE: _("Everyone who can read the post"),
    }
)


class News(Post):
    """Something that happens, at `happens_at` where it has a date."""

    __mapper_args__ = {"polymorphic_identity": Kind.NEWS}

    happens_at: Mapped[datetime | None]


class Resource(Post):
    """Something to read or use, elsewhere on the web, at `url`."""

    __mapper_args__ = {"polymorphic_identity": Kind.RESOURCE}

    resource_type: Mapped[ResourceType | None]
    publisher: Mapped[str | None]
    published_on: Mapped[date | None]
    licence: Mapped[str | None]


_post: Any = Post.__table__
_post.append_constraint(enum_check("resource_type", ResourceType))


class WebinarDetails(Model):
    """When and where a webinar is: the row of a table of its own, one for each webinar.

    `time_zone` is the zone in which its author speaks of its times. It has a room (`join_url`), a
    place (`venue`, with `venue_access` for disabled people and a map), or both. `revision` counts
    the changes that calendars have to take over (SEQUENCE, RFC 5545, 3.8.7.4). `moved_at` is when
    its times were changed last. `cancellation` says why it is cancelled, if anything does.
    """

    __tablename__ = "webinar"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_at"),
        CheckConstraint("time_zone <> ''", name="time_zone"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_SEATS}", name="capacity"),
        CheckConstraint("revision >= 0", name="revision"),
        CheckConstraint("cancellation IS NULL OR cancelled_at IS NOT NULL", name="cancellation"),
        Index("ix_webinar_starts_at", "starts_at", postgresql_where=text("cancelled_at IS NULL")),
        Index(
            "ix_webinar_series_id",
            "series_id",
            "starts_at",
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        enum_check("join_for", JoinFor),
    )

    post_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    join_url: Mapped[str | None]
    join_for: Mapped[JoinFor] = mapped_column(
        default=JoinFor.REGISTERED, server_default=JoinFor.REGISTERED
    )
    venue: Mapped[str | None]
    venue_access: Mapped[str | None]
    venue_map_url: Mapped[str | None]
    speakers: Mapped[str | None]
    capacity: Mapped[int | None]
    replay_url: Mapped[str | None]
    moved_at: Mapped[datetime | None]
    # Beside or in the place of an address, a file of the recording.
    has_replay_file: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    cancelled_at: Mapped[datetime | None]
    cancellation: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    # The series of which it is a date.
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("webinar_series.id", ondelete="SET NULL")
    )


class Webinar(Post):
    """A meeting on line; its details are read and written as if they were its own."""

    # Else Flask-SQLAlchemy names one after the class: that of the details.
    __tablename__ = None  # type: ignore[assignment]
    __mapper_args__ = {"polymorphic_identity": Kind.WEBINAR}

    details: Mapped[WebinarDetails | None] = relationship(
        lazy="joined", cascade="all, delete-orphan", passive_deletes=True
    )

    starts_at: AssociationProxy[datetime | None] = _detail("starts_at")
    ends_at: AssociationProxy[datetime | None] = _detail("ends_at")
    time_zone: AssociationProxy[str | None] = _detail("time_zone")
    join_url: AssociationProxy[str | None] = _detail("join_url")
    join_for: AssociationProxy[JoinFor] = _detail("join_for")
    venue: AssociationProxy[str | None] = _detail("venue")
    venue_access: AssociationProxy[str | None] = _detail("venue_access")
    venue_map_url: AssociationProxy[str | None] = _detail("venue_map_url")
    speakers: AssociationProxy[str | None] = _detail("speakers")
    capacity: AssociationProxy[int | None] = _detail("capacity")
    replay_url: AssociationProxy[str | None] = _detail("replay_url")
    has_replay_file: AssociationProxy[bool] = _detail("has_replay_file")
    moved_at: AssociationProxy[datetime | None] = _detail("moved_at")
    cancelled_at: AssociationProxy[datetime | None] = _detail("cancelled_at")
    cancellation: AssociationProxy[str | None] = _detail("cancellation")
    revision: AssociationProxy[int] = _detail("revision")
    series_id: AssociationProxy[int | None] = _detail("series_id")

    @property
    def has_replay(self) -> bool:
        """Return whether there is a recording, once it is over."""
        return self.details is not None and bool(self.replay_url or self.details.has_replay_file)

    @property
    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self.ends_at is not None and self.ends_at <= clock.now()


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

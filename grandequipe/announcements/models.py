"""Announcements, and what is asked of one before it is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import length_error, line_error, text_error
from grandequipe.extensions import Model
from grandequipe.taxonomies.models import Territory

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
LONGEST_SHOWN = timedelta(days=92)


class Announcement(Model):
    """A plain text of the administrators, shown until `ends_at`; `withdrawn_at` ends it before.

    Without `territory_code` it is for all members. With one it is for those whose organisation is
    in that territory, or who follow the territory or one within it.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("char_length(title) BETWEEN 1 AND 120", name="title"),
        CheckConstraint("char_length(text) <= 2000", name="text"),
        CheckConstraint("ends_at > published_at", name="ends_at"),
        CheckConstraint("in_banner OR in_bell OR in_digest", name="somewhere"),
        Index("ix_announcement_published_at", "published_at"),
        Index(
            "ix_announcement_territory_code",
            "territory_code",
            postgresql_where=text("territory_code IS NOT NULL"),
        ),
        Index(
            "ix_announcement_author_id", "author_id", postgresql_where=text("author_id IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    in_banner: Mapped[bool]
    in_bell: Mapped[bool]
    in_digest: Mapped[bool]
    published_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    territory: Mapped[Territory | None] = relationship(lazy="joined")

    def is_active(self, now: datetime) -> bool:
        """Return whether it is shown at an instant."""
        return self.withdrawn_at is None and self.published_at <= now < self.ends_at


@dataclass(frozen=True)
class AnnouncementInput:
    """What a form sends: valid, or an error for each field."""

    title: str
    text: str
    ends_at: datetime | None
    territory: Territory | None = None
    in_banner: bool = True
    in_bell: bool = True
    in_digest: bool = True

    def validate(self, now: datetime) -> None:
        """Raise Invalid with the error of each field."""
        errors = {
            "title": _missing(self.title)
            or length_error(self.title, LONGEST_TITLE)
            or line_error(self.title),
            "text": length_error(self.text, LONGEST_TEXT) or text_error(self.text),
            "ends_at": self._error_of_end(now),
            "in_banner": None if self._is_somewhere else _("Choose at least one place to show it."),
        }
        if found := {name: str(error) for name, error in errors.items() if error}:
            raise Invalid(found)

    @property
    def _is_somewhere(self) -> bool:
        return self.in_banner or self.in_bell or self.in_digest

    def _error_of_end(self, now: datetime) -> str | None:
        if self.ends_at is None or self.ends_at <= now:
            return str(_("Choose a day that is still to come."))
        if self.ends_at > now + LONGEST_SHOWN:
            return str(_("An announcement is shown for three months at most."))
        return None


def _missing(title: str) -> str | None:
    return None if title else str(_("Give it a title."))

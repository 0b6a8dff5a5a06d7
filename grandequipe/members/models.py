"""Members and organisations."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model
from grandequipe.taxonomies.models import Territory

OWN_STREAM = "member:"


class OrganisationKind(StrEnum):
    """What sort of structure an organisation is."""

    ASSOCIATION = "association"
    SOCIAL_CENTRE = "social_centre"
    LOCAL_AUTHORITY = "local_authority"
    LANDLORD = "landlord"
    SOCIAL_ENTERPRISE = "social_enterprise"
    RESIDENTS_COUNCIL = "residents_council"
    STATE_SERVICE = "state_service"
    OTHER = "other"


class Organisation(Model):
    """A structure that members act for."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index(
            "ix_organisation_territory_code",
            "territory_code",
            postgresql_where=text("territory_code IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(CITEXT(), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.OTHER)
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))

    territory: Mapped[Territory | None] = relationship()


class Member(UserMixin, Model):
    """A person with an account; what they may do is said by policies, not by named roles.

    `UserMixin` is what Flask-Security asks of an account; it brings no request with it.
    """

    __tablename__ = "member"
    __table_args__ = (CheckConstraint(IS_TAG.format(column="bio_language"), name="bio_language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(CITEXT(), unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_admin: Mapped[bool] = mapped_column(default=False)

    display_name: Mapped[str]
    job_title: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    bio: Mapped[str] = mapped_column(default="")
    bio_language: Mapped[str | None]
    picture_key: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="fr")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris")

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    roles = ()  # type: ignore[assignment]  # Flask-Principal asks for them at each request

    @property
    def stream(self) -> str:
        """Name the member's own stream of facts."""
        return stream_of(self.id)

    @property
    def initials(self) -> str:
        """Give one or two letters to stand for a missing picture."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the e-mail address was shown to be theirs."""
        return self.confirmed_at is not None


class Viewer(Protocol):
    """Whoever reads, as the rules of reading know them; a visitor without account is None."""

    @property
    def id(self) -> int:
        """Tell who they are."""

    @property
    def is_admin(self) -> bool:
        """Tell whether they are an administrator."""


class BrowserSession(Model):
    """A log-in in one browser; its cookies hold a key, of which only the SHA-256 is kept.

    It ends with the row, after a while, and as soon as the account's `fs_uniquifier` is not the
    one that it began under: a change of password gives the account another.
    """

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    uniquifier: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Model):
    """A key that a member gave to a program; only its SHA-256 is kept.

    It opens nothing as soon as the account's `fs_uniquifier` is not the one that it was made under,
    as for a log-in: one that was asked for with a password that was changed meanwhile is dead when
    it comes. (Those of code before this column have none; a change of password deletes them.)
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    uniquifier: Mapped[str | None]
    scopes: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    member: Mapped[Member] = relationship(lazy="joined")

    def allows(self, scope: str) -> bool:
        """Tell whether the token was given this scope ("read" or "write")."""
        return scope in self.scopes.split()


def stream_of(member_id: int) -> str:
    """Name the own stream of a member."""
    return f"{OWN_STREAM}{member_id}"


def owner_of(stream: str) -> int | None:
    """Tell whose own stream this is by its name, if it is a member's."""
    return int(stream.removeprefix(OWN_STREAM)) if stream.startswith(OWN_STREAM) else None

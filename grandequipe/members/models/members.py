"""Accounts of members, and what gives access to them: sessions, tokens, suspensions."""

from datetime import datetime
from typing import Any, Protocol

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, and_, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.core.events import StreamRef
from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model
from grandequipe.members.models.organisations import Organisation
from grandequipe.members.models.profiles import (
    KNOWN_AUDIENCES,
    OF_BYLINES,
    Audience,
    ProfileField,
)

STREAM_OWNER = "member"
# The address of a closed account: no mail ever goes to this top-level name (RFC 2606).
CLOSED_ADDRESS = "closed-{id}@closed.invalid"


class Member(UserMixin, Model):
    """A person with an account; policies, not roles, decide what a member may do.

    `UserMixin` is Flask-Security's interface of an account; it does not depend on a request.
    """

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint(IS_TAG.format(column="bio_language"), name="bio_language"),
        CheckConstraint(KNOWN_AUDIENCES, name="audiences"),
        # The words of a name without accents, each after a space (migration 0040).
        Index(
            "ix_member_name_words",
            text("name_words(display_name)"),
            postgresql_using="gin",
            postgresql_ops={"name_words(display_name)": "gin_trgm_ops"},
        ),
        # What administrators look for: a part of an address, and the few of a state.
        Index(
            "ix_member_email_parts",
            text("lower(email::text)"),
            postgresql_using="gin",
            postgresql_ops={"lower(email::text)": "gin_trgm_ops"},
        ),
        Index("ix_member_admin", "id", postgresql_where=text("is_admin")),
        Index("ix_member_unconfirmed", "id", postgresql_where=text("confirmed_at IS NULL")),
        Index("ix_member_inactive", "id", postgresql_where=text("NOT active")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(CITEXT(), unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    logged_in_at: Mapped[datetime | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id"), unique=True, index=True)

    display_name: Mapped[str]
    job_title: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    # When one who runs the organisation confirmed it; until then it is what the member says.
    organisation_confirmed_at: Mapped[datetime | None]
    # An administrator said that they speak for it: until they name another.
    is_spokesperson: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    bio: Mapped[str] = mapped_column(default="")
    bio_language: Mapped[str | None]
    picture_key: Mapped[str | None]
    # The audience of each field of the profile; a field that is missing is shown to nobody.
    audiences: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default=text("'{}'::jsonb")
    )
    locale: Mapped[str] = mapped_column(default="fr")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris")

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    roles = ()  # type: ignore[assignment]  # Flask-Principal reads them at each request

    @property
    def stream(self) -> StreamRef:
        """Give the member's own stream of events."""
        return stream_of(self.id, self.stream_id)

    @property
    def initials(self) -> str:
        """One or two characters, shown in place of a picture."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def audience_of(self, field: ProfileField) -> Audience:
        """Give who is shown a field of the profile."""
        return Audience(self.audiences.get(field, Audience.NOBODY))

    @property
    def has_public_page(self) -> bool:
        """Return whether visitors are shown more of the profile than what bylines say."""
        return any(
            audience == Audience.EVERYONE and field not in OF_BYLINES
            for field, audience in self.audiences.items()
        )

    @property
    def is_confirmed(self) -> bool:
        """Whether the member has confirmed the e-mail address."""
        return self.confirmed_at is not None

    @property
    def is_closed(self) -> bool:
        """Whether the account was closed and erased; a suspended one is not active either."""
        return not self.active and self.email == CLOSED_ADDRESS.format(id=self.id)


class Suspension(Model):
    """A suspension of an account by an administrator: for a time, or without end (`until` NULL).

    While one is open (`lifted_at` NULL) the account is not active. Its end comes by itself: the
    clock, or the member's next log-in, lifts it. `actor_id` and `lifted_by_id` are NULL for the
    command line; `lifted_by_id` also where it ended by itself.
    """

    __tablename__ = "suspension"
    __table_args__ = (
        CheckConstraint("until > since", name="until"),
        CheckConstraint("lifted_at >= since", name="lifted_at"),
        Index(
            "ix_suspension_open",
            "member_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_suspension_until", "until", postgresql_where=text("lifted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    reason: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    lift_reason: Mapped[str] = mapped_column(default="", server_default="")

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    actor: Mapped[Member | None] = relationship(foreign_keys=[actor_id])

    @property
    def is_over(self) -> bool:
        """Whether the end has come."""
        return self.until is not None and self.until <= clock.now()


# The condition of `Member.is_closed`.
IS_CLOSED = and_(~Member.active, Member.email.like(CLOSED_ADDRESS.format(id="%")))


class Viewer(Protocol):
    """The reader of a query, as far as the rules of visibility need; a visitor is None."""

    @property
    def id(self) -> int:
        """The member's id."""

    @property
    def is_admin(self) -> bool:
        """Whether the member is an administrator."""


class BrowserSession(Model):
    """A session of one browser; its cookies hold a key, of which only the SHA-256 is stored.

    It ends with the row, after SESSION_LIFE, and when the account gets another `fs_uniquifier` than
    that of the session's start, by a change of password.
    """

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    uniquifier: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Model):
    """A token of a member for a program; only its SHA-256 is stored.

    As a session, it is invalid once the account has another `fs_uniquifier` than at its creation,
    so a token created with a password that has just been changed never works. (Tokens older than
    this column have none; a change of password deletes them.)
    """

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("string_to_array(scopes, ' ') <@ ARRAY['read', 'write']", name="scopes"),
    )

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
        """Whether the token has this scope ("read" or "write")."""
        return scope in self.scopes.split()


def stream_of(member_id: int, stream_id: int) -> StreamRef:
    """Give the own stream of a member whose row is not at hand."""
    return StreamRef(stream_id, STREAM_OWNER, member_id)


def owner_of(stream: StreamRef) -> int | None:
    """Give the id of the member whose own stream this is, if it is a member's."""
    return stream.owner_id if stream.owner == STREAM_OWNER else None

"""Groups and memberships."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from zlib import crc32

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grandequipe.core import clock
from grandequipe.core.events import StreamRef
from grandequipe.core.languages import IS_TAG
from grandequipe.extensions import Model, enum_check, minimum_check
from grandequipe.groups.models.charters import MailContent
from grandequipe.members.models import Member

STREAM_OWNER = "group"
# The end of a mute that has none.
LASTING = datetime(9999, 1, 1, tzinfo=UTC)


class Visibility(StrEnum):
    """The visibility of a group: who finds it and reads it."""

    PUBLIC = "public"
    PRIVATE = "private"
    HIDDEN = "hidden"


class JoinPolicy(StrEnum):
    """How a person becomes a member."""

    OPEN = "open"
    REQUEST = "request"
    INVITE = "invite"


class PostingPolicy(StrEnum):
    """The right to publish, and whether a moderator reads a post first."""

    MEMBERS = "members"
    MODERATED = "moderated"
    MODERATORS = "moderators"


class Role(StrEnum):
    """The role of a member in a group."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


class MembershipState(StrEnum):
    """The state of a person's membership; no row where the person has none."""

    ACTIVE = "active"
    REQUESTED = "requested"
    INVITED = "invited"
    BANNED = "banned"


class Level(StrEnum):
    """What a member is notified of in a group: see `docs/decisions/notification-levels.md`."""

    ALL = "all"
    MENTIONS = "mentions"
    DIGEST = "digest"
    NONE = "none"


class Colour(StrEnum):
    """The colour of a group: those of the palette, each of which can be read on every ground."""

    BLUE = "blue"
    MINT = "mint"
    VIOLET = "violet"
    OCHRE = "ochre"
    CORAL = "coral"
    MAGENTA = "magenta"


class GroupReview(StrEnum):
    """How a new group stands that an administrator is to see; no value where it stands in lists."""

    PENDING = "pending"
    REFUSED = "refused"


def colour_of(slug: str, chosen: Colour | None) -> Colour:
    """Give the colour that was chosen, or one that the slug stands for: always the same."""
    return chosen or list(Colour)[crc32(slug.encode()) % len(Colour)]


class Group(Model):
    """A space with members, posts and moderators."""

    __tablename__ = "group"
    __table_args__ = (
        CheckConstraint(IS_TAG.format(column="language"), name="language"),
        enum_check("visibility", Visibility),
        enum_check("join_policy", JoinPolicy),
        enum_check("posting_policy", PostingPolicy),
        enum_check("colour", Colour),
        enum_check("review", GroupReview),
        minimum_check("member_count"),
        minimum_check("featured_rank", 1),
        Index("ix_group_review", "review", postgresql_where=text("review IS NOT NULL")),
        Index(
            "ix_group_featured_rank",
            "featured_rank",
            postgresql_where=text("featured_rank IS NOT NULL"),
        ),
        Index("ix_group_closes_at", "closes_at", postgresql_where=text("closes_at IS NOT NULL")),
        enum_check("mail_content", MailContent),
        minimum_check("charter_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]  # of its name and description
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    join_policy: Mapped[JoinPolicy] = mapped_column(default=JoinPolicy.OPEN)
    posting_policy: Mapped[PostingPolicy] = mapped_column(default=PostingPolicy.MEMBERS)
    # Whether a moderator reads the posts of a member first until the group reads one of them.
    reads_newcomers: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    colour: Mapped[Colour | None]
    # Of the picture's largest version; its widths are in the same folder of the store.
    cover_key: Mapped[str | None]
    member_count: Mapped[int] = mapped_column(default=0)
    mail_content: Mapped[MailContent] = mapped_column(
        default=MailContent.WHOLE, server_default=MailContent.WHOLE.value
    )
    # Of the charter that holds; 0 without one.
    charter_version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    stream_id: Mapped[int] = mapped_column(ForeignKey("stream.id"), unique=True, index=True)
    # Since when it is read only; NULL for an active group.
    archived_at: Mapped[datetime | None]
    # By a decision of the site's administrators, who alone open it again.
    archived_by_site: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # When it is erased, unless an owner cancels that before.
    closes_at: Mapped[datetime | None]
    # Not NULL while it stands in no list; the reason of a refusal is the owners' to read.
    review: Mapped[GroupReview | None]
    review_reason: Mapped[str] = mapped_column(default="", server_default="")
    # Its place on the landing page, before the groups without one.
    featured_rank: Mapped[int | None]

    @property
    def is_archived(self) -> bool:
        """Return whether the group is read only."""
        return self.archived_at is not None

    @property
    def stream(self) -> StreamRef:
        """Give the group's stream of events."""
        return StreamRef(self.stream_id, STREAM_OWNER, self.id)

    @property
    def settings_version(self) -> str:
        """Give a hash of the present settings, for an optimistic lock."""
        settings = (
            self.name, self.description, self.language, self.visibility, self.join_policy,
            self.posting_policy, self.reads_newcomers, self.colour,
        )  # fmt: skip
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]

    @property
    def shown_colour(self) -> Colour:
        """Give the colour in which the group is shown."""
        return colour_of(self.slug, self.colour)

    @property
    def is_public(self) -> bool:
        """Return whether everyone reads this group, without an account."""
        return self.visibility is Visibility.PUBLIC


class Membership(Model):
    """A member's relation to a group; the positions are numbers in the group's stream.

    `muted_until` and `banned_until` are the ends of the sanctions in force (see `Sanction`), kept
    here because every write asks for them: LASTING is a mute without an end, None a ban without.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_member", "member_id", "state"),
        Index("ix_membership_team", "group_id", postgresql_where=text("role <> 'member'")),
        Index(
            "ix_membership_invited_by_id",
            "invited_by_id",
            postgresql_where=text("invited_by_id IS NOT NULL"),
        ),
        enum_check("role", Role),
        enum_check("state", MembershipState),
        enum_check("level", Level),
        minimum_check("seen_position"),
        minimum_check("digested_position"),
        minimum_check("charter_version"),
        CheckConstraint("role = 'member' OR state = 'active'", name="role_while_active"),
        CheckConstraint("banned_until IS NULL OR state = 'banned'", name="banned_until"),
        Index(
            "ix_membership_banned_until",
            "banned_until",
            postgresql_where=text("banned_until IS NOT NULL"),
        ),
    )

    group_id: Mapped[int] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    state: Mapped[MembershipState]
    level: Mapped[Level] = mapped_column(default=Level.MENTIONS)
    level_changed_at: Mapped[datetime | None]
    since: Mapped[datetime]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    seen_position: Mapped[int] = mapped_column(BigInteger, default=0)
    digested_position: Mapped[int] = mapped_column(BigInteger, default=0)
    muted_until: Mapped[datetime | None]
    banned_until: Mapped[datetime | None]
    # Of the charter that the person accepted last; 0 of none.
    charter_version: Mapped[int] = mapped_column(default=0, server_default="0")

    group: Mapped[Group] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])

    @property
    def is_muted(self) -> bool:
        """Return whether the person reads and writes nothing, now."""
        return self.muted_until is not None and self.muted_until > clock.now()

    @property
    def is_over(self) -> bool:
        """Return whether this is a ban whose end has come: it is as if there were no membership."""
        return self.banned_until is not None and self.banned_until <= clock.now()

    @property
    def is_active(self) -> bool:
        """Return whether the person is a member now."""
        return self.state is MembershipState.ACTIVE

    @property
    def is_owner(self) -> bool:
        """Return whether the person owns the group."""
        return self.is_active and self.role is Role.OWNER

    @property
    def moderates(self) -> bool:
        """Return whether the person is an active moderator or owner."""
        return self.is_active and self.role in (Role.OWNER, Role.MODERATOR)


class Invitation(Model):
    """An invitation that nobody has accepted yet: to an address, or to a member, as it was typed.

    Guarantee: an invitation to an address does not show whether the address has an account. The
    account is looked up later, by a handler, and kept in that person's membership alone.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("group_id", "email"),
        UniqueConstraint("group_id", "member_id"),
        CheckConstraint("num_nonnulls(email, member_id) = 1", name="to_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(CITEXT(), index=True)
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    invited_by_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    # What the sender added for the person.
    word: Mapped[str] = mapped_column(default="", server_default="")
    # When its mail was written, or not, for one who cannot accept: nobody sees which.
    handled_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])
    invited_by: Mapped[Member] = relationship(foreign_keys=[invited_by_id])


class OwnershipOffer(Model):
    """The offer of a group's ownership to a member, who has not answered yet: one a group."""

    __tablename__ = "ownership_offer"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    from_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    offered_at: Mapped[datetime] = mapped_column(index=True)

    sender: Mapped[Member] = relationship(foreign_keys=[from_id])
    recipient: Mapped[Member] = relationship(foreign_keys=[to_id])

"""Finding accounts, and what an administrator sees of one.

At 100,000 accounts each list is read by an index: of words of a name, of parts of an address, of
the few accounts in a state; the newest accounts come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload

from grandequipe.core import clock
from grandequipe.core.email_addresses import LONGEST_EMAIL_ADDRESS, folded
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.mail import OutgoingMail, SuppressedAddress
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.windows import Window
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementStatus, Post
from grandequipe.groups.models import Membership, MembershipState, Role, Sanction
from grandequipe.members.models import IS_CLOSED, ApiToken, BrowserSession, Member, Suspension

ACCOUNTS_ON_A_PAGE = 30
MOST_MAILS = 5
MOST_POSTS = 5
MOST_ENTRIES = 30
MOST_SANCTIONS = 20


class AccountState(StrEnum):
    """The states by which accounts are filtered."""

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    ADMINISTRATOR = "administrator"


CONDITIONS: Mapping[AccountState, ColumnElement[bool]] = {
    AccountState.ACTIVE: Member.active & Member.confirmed_at.is_not(None),
    AccountState.UNCONFIRMED: Member.confirmed_at.is_(None) & Member.active,
    AccountState.SUSPENDED: ~Member.active & ~IS_CLOSED,
    AccountState.CLOSED: IS_CLOSED,
    AccountState.ADMINISTRATOR: and_(Member.is_admin),
}


def find_accounts(
    typed: str = "", state: AccountState | None = None, cursor: str | None = None
) -> Window[Member]:
    """Find accounts by the beginnings of words of their names, or a part of an address.

    The newest come first; the cursor is the id of the last one. Raises Invalid for another.
    """
    query = accounts_query(typed, state)
    if cursor:
        query = query.where(Member.id < _read_cursor(cursor))
    found = db.session.scalars(query).all()
    shown = found[:ACCOUNTS_ON_A_PAGE]
    return Window(shown, str(shown[-1].id) if len(found) > len(shown) else None)


def accounts_query(typed: str, state: AccountState | None) -> Select[Member]:
    """Select a page of accounts, and one more."""
    query = select(Member)
    if typed := typed.strip()[:LONGEST_EMAIL_ADDRESS]:
        query = query.where(_matches(typed))
    if state is AccountState.ACTIVE:
        query = query.where(CONDITIONS[state])
    elif state is not None:
        # These are few: they are read by their own index first, whatever is typed.
        few = select(Member.id).where(CONDITIONS[state]).cte("few").prefix_with("MATERIALIZED")
        query = query.where(Member.id.in_(select(few.c.id)))
    return query.order_by(Member.id.desc()).limit(ACCOUNTS_ON_A_PAGE + 1)


def _matches(typed: str) -> ColumnElement[bool]:
    part = folded(typed).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    in_address = func.lower(cast(Member.email, Text)).like(f"%{part}%")
    if "@" in typed or not any(sign.isalnum() for sign in typed):
        return in_address
    in_name = func.name_words(Member.display_name).like("%" + func.name_words(typed) + "%")
    return or_(in_name, in_address)


def _read_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid({"cursor": "This cursor is not one of ours."})
    return int(cursor)


@dataclass(frozen=True)
class Account:
    """An account as administrators see it; the lists are cut, and the newest come first."""

    member: Member
    suspensions: Sequence[Suspension]
    memberships: Sequence[Membership]
    owned_alone: Sequence[Membership]
    post_counts: Mapping[PlacementStatus, int]
    posts: Sequence[Post]
    sessions: int
    tokens: int
    sanctions: Sequence[Sanction]
    mails: Sequence[OutgoingMail]
    suppressed: SuppressedAddress | None
    entries: Sequence[LogEntry]
    names: Mapping[int, str]

    @property
    def suspension(self) -> Suspension | None:
        """The open suspension."""
        return next((each for each in self.suspensions if each.lifted_at is None), None)


def get_account(member_id: int) -> Account:
    """Get an account by its member's id, or raise NotFound."""
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    entries = _list_entries(member)
    memberships = _list_memberships(member)
    return Account(
        member=member,
        suspensions=_list_suspensions(member),
        memberships=memberships,
        owned_alone=_list_owned_alone(memberships),
        post_counts=_count_posts(member),
        posts=_list_posts(member),
        sessions=_count(BrowserSession, member),
        tokens=_count(ApiToken, member, ApiToken.expires_at > clock.now()),
        sanctions=_list_sanctions(member),
        mails=_list_mails(member),
        suppressed=db.session.get(SuppressedAddress, folded(member.email)),
        entries=entries,
        names=_names_of(entries),
    )


def _list_suspensions(member: Member) -> Sequence[Suspension]:
    query = (
        select(Suspension)
        .options(joinedload(Suspension.actor))
        .where(Suspension.member_id == member.id)
        .order_by(Suspension.id.desc())
    )
    return db.session.scalars(query).all()


def _list_memberships(member: Member) -> Sequence[Membership]:
    query = select(Membership).where(Membership.member_id == member.id)
    return db.session.scalars(query.order_by(Membership.since.desc())).all()


def _list_owned_alone(memberships: Sequence[Membership]) -> Sequence[Membership]:
    """List the memberships of the only owner of a group: the account cannot be closed first."""
    owned = {each.group_id: each for each in memberships if each.is_owner}
    if not owned:
        return []
    alone = (
        select(Membership.group_id)
        .where(
            Membership.group_id.in_(owned),
            Membership.role == Role.OWNER,
            Membership.state == MembershipState.ACTIVE,
        )
        .group_by(Membership.group_id)
        .having(func.count() == 1)
    )
    return [owned[group_id] for group_id in db.session.scalars(alone)]


def _count_posts(member: Member) -> Mapping[PlacementStatus, int]:
    query = (
        select(Placement.status, func.count())
        .join(Post, Post.id == Placement.post_id)
        .where(Post.author_id == member.id)
        .group_by(Placement.status)
    )
    counts: dict[PlacementStatus, int] = dict(db.session.execute(query).all())
    return counts


def _list_posts(member: Member) -> Sequence[Post]:
    query = select(Post).where(Post.author_id == member.id).order_by(Post.id.desc())
    return db.session.scalars(query.limit(MOST_POSTS)).unique().all()


def _count(
    table: type[BrowserSession] | type[ApiToken], member: Member, *conditions: ColumnElement[bool]
) -> int:
    query = select(func.count()).select_from(table).where(table.member_id == member.id, *conditions)
    return db.session.scalar(query) or 0


def _list_sanctions(member: Member) -> Sequence[Sanction]:
    query = (
        select(Sanction)
        .options(joinedload(Sanction.group), joinedload(Sanction.given_by))
        .where(Sanction.member_id == member.id)
        .order_by(Sanction.id.desc())
    )
    return db.session.scalars(query.limit(MOST_SANCTIONS)).all()


def _list_mails(member: Member) -> Sequence[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.member_id == member.id)
    return db.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(MOST_MAILS)).all()


def _list_entries(member: Member) -> Sequence[LogEntry]:
    query = select(LogEntry).where(LogEntry.member_id == member.id)
    return db.session.scalars(query.order_by(LogEntry.id.desc()).limit(MOST_ENTRIES)).all()


def _names_of(entries: Sequence[LogEntry]) -> Mapping[int, str]:
    """Find the names of those who acted."""
    ids = {each.actor_id for each in entries if each.actor_id is not None}
    rows = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(ids)))
    return dict(rows.all())

"""Lists of a group's members as its page asks for them: filtered, those who look after it first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from grandequipe.core import clock
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Role
from grandequipe.groups.queries.profiles import profile_shown_to
from grandequipe.members.models import Member, Organisation, ProfileField, Viewer
from grandequipe.taxonomies.queries import search_words

RECENT, LONG_AGO = timedelta(days=30), timedelta(days=90)
LONGEST_WORDS = 100
MOST_TEAM = 100
MOST_ORGANISATIONS = 100
BATCH = 1000


class Activity(StrEnum):
    """What a member has written in the group: of late, long ago, or never."""

    RECENT = "recent"
    SILENT = "silent"
    NEVER = "never"


class ListedState(StrEnum):
    """Which members of a group are listed: all who are active, or those who are muted."""

    ACTIVE = "active"
    MUTED = "muted"


# Set by the package whose texts members write: says of each membership of a statement whether its
# member has written in the group since an instant.
wrote_since: list[Callable[[datetime], ColumnElement[bool]]] = []


@dataclass(frozen=True)
class MemberFilter:
    """What the members' page is asked for; `organisation` is an id."""

    words: str = ""
    role: Role | None = None
    state: ListedState = ListedState.ACTIVE
    activity: Activity | None = None
    organisation: int | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether all active members are asked for."""
        return self == MemberFilter()

    @property
    def is_too_long(self) -> bool:
        """Return whether the words are too many: they are given back, and no member is found."""
        return len(self.words) > LONGEST_WORDS


def list_filtered_members(
    group: Group,
    wanted: MemberFilter,
    seen_by: Viewer,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[Membership]:
    """List ordinary members, newest first."""
    query = _filtered(group, wanted, seen_by).where(Membership.role == Role.MEMBER)
    return paginate(query, Order(Membership.since, Membership.member_id), cursor, limit)


def list_filtered_team(group: Group, wanted: MemberFilter, seen_by: Viewer) -> Sequence[Membership]:
    """List owners, then moderators, each by how long they have been there."""
    query = _filtered(group, wanted, seen_by).where(Membership.role != Role.MEMBER)
    order = (Membership.role == Role.MODERATOR, Membership.since, Membership.member_id)
    return db.session.scalars(query.order_by(*order).limit(MOST_TEAM)).all()


def count_filtered(group: Group, wanted: MemberFilter, seen_by: Viewer) -> int:
    """Count the members that a filter lets through."""
    found = _filtered(group, wanted, seen_by).with_only_columns(
        func.count(), maintain_column_froms=True
    )
    return db.session.scalar(found.order_by(None)) or 0


def find_listed_members(group: Group, ids: Sequence[int]) -> Sequence[Member]:
    """Find which of these people are active members, by name."""
    return db.session.scalars(
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Member.id.in_(ids),
        )
        .order_by(Member.display_name, Member.id)
    ).all()


def list_organisations_in(group: Group, seen_by: Viewer) -> Sequence[Organisation]:
    """List the organisations that a group's members show to the viewer, by name."""
    of_members = (
        select(Member.organisation_id)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            profile_shown_to(ProfileField.ORGANISATION, seen_by),
        )
    )
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(of_members))
        .order_by(Organisation.name)
        .limit(MOST_ORGANISATIONS)
    ).all()


def iterate_members(group: Group, seen_by: Viewer) -> Iterator[Any]:
    """Give name, organisation, position, role, since and end of mute of all active members.

    Organisation and position are None where they are not shown to the viewer. Rows come from the
    database in batches, those who look after the group first.
    """
    query = (
        select(
            Member.display_name,
            case((profile_shown_to(ProfileField.ORGANISATION, seen_by), Organisation.name)),
            case((profile_shown_to(ProfileField.JOB_TITLE, seen_by), Member.job_title)),
            Membership.role,
            Membership.since,
            Membership.muted_until,
        )
        .join(Membership.member)
        .outerjoin(Organisation, Organisation.id == Member.organisation_id)
        .where(Membership.group_id == group.id, Membership.state == MembershipState.ACTIVE)
        .order_by(
            Membership.role == Role.MEMBER,
            Membership.role == Role.MODERATOR,
            Membership.since,
            Membership.member_id,
        )
    )
    return iter(db.session.execute(query.execution_options(yield_per=BATCH)))


def _filtered(group: Group, wanted: MemberFilter, seen_by: Viewer) -> Select[Membership]:
    query = (
        select(Membership)
        .join(Membership.member)
        .options(
            contains_eager(Membership.member).options(joinedload(Member.organisation)),
        )
        .where(Membership.group_id == group.id, Membership.state == MembershipState.ACTIVE)
    )
    for word in search_words(wanted.words):
        name = func.lower(func.unaccent(Member.display_name))
        query = query.where(name.contains(func.lower(func.unaccent(word))))
    if wanted.role is not None:
        query = query.where(Membership.role == wanted.role)
    if wanted.state is ListedState.MUTED:
        query = query.where(Membership.muted_until > clock.now())
    if wanted.organisation is not None:
        query = query.where(
            Member.organisation_id == wanted.organisation,
            profile_shown_to(ProfileField.ORGANISATION, seen_by),
        )
    if wanted.activity is not None and wrote_since:
        query = query.where(_has_activity(wanted.activity))
    return query


def _has_activity(activity: Activity) -> ColumnElement[bool]:
    now = clock.now()
    ever = or_(*(wrote(datetime.min.replace(tzinfo=now.tzinfo)) for wrote in wrote_since))
    if activity is Activity.NEVER:
        return not_(ever)
    if activity is Activity.RECENT:
        return or_(*(wrote(now - RECENT) for wrote in wrote_since))
    lately = or_(*(wrote(now - LONG_AGO) for wrote in wrote_since))
    return ever & not_(lately)

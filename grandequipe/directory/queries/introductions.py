"""Finding whom to introduce to whom, near them or on their themes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from grandequipe.directory.models import IntroducedPerson, Introduction, MessageBlock
from grandequipe.extensions import db
from grandequipe.members.models import Member, MemberProfile, ProfileField, member_theme
from grandequipe.members.policies import shows
from grandequipe.taxonomies.models import Territory, Theme

NOT_AGAIN_FOR = timedelta(days=365)
PEOPLE = 3
# Of those near a member and of those on each theme, who are compared.
MOST_COMPARED = 100
_WANTS = and_(MemberProfile.wants_introductions, Member.active, Member.confirmed_at.is_not(None))


@dataclass(frozen=True)
class Reason:
    """The reason of an introduction: a territory near the member's own, and themes of both."""

    territory: Territory | None
    themes: Sequence[Theme]
    nearness: int

    @property
    def weight(self) -> int:
        """Give how much speaks for it."""
        return self.nearness + 2 * len(self.themes)


def list_due_for_introduction(period: str, day: int, limit: int) -> Sequence[int]:
    """List members who want introductions and have none of a month; each has a day from 1 to 28."""
    has_one = exists().where(
        Introduction.member_id == MemberProfile.member_id, Introduction.period == period
    )
    query = (
        select(MemberProfile.member_id)
        .join(Member, Member.id == MemberProfile.member_id)
        .where(_WANTS, MemberProfile.member_id % 28 + 1 <= day, ~has_one)
        .order_by(MemberProfile.member_id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def choose_people(member: Member, period: str, now: datetime) -> Sequence[int]:
    """Choose up to three people who want introductions, and whose reason shows to the member."""
    profile = _profiles([member.id]).get(member.id)
    if profile is None:
        return []
    ids = _ids_near(member, profile, period) | _ids_on_themes(member, profile, period)
    found = _profiles(ids, _may_be_introduced(member, now))
    reasons = {id: reason_for(member, profile, other) for id, other in found.items()}
    fitting = [id for id, reason in reasons.items() if reason.weight]
    # Of equal ones no one is first each month.
    fitting.sort(key=lambda id: (-reasons[id].weight, _turn(period, member.id, id)))
    return fitting[:PEOPLE]


def list_introduced(
    introduction: Introduction, member: Member
) -> list[tuple[MemberProfile, Reason]]:
    """List the people of an introduction who still agree, with the reason as it is now."""
    own = _profiles([member.id]).get(member.id)
    ids = db.session.scalars(
        select(IntroducedPerson.person_id).where(
            IntroducedPerson.introduction_id == introduction.id
        )
    ).all()
    found = _profiles(ids, _not_blocked(member)) if own is not None else {}
    with_reasons = [(each, reason_for(member, own, each)) for each in found.values() if own]
    kept = [(each, reason) for each, reason in with_reasons if reason.weight]
    return sorted(kept, key=lambda each: (-each[1].weight, each[0].member_id))


def reason_for(member: Member, own: MemberProfile, other: MemberProfile) -> Reason:
    """Give what speaks for introducing another to a member, of what the other shows to them."""
    near = 0
    if shows(other.member, ProfileField.TERRITORY, member):
        near = _nearness(own.territory_code, other.territory_code)
    themes: list[Theme] = []
    if shows(other.member, ProfileField.THEMES, member):
        mine = {theme.id for theme in own.themes}
        themes = [theme for theme in other.themes if theme.id in mine]
    return Reason(other.territory if near else None, themes, near)


def _profiles(ids: Iterable[int], *conditions: ColumnElement[bool]) -> dict[int, MemberProfile]:
    query = (
        select(MemberProfile)
        .join(MemberProfile.member)
        .where(MemberProfile.member_id.in_(list(ids)), _WANTS, *conditions)
        .options(
            joinedload(MemberProfile.member),
            joinedload(MemberProfile.territory),
            selectinload(MemberProfile.themes),
        )
        .execution_options(populate_existing=True)
    )
    return {profile.member_id: profile for profile in db.session.scalars(query).unique()}


def _not_blocked(member: Member) -> ColumnElement[bool]:
    between = or_(
        and_(MessageBlock.member_id == member.id, MessageBlock.blocked_id == Member.id),
        and_(MessageBlock.member_id == Member.id, MessageBlock.blocked_id == member.id),
    )
    return ~exists().where(between)


def _may_be_introduced(member: Member, now: datetime) -> ColumnElement[bool]:
    lately = exists().where(
        IntroducedPerson.person_id == Member.id,
        IntroducedPerson.introduction_id == Introduction.id,
        Introduction.member_id == member.id,
        Introduction.created_at > now - NOT_AGAIN_FOR,
    )
    return and_(Member.id != member.id, ~lately, _not_blocked(member))


def _ids_near(member: Member, profile: MemberProfile, period: str) -> set[int]:
    """List some who want introductions in the département, and in the région where few are."""
    chain = _chain(profile.territory_code)
    found: set[int] = set()
    for code in chain[:1] + chain[1:]:
        query = select(MemberProfile.member_id).where(
            MemberProfile.wants_introductions,
            MemberProfile.territory_code.in_(select(_within(code))),
        )
        found |= _some(query, MemberProfile.member_id, member, period)
        if len(found) > PEOPLE * 4:
            break
    return found


def _ids_on_themes(member: Member, profile: MemberProfile, period: str) -> set[int]:
    found: set[int] = set()
    for theme in profile.themes:
        query = (
            select(member_theme.c.member_id)
            .join(MemberProfile, MemberProfile.member_id == member_theme.c.member_id)
            .where(member_theme.c.theme_id == theme.id, MemberProfile.wants_introductions)
        )
        found |= _some(query, member_theme.c.member_id, member, period)
    return found


def _some(query, id, member: Member, period: str) -> set[int]:  # type: ignore[no-untyped-def]
    """Read a number of ids from a place that is another one for each member and month."""
    last = db.session.scalar(select(func.max(MemberProfile.member_id))) or 0
    pivot = _turn(period, member.id, 0) % (last + 1)
    after = db.session.scalars(query.where(id >= pivot).order_by(id).limit(MOST_COMPARED)).all()
    before = db.session.scalars(query.where(id < pivot).order_by(id).limit(MOST_COMPARED)).all()
    return {*after, *before} - {member.id}


def _within(code: str):  # type: ignore[no-untyped-def]
    """Select the codes of a territory and of those within it."""
    inside = select(Territory.code).where(Territory.code == code).cte("inside", recursive=True)
    child = aliased(Territory)
    inside = inside.union_all(select(child.code).join(inside, child.parent_code == inside.c.code))
    return inside.c.code


def _chain(code: str | None) -> list[str]:
    """List a territory and those that hold it, the narrowest first."""
    found: list[str] = []
    while code is not None and code not in found:
        found.append(code)
        code = db.session.scalar(select(Territory.parent_code).where(Territory.code == code))
    return found


def _nearness(one: str | None, other: str | None) -> int:
    """Give 0 for territories that nothing holds both, 3 for the same, less for a wider one."""
    if one is None or other is None:
        return 0
    mine, theirs = _chain(one), _chain(other)
    shared = next((code for code in mine if code in theirs), None)
    return max(1, 3 - mine.index(shared)) if shared is not None else 0


def _turn(period: str, *ids: int) -> int:
    return int.from_bytes(sha256(repr((period, *ids)).encode()).digest()[:7])

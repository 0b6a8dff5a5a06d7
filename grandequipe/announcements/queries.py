"""Reading announcements: each member reads those that are for them.

Each process keeps the few that are shown now (see `core.refreshed`), so pages of a site without
announcements ask nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from grandequipe.announcements.models import Announcement
from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.refreshed import Refreshed
from grandequipe.core.windows import Order, Window, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import LabelFollow
from grandequipe.members.models import Member, Organisation, Viewer
from grandequipe.taxonomies.models import Territory, TerritoryParent

NEWEST_FIRST = Order(Announcement.published_at, Announcement.id)


def shown_now() -> Sequence[int]:
    """List the ids of the announcements that are shown now, newest first."""
    now = clock.now()
    return [id for id, starts_at, ends_at in _kept.get() if starts_at <= now < ends_at]


def forget_shown() -> None:
    """Have the next page read again which announcements are shown."""
    _kept.forget()


def _load(connection: Connection) -> Sequence[tuple[int, datetime, datetime]]:
    kept = select(Announcement.id, Announcement.published_at, Announcement.ends_at)
    kept = kept.where(Announcement.withdrawn_at.is_(None), Announcement.ends_at > clock.now())
    rows = connection.execute(kept.order_by(Announcement.published_at.desc(), Announcement.id))
    return [(id, starts_at, ends_at) for id, starts_at, ends_at in rows]


_kept = Refreshed(_load)


def list_for_banner(member: Viewer, dismissed: Sequence[int]) -> Sequence[Announcement]:
    """List the announcements for the top of a member's pages, but those that they closed."""
    ids = [id for id in shown_now() if id not in dismissed]
    if not ids:
        return []
    found = select(Announcement).where(Announcement.in_banner, Announcement.id.in_(ids))
    return _for_member(found, member)


def list_for_digest(member: Viewer) -> Sequence[Announcement]:
    """List the announcements for a member's digest now, sent before or not."""
    ids = shown_now()
    if not ids:
        return []
    found = select(Announcement).where(Announcement.in_digest, Announcement.id.in_(ids))
    return _for_member(found, member)


def get_announcement(announcement_id: int, seen_by: Viewer) -> Announcement:
    """Get one that is, or was, for the viewer, or any for administrators; or raise NotFound."""
    found = select(Announcement).where(Announcement.id == announcement_id)
    if seen_by.is_admin:
        shown = db.session.scalars(found).all()
    else:
        shown = _for_member(found.where(Announcement.withdrawn_at.is_(None)), seen_by)
    if not shown:
        raise NotFound
    return shown[0]


def list_announcements(seen_by: Viewer, cursor: str | None = None) -> Window[Announcement]:
    """List the announcements for the viewer, those that have ended too, newest first."""
    found = select(Announcement).where(Announcement.withdrawn_at.is_(None))
    return paginate(found.where(_is_for(seen_by.id)), NEWEST_FIRST, cursor)


def list_all_announcements(cursor: str | None = None) -> Window[Announcement]:
    """List all announcements for administrators, newest first."""
    return paginate(select(Announcement), NEWEST_FIRST, cursor)


def recipients_of(announcement: Announcement) -> Select[int]:
    """Select the ids of the members whom an announcement is for."""
    members = select(Member.id).where(Member.active, Member.confirmed_at.is_not(None))
    if announcement.territory_code is None:
        return members
    return members.where(_belongs_to(Member.id, announcement.territory_code))


def _for_member(found: Select[Announcement], member: Viewer) -> Sequence[Announcement]:
    newest = found.where(_is_for(member.id)).order_by(Announcement.published_at.desc())
    return db.session.scalars(newest).all()


def _is_for(member_id: int) -> ColumnElement[bool]:
    code = Announcement.territory_code
    return or_(code.is_(None), _belongs_to(member_id, code))


def _belongs_to(member_id: Any, code: Any) -> ColumnElement[bool]:
    """Say that a member's organisation, or what they follow, is in a territory: up to four levels.

    A QPV is in each of its communes, and in what holds these.
    """
    own, above, top, region = (aliased(Territory) for _level in range(4))
    further, town, department = aliased(TerritoryParent), aliased(Territory), aliased(Territory)
    held_by = (own.code, above.code, top.code, region.code)
    held_too = (town.code, department.code, department.parent_code)
    within = (
        select(own.code)
        .outerjoin(above, above.code == own.parent_code)
        .outerjoin(top, top.code == above.parent_code)
        .outerjoin(region, region.code == top.parent_code)
        .outerjoin(further, further.territory_code == own.code)
        .outerjoin(town, town.code == further.parent_code)
        .outerjoin(department, department.code == town.parent_code)
        .where(or_(*(each == code for each in (*held_by, *held_too))))
    )
    of_member, follow = aliased(Member), LabelFollow
    organisation = exists().where(
        of_member.id == member_id,
        of_member.organisation_id == Organisation.id,
        Organisation.territory_code == own.code,
    )
    follows = exists().where(and_(follow.member_id == member_id, follow.territory_code == own.code))
    there = or_(
        organisation.correlate_except(of_member, Organisation), follows.correlate_except(follow)
    )
    inside = (own, above, top, region, further, town, department)
    return within.where(there).correlate_except(*inside).exists()

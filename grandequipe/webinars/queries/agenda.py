"""Reading the agenda: posts by their dates, those that the viewer may see.

One statement reads a page. What of several groups the viewer finds stands once, in a group of
their own where there is one. Dates are read from the indexes of placements, whose triggers copy
them from the posts.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Window, make_cursor, read_cursor
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Kind,
    Placement,
    PlacementLabel,
    Post,
    WebinarDetails,
)
from grandequipe.feed.models.inputs.kinds import LONGEST_WEBINAR
from grandequipe.feed.queries.visibility import (
    VIEWER,
    ViewerPlaceholder,
    placeholder_for,
    published,
    viewer_params,
)
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    ACTIVE,
    AgendaEntry,
    AgendaFilter,
    AgendaPeriod,
    AgendaScope,
    Registration,
    RegistrationSettings,
)

_INSTANT = DateTime(timezone=True)
_FROM, _BEGIN, _TO, _NOW = (
    bindparam(name, type_=_INSTANT) for name in ("since", "begin", "until", "now")
)
_AFTER_AT, _AFTER_ID = (
    bindparam("after_at", type_=_INSTANT),
    bindparam("after_id", type_=BigInteger),
)
_GROUP = bindparam("group", type_=BigInteger)
_KIND = bindparam("kind", type_=Placement.kind.type)
_LABELS = {name: bindparam(name, type_=Text) for name in ("theme", "territory")}


def list_agenda(
    wanted: AgendaFilter,
    seen_by: Member | None,
    period: AgendaPeriod,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    between: tuple[datetime, datetime] | None = None,
) -> Window[AgendaEntry]:
    """List a page of the agenda by date: what comes soonest first, what is over latest first.

    With `AgendaPeriod.BETWEEN`, what begins in the half-open interval `between`; with `DURING`,
    what has begun before and goes on, too. Raises Invalid for a cursor that we did not make.
    """
    now = clock.now()
    begin, until = between or (now, now)
    since = begin if period is AgendaPeriod.BETWEEN else begin - LONGEST_WEBINAR
    params: dict[str, Any] = {
        **viewer_params(seen_by),
        "since": since, "begin": begin, "until": until, "now": now, "group": wanted.group_id,
        "kind": wanted.kind, "theme": wanted.theme, "territory": wanted.territory,
    }  # fmt: skip
    if cursor:
        params["after_at"], params["after_id"] = read_cursor(cursor)
    query = _statement(
        placeholder_for(seen_by), _shape(wanted, seen_by), period, bool(cursor), limit
    )
    rows = [AgendaEntry(*row) for row in db.session.execute(query, params)]
    items = rows[:limit]
    more = len(rows) > limit
    return Window(items, make_cursor(items[-1].starts_at, items[-1].id) if more else None)


def _shape(wanted: AgendaFilter, seen_by: Member | None) -> AgendaFilter:
    """Give the filter with marks for its values: equal ones ask the same statement.

    Visitors have neither groups nor registrations.
    """
    return AgendaFilter(
        wanted.scope if seen_by else AgendaScope.ALL,
        wanted.kind and Kind.NEWS,
        wanted.group_id and 1,
        wanted.theme and "theme",
        wanted.territory and "territory",
    )


def get_entry(post_id: int, seen_by: Member | None) -> AgendaEntry:
    """Get a published post at its date, or raise NotFound: also for one that has none."""
    query = _one(placeholder_for(seen_by))
    row = db.session.execute(query, {"post": post_id, **viewer_params(seen_by)}).first()
    if row is None:
        raise NotFound
    return AgendaEntry(*row)


@cache
def _one(viewer: ViewerPlaceholder | None) -> Select[Any]:
    each = aliased(Placement, name="each")
    columns = (each.id, each.post_id, each.group_id, each.published_at, each.starts_at)
    is_mine = _is_mine(viewer, each)
    chosen = (
        select(*columns, is_mine)
        .join(Group, Group.id == each.group_id)
        .where(
            each.post_id == bindparam("post", type_=BigInteger),
            each.starts_at.is_not(None),
            published(each),
            readable_by(viewer),
        )
        .order_by(is_mine.desc(), each.published_at, each.id)
        .limit(literal_column("1"))
        .subquery("chosen")
    )
    return _entries(viewer, chosen, is_past=False)


@cache
def _statement(
    viewer: ViewerPlaceholder | None,
    wanted: AgendaFilter,
    period: AgendaPeriod,
    goes_on: bool,
    limit: int,
) -> Select[Any]:
    is_past = period is AgendaPeriod.PAST
    # A number, no parameter: of a parameter PostgreSQL expects a tenth of the table.
    number: Any = literal_column(str(limit + 1))
    few = _few(viewer, wanted, period, goes_on, number)
    at, post_id = (few.c.starts_at, few.c.post_id)
    order = (at.desc(), post_id.desc()) if is_past else (at, post_id)
    chosen = (
        select(few)
        .ext(distinct_on(*(at, post_id)))
        .order_by(*order, few.c.is_mine.desc(), few.c.published_at, few.c.id)
        .limit(number)
        .subquery("chosen")
    )
    return _entries(viewer, chosen, is_past)


def _few(
    viewer: ViewerPlaceholder | None,
    wanted: AgendaFilter,
    period: AgendaPeriod,
    goes_on: bool,
    number: Any,
) -> Any:
    """Give the placements among which the page is, by the index that the scope has."""
    each = aliased(Placement, name="each")
    conditions = [published(each), *_within(each, period, goes_on), *_filtered(each, wanted)]
    columns = (each.id, each.post_id, each.group_id, each.published_at, each.starts_at)
    if wanted.scope is AgendaScope.GROUPS:
        mine = _my_groups("mine")
        order = _order(each, period)
        here = select(*columns).where(each.group_id == mine.c.group_id, *conditions)
        few = here.order_by(*order).limit(number).lateral("few")
        in_groups = select(few, true().label("is_mine")).select_from(mine).join(few, true())
        elsewhere = _of_posts(viewer, each, columns, conditions, _registered())
        return union_all(in_groups, elsewhere).subquery("dated")
    if wanted.scope is AgendaScope.REGISTERED:
        held = _of_posts(viewer, each, columns, conditions, union(_registered(), *_organised()))
        return held.subquery("dated")
    readable = (
        select(*columns, _is_mine(viewer, each))
        .join(Group, Group.id == each.group_id)
        .where(readable_by(viewer), *conditions)
    )
    return readable.subquery("dated")


def _of_posts(
    viewer: ViewerPlaceholder | None, each: Any, columns: Any, conditions: Any, posts: Any
) -> Any:
    return (
        select(*columns, _is_mine(viewer, each))
        .join(Group, Group.id == each.group_id)
        .where(each.post_id.in_(posts), readable_by(viewer), *conditions)
    )


def _is_mine(viewer: ViewerPlaceholder | None, each: Any) -> Any:
    if viewer is None:
        return false().label("is_mine")
    mine = select(_my_groups("also_mine").c.group_id)
    return each.group_id.in_(mine).label("is_mine")


def _registered() -> Any:
    return select(Registration.post_id).where(
        Registration.member_id == VIEWER, Registration.state.in_(ACTIVE)
    )


def _organised() -> Sequence[Any]:
    posts = Post.__table__.c
    managed = select(RegistrationSettings.post_id)
    return (
        select(posts.id).where(posts.author_id == VIEWER, posts.kind == Kind.WEBINAR),
        managed.where(RegistrationSettings.manager_id == VIEWER),
    )


def _my_groups(name: str) -> Any:
    return (
        select(Membership.group_id)
        .where(Membership.member_id == VIEWER, Membership.state == MembershipState.ACTIVE)
        .subquery(name)
    )


def _within(each: Any, period: AgendaPeriod, goes_on: bool) -> list[Any]:
    conditions = [each.starts_at.is_not(None)]
    place = tuple_(each.starts_at, each.post_id)
    after = tuple_(_AFTER_AT, _AFTER_ID)
    if period is AgendaPeriod.PAST:
        conditions += [each.starts_at <= _NOW, each.ends_at <= _NOW]
        return [*conditions, *([place < after] if goes_on else [])]
    # From where the longest one that is not over began: the index is read from there on.
    conditions.append(each.starts_at >= _FROM)
    if period is AgendaPeriod.COMING:
        conditions.append(each.ends_at > _NOW)
    else:
        conditions.append(each.starts_at < _TO)
    if period is AgendaPeriod.DURING:
        conditions.append(or_(each.starts_at >= _BEGIN, each.ends_at > _BEGIN))
    return [*conditions, *([place > after] if goes_on else [])]


def _filtered(each: Any, wanted: AgendaFilter) -> list[Any]:
    conditions = []
    if wanted.kind:
        conditions.append(each.kind == _KIND)
    if wanted.group_id:
        conditions.append(each.group_id == _GROUP)
    for name, label in _LABELS.items():
        if getattr(wanted, name):
            listed = aliased(PlacementLabel, name=f"of_{name}")
            is_listed = exists().where(listed.label == label, listed.placement_id == each.id)
            conditions.append(is_listed)
    return conditions


def _order(each: Any, period: AgendaPeriod) -> tuple[Any, Any]:
    if period is AgendaPeriod.PAST:
        return each.starts_at.desc(), each.post_id.desc()
    return each.starts_at, each.post_id


def _entries(viewer: ViewerPlaceholder | None, chosen: Any, is_past: bool) -> Select[Any]:
    posts, webinars = Post.__table__.c, WebinarDetails.__table__.c
    own = aliased(Registration, name="own")
    is_organised = posts.author_id == VIEWER if viewer else false()
    query = (
        select(
            posts.id,
            posts.kind,
            posts.title,
            posts.summary,
            posts.language,
            posts.created_at,
            posts.edited_at,
            chosen.c.starts_at,
            func.coalesce(webinars.ends_at, chosen.c.starts_at),
            Group.slug,
            Group.name,
            Group.language,
            webinars.time_zone,
            webinars.venue,
            webinars.join_url.is_not(None),
            webinars.replay_url.is_not(None),
            webinars.cancelled_at,
            func.coalesce(webinars.revision, 0),
            own.state,
            is_organised,
        )
        .select_from(chosen)
        .join(Post.__table__, posts.id == chosen.c.post_id)
        .join(Group, Group.id == chosen.c.group_id)
        .outerjoin(WebinarDetails.__table__, webinars.post_id == chosen.c.post_id)
        .outerjoin(
            own,
            and_(own.post_id == chosen.c.post_id, own.member_id == VIEWER) if viewer else false(),
        )
    )
    order = (chosen.c.starts_at, chosen.c.post_id)
    return query.order_by(*(each.desc() for each in order) if is_past else order)

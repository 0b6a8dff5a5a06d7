"""Reading the agenda: posts by their dates, those that the viewer may see.

One statement reads a page, and as many rows as the page has, however many dates there are: first
the dates, from the indexes of placements, whose triggers copy them from the posts; then what is
shown of those posts. A post that several groups read stands once, in a group of the viewer's own
where there is one.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
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
_ONE: Any = literal_column("1", Integer)
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
    # By the connection: of thousands of rows for a calendar, the session would make rows twice.
    rows = [*map(AgendaEntry._make, db.session.connection().execute(query, params))]
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
    date = (
        select(each.starts_at, each.post_id)
        .where(
            each.post_id == bindparam("post", type_=BigInteger),
            each.starts_at.is_not(None),
            published(each),
        )
        .limit(_ONE)
        .subquery("listed")
    )
    return _entries(viewer, AgendaFilter(), date, is_past=False)


@cache
def _statement(
    viewer: ViewerPlaceholder | None,
    wanted: AgendaFilter,
    period: AgendaPeriod,
    goes_on: bool,
    limit: int,
) -> Select[Any]:
    # A number, no parameter: of a parameter PostgreSQL expects a tenth of the table.
    number: Any = literal_column(str(limit + 1))
    parts = _parts(viewer, wanted, period, goes_on, number)
    dates = union_all(*parts).subquery("dates")
    listed = _first(select(dates.c.starts_at, dates.c.post_id), dates.c, period, number)
    return _entries(viewer, wanted, listed.subquery("listed"), period is AgendaPeriod.PAST)


def _parts(
    viewer: ViewerPlaceholder | None,
    wanted: AgendaFilter,
    period: AgendaPeriod,
    goes_on: bool,
    number: Any,
) -> Sequence[Any]:
    """Give the selects among whose dates the page is; each reads about a page of an index."""
    each = aliased(Placement, name="each")
    dates = select(each.starts_at, each.post_id).where(published(each), *_filtered(each, wanted))
    within = dates.where(*_within(each, period, goes_on))
    if wanted.scope is AgendaScope.GROUPS:
        in_groups = _in_my_groups(within, each, period, number)
        return [
            in_groups,
            _readable(viewer, each, within, wanted).where(each.post_id.in_(_registered())),
        ]
    if wanted.scope is AgendaScope.REGISTERED:
        held = union(_registered(), *_organised())
        return [_readable(viewer, each, within, wanted).where(each.post_id.in_(held))]
    return [
        _first(_readable(viewer, each, dates.where(*part), wanted), each, period, number)
        for part in _parts_within(each, period, goes_on)
    ]


def _in_my_groups(dates: Any, each: Any, period: AgendaPeriod, number: Any) -> Any:
    """Give the first dates of each of the viewer's groups, as far as a page goes.

    The page ends where as many groups as it has rows have begun: nothing after that is read.
    """
    mine = _my_groups("mine")
    here = dates.where(each.group_id == mine.c.group_id)
    first = _first(here, each, period, _ONE).lateral("first")
    firsts = select(first.c.starts_at, first.c.post_id).select_from(mine).join(first, true())
    firsts_of_page = _first(firsts, first.c, period, number).subquery("firsts")
    is_past = period is AgendaPeriod.PAST
    last = func.min if is_past else func.max
    is_full = func.count() == number
    until = select(case((is_full, last(firsts_of_page.c.starts_at)))).scalar_subquery()
    ever: Any = literal_column("'-infinity'" if is_past else "'infinity'", _INSTANT)
    end = func.coalesce(until, ever)
    few = here.where(each.starts_at >= end if is_past else each.starts_at <= end)
    few = _first(few, each, period, number).lateral("few")
    return select(few.c.starts_at, few.c.post_id).select_from(mine).join(few, true())


def _first(dates: Any, columns: Any, period: AgendaPeriod, number: Any) -> Any:
    """Give the first of some dates in the order of the period; posts in several groups once."""
    order: Any = (columns.starts_at, columns.post_id)
    if period is AgendaPeriod.PAST:
        order = tuple(each.desc() for each in order)
    return dates.distinct().order_by(*order).limit(number)


def _readable(viewer: ViewerPlaceholder | None, each: Any, dates: Any, wanted: AgendaFilter) -> Any:
    # By these words PostgreSQL asks it of each date that comes, and expects that most are read.
    # Joined with all groups, the dates would be sorted again.
    group_id = _GROUP if wanted.group_id else each.group_id
    group = select(_ONE).where(Group.id == group_id, readable_by(viewer)).correlate(each)
    return dates.where(group.scalar_subquery().is_not(None))


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
    follows = _follows(each, period, goes_on)
    if period is AgendaPeriod.PAST:
        return [each.starts_at <= _NOW, each.ends_at <= _NOW, *follows]
    # From where the longest one that is not over began: the index is read from there on.
    since = [each.starts_at >= _FROM, *follows]
    if period is AgendaPeriod.COMING:
        return [*since, each.ends_at > _NOW]
    if period is AgendaPeriod.DURING:
        since.append(or_(each.starts_at >= _BEGIN, each.ends_at > _BEGIN))
    return [*since, each.starts_at < _TO]


def _parts_within(each: Any, period: AgendaPeriod, goes_on: bool) -> Sequence[Sequence[Any]]:
    """Divide what begins in a period from what has begun before it and goes on.

    Of both at once PostgreSQL expects little, and sorts all of it.
    """
    follows = _follows(each, period, goes_on)
    if period is AgendaPeriod.COMING:
        begun = [each.starts_at >= _FROM, each.starts_at <= _NOW, each.ends_at > _NOW]
        return [[*begun, *follows], [each.starts_at > _NOW, *follows]]
    if period is AgendaPeriod.DURING:
        begun = [each.starts_at >= _FROM, each.starts_at < _BEGIN, each.ends_at > _BEGIN]
        later = [each.starts_at >= _BEGIN, each.starts_at < _TO]
        return [[*begun, *follows], [*later, *follows]]
    return [_within(each, period, goes_on)]


def _follows(each: Any, period: AgendaPeriod, goes_on: bool) -> list[Any]:
    place, after = tuple_(each.starts_at, each.post_id), tuple_(_AFTER_AT, _AFTER_ID)
    if not goes_on:
        return []
    return [place < after if period is AgendaPeriod.PAST else place > after]


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


def _entries(
    viewer: ViewerPlaceholder | None, wanted: AgendaFilter, listed: Any, is_past: bool
) -> Select[Any]:
    """Give what is shown of each of some dates; nothing of a post that the viewer does not see.

    Each webinar is read by its index: of hundreds, PostgreSQL would read the whole table instead.
    """
    posts, own = Post.__table__.c, aliased(Registration, name="own")
    shown_in = _shown_in(viewer, wanted, listed.c.post_id)
    webinars = (
        select(WebinarDetails.__table__)
        .where(WebinarDetails.post_id == listed.c.post_id)
        .limit(_ONE)
        .lateral("details")
    )
    is_organised = posts.author_id == VIEWER if viewer else false()
    is_own = and_(own.post_id == listed.c.post_id, own.member_id == VIEWER) if viewer else false()
    query = (
        select(
            posts.id,
            posts.kind,
            posts.title,
            posts.summary,
            posts.language,
            posts.created_at,
            posts.edited_at,
            listed.c.starts_at,
            func.coalesce(webinars.c.ends_at, listed.c.starts_at),
            shown_in.c.slug,
            shown_in.c.name,
            shown_in.c.language,
            webinars.c.time_zone,
            webinars.c.venue,
            webinars.c.join_url.is_not(None),
            webinars.c.replay_url.is_not(None),
            webinars.c.cancelled_at,
            func.coalesce(webinars.c.revision, 0),
            own.state,
            is_organised,
        )
        .select_from(listed)
        .join(Post.__table__, posts.id == listed.c.post_id)
        .join(shown_in, true())
        .outerjoin(webinars, true())
        .outerjoin(own, is_own)
    )
    order = (listed.c.starts_at, listed.c.post_id)
    return query.order_by(*(each.desc() for each in order) if is_past else order)


def _shown_in(viewer: ViewerPlaceholder | None, wanted: AgendaFilter, post_id: Any) -> Any:
    """Give the group by which the viewer finds a post; there is none of one they do not see.

    That is the wanted one, or the first that published the post, of their own if one did.
    """
    group = select(Group.slug, Group.name, Group.language)
    if wanted.group_id:
        return group.where(Group.id == _GROUP).subquery("shown_in")
    each = aliased(Placement, name="shown")
    mine = select(_my_groups("also_mine").c.group_id)
    own_first = (each.group_id.in_(mine).desc(),) if viewer else ()
    readable = group.select_from(each).join(Group, Group.id == each.group_id)
    readable = readable.where(each.post_id == post_id, published(each), readable_by(viewer))
    first = readable.order_by(*own_first, each.published_at, each.id).limit(_ONE)
    return first.lateral("shown_in")

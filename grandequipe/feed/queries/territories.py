"""Reading territories as places: what is within one, and where readers find posts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Text, bindparam, func, literal_column, select, true
from sqlalchemy.orm import aliased

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementLabel
from grandequipe.feed.queries import visibility
from grandequipe.feed.queries.labels import list_label_cards
from grandequipe.feed.queries.post_cards import PostCard
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member, MemberProfile
from grandequipe.taxonomies.models import Territory, TerritoryKind, TerritoryParent
from grandequipe.taxonomies.queries import list_above

# Of each département: nobody waits for more to be counted, pages say "100 and more".
MOST_COUNTED = 100
# Of each level, on the page of what is near.
MOST_NEAR = 5


class DepartmentCounts(NamedTuple):
    """A column of the map's table: its title, and what counts for a reader, by code ("D93").

    Where it gives None the reader has no such column.
    """

    title: Any
    count_for: Callable[[Member | None], Mapping[str, int] | None]


# What packages above count in each département, in the order of their registration.
more_counts: list[DepartmentCounts] = []


@dataclass(frozen=True)
class Within:
    """The territories in one: all of the next level, or its towns with posts; and its QPV."""

    territories: Sequence[Territory]
    neighbourhoods: Sequence[Territory]


@dataclass(frozen=True)
class NearLevel:
    """A territory around a member, and its newest posts that no nearer one has."""

    territory: Territory
    items: Sequence[PostCard]
    has_more: bool


def list_departments() -> Sequence[Territory]:
    """List the départements by their code, those overseas last."""
    return db.session.scalars(
        select(Territory)
        .where(Territory.kind == TerritoryKind.DEPARTMENT)
        .order_by(func.length(Territory.code), Territory.code)
    ).all()


def list_within(territory: Territory, seen_by: Member | None) -> Within:
    """List what lies in a territory, by name.

    Of a département, which has hundreds of communes, those that have posts for the viewer.
    """
    if territory.kind is TerritoryKind.REGION:
        return Within(_by_name(Territory.parent_code == territory.code), ())
    if territory.kind is TerritoryKind.DEPARTMENT:
        query = _towns_with_posts(visibility.placeholder_for(seen_by))
        params = {"department": territory.code, **visibility.viewer_params(seen_by)}
        towns = db.session.scalars(query, params).all()
        within = select(Territory.code).where(Territory.parent_code == territory.code)
        return Within(towns, _neighbourhoods_in(within))
    if territory.kind is TerritoryKind.MUNICIPALITY:
        return Within((), _neighbourhoods_in([territory.code]))
    return Within((), ())


def _by_name(condition: Any) -> Sequence[Territory]:
    query = select(Territory).where(condition).order_by(Territory.search_name)
    return db.session.scalars(query).all()


def _neighbourhoods_in(towns: Any) -> Sequence[Territory]:
    further = select(TerritoryParent.territory_code).where(TerritoryParent.parent_code.in_(towns))
    return _by_name(
        (Territory.kind == TerritoryKind.NEIGHBOURHOOD)
        & ~Territory.is_former
        & (Territory.parent_code.in_(towns) | Territory.code.in_(further))
    )


def _listed_under(code: Any, viewer: visibility.ViewerPlaceholder | None, most: int) -> Any:
    """Select up to `most` posts that the viewer sees under a label, read by its index."""
    here, each = aliased(Placement, name="here"), aliased(PlacementLabel, name="each")
    number: Any = literal_column(str(most))
    return (
        select(each.post_id)
        .join(here, here.id == each.placement_id)
        .join(Group, Group.id == here.group_id)
        .where(each.label == code, visibility.published(here), here.listed, readable_by(viewer))
        .order_by(each.published_at.desc())
        .limit(number)
    )


@cache
def _towns_with_posts(viewer: visibility.ViewerPlaceholder | None) -> Select[Territory]:
    one = _listed_under(Territory.code, viewer, 1).correlate(Territory).lateral("one")
    return (
        select(Territory)
        .join(one, true())
        .where(
            Territory.parent_code == bindparam("department", type_=Text),
            Territory.kind == TerritoryKind.MUNICIPALITY,
        )
        .order_by(Territory.search_name)
    )


def count_posts_by_department(seen_by: Member | None) -> Mapping[str, int]:
    """Count the posts that the viewer sees under each département, up to MOST_COUNTED."""
    query = _counts(visibility.placeholder_for(seen_by))
    rows = db.session.execute(query, visibility.viewer_params(seen_by))
    return {code: number for code, number in rows if number}


@cache
def _counts(viewer: visibility.ViewerPlaceholder | None) -> Select[str, int]:
    # A post in several groups is listed once for each: rows enough that as many posts are there.
    few = _listed_under(Territory.code, viewer, 2 * MOST_COUNTED).correlate(Territory)
    posts = few.lateral("posts")
    number = func.least(func.count(posts.c.post_id.distinct()), MOST_COUNTED, type_=Integer)
    return (
        select(Territory.code, number)
        .join(posts, true())
        .where(Territory.kind == TerritoryKind.DEPARTMENT)
        .group_by(Territory.code)
    )


def find_nearest_with_posts(above: Sequence[Territory], seen_by: Member | None) -> Territory | None:
    """Find the first of some territories that has a post for the viewer."""
    return next((each for each in above if list_label_cards(each.code, seen_by, None).items), None)


def find_own_territory(member: Member) -> Territory | None:
    """Find the territory of a member: that of their profile, or of their organisation."""
    own = select(MemberProfile.territory_code).where(MemberProfile.member_id == member.id)
    if code := db.session.scalar(own):
        return db.session.get(Territory, code)
    organisation = member.organisation
    return organisation.territory if organisation else None


def list_near(territory: Territory, seen_by: Member) -> Sequence[NearLevel]:
    """List the newest posts of a territory, then of each that holds it, each post once."""
    levels, shown = [], set[int]()
    for each in (territory, *list_above(territory)):
        page = list_label_cards(each.code, seen_by, None)
        new = [card for card in page.items if card.id not in shown]
        items = new[:MOST_NEAR]
        levels.append(NearLevel(each, items, len(new) > len(items) or page.next is not None))
        shown.update(card.id for card in items)
    return levels

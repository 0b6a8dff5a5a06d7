"""Reading themes and territories as labels of posts, and what a member follows."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, Text, bindparam, cast, func, literal_column, or_, select, true
from sqlalchemy.orm import aliased

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import DEFAULT_LIMIT, Order, Window, window_of
from grandequipe.extensions import db
from grandequipe.feed.models import Label, LabelFollow, Placement, PlacementLabel
from grandequipe.feed.queries import lists, post_cards, visibility
from grandequipe.groups.queries import readable_by
from grandequipe.members.models import Member, Organisation
from grandequipe.taxonomies.models import Territory, TerritoryKind, Theme

T = TypeVar("T")
THEME_KEY, TERRITORY_KEY = re.compile(r"T[0-9]{1,18}"), re.compile(r"[RDCQ][0-9A-Z]{1,8}")
ORGANISATION_KEY = re.compile(r"O[0-9]{1,18}")


def get_theme(slug: str) -> Theme:
    """Get a theme by its slug, or raise NotFound."""
    return _found(db.session.scalar(select(Theme).where(Theme.slug == slug)))


def get_territory(code: str) -> tuple[Territory, Territory | None]:
    """Get a territory by its code, in capitals or not, with the one above it; or raise NotFound."""
    territory = _found(db.session.get(Territory, code.upper()))
    above = db.session.get(Territory, territory.parent_code) if territory.parent_code else None
    return territory, above


def _found(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found


def list_regions() -> Sequence[Territory]:
    """List the régions by name."""
    return _by_name(Territory.kind == TerritoryKind.REGION)


def _by_name(condition: object) -> Sequence[Territory]:
    query = select(Territory).where(condition).order_by(Territory.search_name)  # type: ignore[arg-type]
    return db.session.scalars(query).all()


def find_label(key: str) -> Label | None:
    """Find a theme, an organisation or a territory by the key of its label."""
    if ORGANISATION_KEY.fullmatch(key):
        organisation = db.session.get(Organisation, int(key[1:]))
        return Label.of(organisation) if organisation else None
    if THEME_KEY.fullmatch(key):
        theme = db.session.get(Theme, int(key[1:]))
        return Label.of(theme) if theme else None
    territory = db.session.get(Territory, key) if TERRITORY_KEY.fullmatch(key) else None
    return Label.of(territory) if territory else None


def list_follows(member: Member) -> Sequence[Label]:
    """List the themes that a member follows, then the others, each by name."""
    query = (
        select(
            LabelFollow.label,
            func.coalesce(Theme.slug, Territory.code, cast(Organisation.id, Text)),
            func.coalesce(Theme.name, Territory.label, cast(Organisation.name, Text)),
            Theme.name_en,
        )
        .outerjoin(Theme, Theme.id == LabelFollow.theme_id)
        .outerjoin(Territory, Territory.code == LabelFollow.territory_code)
        .outerjoin(Organisation, Organisation.id == LabelFollow.organisation_id)
        .where(LabelFollow.member_id == member.id)
        .order_by(
            LabelFollow.theme_id.is_(None),
            Theme.family,
            Theme.rank,
            Territory.search_name,
            Organisation.name,
        )
    )
    return [Label(*row) for row in db.session.execute(query)]


def count_followers(organisation: Organisation) -> int:
    """Count the members who follow an organisation."""
    followers = select(func.count()).where(LabelFollow.organisation_id == organisation.id)
    return db.session.scalar(followers) or 0


def find_follows(member: Member | None, *labels: Label) -> frozenset[str]:
    """Find which of some labels a member follows, by key; of all where none is given."""
    if member is None:
        return frozenset()
    query = select(LabelFollow.label).where(LabelFollow.member_id == member.id)
    if labels:
        query = query.where(or_(*(LabelFollow.label == label.key for label in labels)))
    return frozenset(db.session.scalars(query))


def list_label_cards(
    label: str, seen_by: Member | None, cursor: str | None
) -> Window[post_cards.PostCard]:
    """List the PostCards under a theme or territory that the viewer may see, newest first."""
    query = _of_label(visibility.placeholder_for(seen_by), bool(cursor))
    return post_cards.read_cards(
        query, cursor, {"label": label, **visibility.viewer_params(seen_by)}
    )


@cache
def _of_label(viewer: visibility.ViewerPlaceholder | None, goes_on: bool) -> Select[Any]:
    each = aliased(Placement, name="each")
    # A post that several of the viewer's groups read stands where it was published first.
    first = (
        select(Placement.id)
        .join(Placement.group)
        .where(Placement.post_id == each.post_id, visibility.PUBLISHED, readable_by(viewer))
        .order_by(Placement.published_at, Placement.id)
        .limit(literal_column("1"))
        .correlate(each)
        .scalar_subquery()
    )
    chosen: Any = (
        select(each.post_id, each.group_id, each.status, each.published_at)
        .select_from(PlacementLabel)
        .join(each, each.id == PlacementLabel.placement_id)
        .where(
            PlacementLabel.label == bindparam("label", type_=Text), each.listed, each.id == first
        )
    )
    order = Order(PlacementLabel.published_at, PlacementLabel.post_id)
    if goes_on:
        chosen = chosen.where(order.after)
    # A number, no parameter: of a parameter PostgreSQL expects a tenth of the label's posts.
    most: Any = literal_column(str(DEFAULT_LIMIT + 1))
    newest = chosen.order_by(order.at.desc(), order.id.desc()).limit(most)
    listed = aliased(Placement, newest.subquery("listed"))
    here = post_cards.highlights_of(listed)
    query = post_cards.select_cards(viewer, listed, here.c).join(here, true())
    # Where it goes on is known to `listed`.
    return window_of(query, lists.newest_first(listed), goes_on=False)

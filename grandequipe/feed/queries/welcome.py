"""What visitors see of the community on their first page: all of it is public."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, func, literal_column, select, true
from sqlalchemy.orm import aliased

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Webinar
from grandequipe.feed.queries.lists import ComingDate
from grandequipe.feed.queries.post_cards import PostCard, select_cards
from grandequipe.feed.queries.visibility import LISTED, published
from grandequipe.groups.models import Group
from grandequipe.groups.queries import listed_to, readable_by
from grandequipe.members.models import Member

# Counting ends there: the page says "more than".
MOST_COUNTED = 1000
# A figure about fewer people would be about each of them.
FEWEST_PEOPLE = 5


class Figures(NamedTuple):
    """How large the community is, each number up to one more than `MOST_COUNTED`."""

    members: int
    groups: int
    posts: int


def find_figures() -> Figures | None:
    """Count members, public groups and what is published there; None for fewer than five people."""
    posts = select(Placement.id).join(Placement.group).where(LISTED, readable_by(None))
    counted = (
        select(Member.id).where(Member.active, Member.confirmed_at.is_not(None)),
        select(Group.id).where(readable_by(None), listed_to(None), Group.archived_at.is_(None)),
        posts,
    )
    numbers = [
        select(func.count()).select_from(each.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()
        for each in counted
    ]
    figures = Figures(*db.session.execute(select(*numbers)).one())
    return figures if figures.members >= FEWEST_PEOPLE else None


def list_public_cards(groups: Sequence[Group], most: int) -> Sequence[PostCard]:
    """List the PostCards of what was last published in some public groups, each post once."""
    newest = aliased(Placement, name="newest")
    few = (
        select(newest.id, newest.published_at)
        .where(newest.group_id == Group.id, published(newest), newest.listed)
        .order_by(newest.published_at.desc(), newest.post_id.desc())
        .limit(literal_column(str(most)))
        .correlate(Group)
        .lateral("few")
    )
    listed = (
        select(few.c.id)
        .select_from(Group)
        .join(few, true())
        .where(_among(Group.id), readable_by(None))
        .order_by(few.c.published_at.desc(), few.c.id.desc())
        .limit(2 * most)
    )
    ids = db.session.scalars(listed, {"ids": [group.id for group in groups]}).all()
    cards = select_cards(None, Placement, Placement).where(_among(Placement.id))
    cards = cards.order_by(Placement.published_at.desc(), Placement.id.desc())
    rows = db.session.execute(cards, {"ids": list(ids)}) if ids else ()
    once: dict[int, PostCard] = {}
    for row in rows:
        once.setdefault(row[0], PostCard(*row))
    return list(once.values())[:most]


def list_public_webinars(groups: Sequence[Group], most: int) -> Sequence[ComingDate]:
    """List the next webinars of some public groups, each once, the first one first."""
    query = (
        select(Webinar, Group)
        .join(Placement, Placement.post_id == Webinar.id)
        .join(Group, Group.id == Placement.group_id)
        .where(_among(Group.id), readable_by(None), LISTED, Placement.starts_at > clock.now())
        .order_by(Placement.starts_at, Webinar.id)
        .limit(2 * most)
    )
    once: dict[int, ComingDate] = {}
    for webinar, group in db.session.execute(query, {"ids": [group.id for group in groups]}):
        once.setdefault(webinar.id, ComingDate(webinar, group))
    return list(once.values())[:most]


def _among(column: Any) -> Any:
    return column == any_(bindparam("ids", type_=ARRAY(BigInteger)))

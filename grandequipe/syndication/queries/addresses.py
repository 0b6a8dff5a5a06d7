"""Reading which pages everybody may read, for the sitemap.

Public groups that stand in lists, and what is published in them: a new group that waits for the
administrators is read by its address alone.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, func, literal, select

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementLabel, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group
from grandequipe.groups.queries import listed_to, readable_by
from grandequipe.taxonomies.models import Territory, TerritoryKind, Theme
from grandequipe.web.sitemaps import MOST_OF_PART

# Rows of one statement.
BATCH = 2000
_OPEN = (readable_by(None), listed_to(None))


class Page(NamedTuple):
    """A page: the id, slug or code in its address, a title, and when it changed."""

    id: int
    name: str
    changed_at: datetime | None


def list_parts_of_posts() -> Sequence[int]:
    """List the numbers of the parts that have a post: of ids, 50,000 each."""
    last = db.session.scalar(select(func.max(Post.id))) or 0
    numbers = func.generate_series(0, last // MOST_OF_PART).table_valued("number")
    series = numbers.render_derived()
    number: Any = series.c.number
    first = number * MOST_OF_PART
    has_any = (
        select(literal(1))
        .select_from(Placement)
        .join(Placement.group)
        .where(
            Placement.post_id >= first, Placement.post_id < first + MOST_OF_PART, PUBLISHED, *_OPEN
        )
        .correlate(series)
        .exists()
    )
    return db.session.scalars(select(number).where(has_any).order_by(number)).all()


def read_posts(part: int) -> Iterator[Sequence[Page]]:
    """Read the posts of a part that everybody may read, some at a time, by id."""
    changed = func.greatest(func.max(Placement.published_at), Post.edited_at)
    query = (
        select(Post.id, Post.title, changed)
        .join(Placement, Placement.post_id == Post.id)
        .join(Placement.group)
        .where(PUBLISHED, *_OPEN)
        .group_by(Post.id)
    )
    return _read(query, Post.id, part * MOST_OF_PART, (part + 1) * MOST_OF_PART)


def list_parts_of_groups() -> Sequence[int]:
    """List the numbers of the parts that have a public group."""
    rounded = Group.id // literal(MOST_OF_PART)
    return db.session.scalars(
        select(rounded).where(*_OPEN).group_by(rounded).order_by(rounded)
    ).all()


def read_groups(part: int) -> Iterator[Sequence[Page]]:
    """Read the public groups of a part, some at a time, each with the time of its newest post."""
    newest = (
        select(func.max(Placement.published_at))
        .where(Placement.group_id == Group.id, PUBLISHED)
        .correlate(Group)
        .scalar_subquery()
    )
    query: Any = select(Group.id, Group.slug, func.coalesce(newest, Group.created_at)).where(*_OPEN)
    return _read(query, Group.id, part * MOST_OF_PART, (part + 1) * MOST_OF_PART)


def _read(query: Select[Any], id: Any, first: int, end: int) -> Iterator[Sequence[Page]]:
    after = first - 1
    while True:
        batch = query.where(id > after, id < end).order_by(id).limit(BATCH)
        pages = [Page(*row) for row in db.session.execute(batch)]
        if not pages:
            return
        yield pages
        after = pages[-1].id


def list_themes() -> Sequence[tuple[str, datetime]]:
    """List the themes of public posts by slug, each with the time of the newest."""
    return _labelled(Theme.slug, literal("T") + cast(Theme.id, String))


def list_territories() -> Sequence[tuple[str, datetime]]:
    """List the régions and départements of public posts by code, each with the newest's time."""
    levels = (TerritoryKind.REGION, TerritoryKind.DEPARTMENT)
    return _labelled(Territory.code, Territory.code, Territory.kind.in_(levels))


def _labelled(code: Any, label: Any, *conditions: Any) -> Sequence[tuple[str, datetime]]:
    newest = (
        select(PlacementLabel.published_at)
        .join(Placement, Placement.id == PlacementLabel.placement_id)
        .join(Placement.group)
        .where(PlacementLabel.label == label, *_OPEN)
        .order_by(PlacementLabel.published_at.desc())
        .limit(1)
        .correlate(code.class_)
        .scalar_subquery()
    )
    rows = select(code, newest.label("newest")).where(*conditions).subquery()
    found = select(rows).where(rows.c.newest.is_not(None)).order_by(rows.c[0])
    return [(row[0], row[1]) for row in db.session.execute(found)]

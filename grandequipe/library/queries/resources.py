"""Lists of resources, of those that the viewer may see.

One statement reads a page: it goes along an index of the library in the order of the list, and
asks of each resource whether a group that the viewer reads has published it. What several of
these groups have published stands in the one that did so first.
"""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_files
from grandequipe.core.errors import Invalid
from grandequipe.core.windows import DEFAULT_LIMIT, Window
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementLabel, Post
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries.post_cards import PostCard, highlights_of, select_cards
from grandequipe.feed.queries.visibility import PUBLISHED, placeholder_for, viewer_params
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import MODERATES, readable_by
from grandequipe.library.models import Facet, LibraryEntry, LibraryFilter, OutdatedReport, Sort
from grandequipe.library.queries.life import is_replaced
from grandequipe.members.models import Member, Viewer

_POST = Post.__table__
_ID = LibraryEntry.post_id
_KEYS: dict[Sort, Any] = {
    Sort.NEWEST: LibraryEntry.posted_at,
    Sort.USEFUL: LibraryEntry.use_count,
    Sort.TITLE: LibraryEntry.title_key,
}
_COLUMNS: dict[Facet, Any] = {
    Facet.TYPE: LibraryEntry.resource_type,
    Facet.LICENCE: func.lower(LibraryEntry.licence),
    Facet.PUBLISHER: func.lower(LibraryEntry.publisher),
    Facet.YEAR: LibraryEntry.year,
    Facet.LANGUAGE: LibraryEntry.language,
}
_LABELS = (Facet.THEME, Facet.TERRITORY)


class ListedResource(NamedTuple):
    """A resource in a list: its card, and what its line says beside."""

    card: PostCard
    url: str | None
    licence: str | None
    language: str | None
    file: File | None
    use_count: int
    dead_since: datetime | None
    is_file_missing: bool
    is_reported: bool

    @property
    def host(self) -> str:
        """Give the name of the site where the resource is, or its address where it has none."""
        try:
            host = urlsplit(self.url or "").hostname or ""
        except ValueError:
            host = ""
        return host.removeprefix("www.") or (self.url or "")


class ResourceRecord(NamedTuple):
    """What an exported list says of a resource."""

    post_id: int
    title: str
    resource_type: str | None
    publisher: str | None
    published_on: date | None
    licence: str | None
    language: str | None
    url: str | None
    author: str
    posted_at: datetime


def list_resources(
    wanted: LibraryFilter,
    seen_by: Viewer | None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Window[ListedResource]:
    """List a page of resources; raise Invalid for a cursor that we did not make."""
    viewer = placeholder_for(seen_by)
    key = _KEYS[wanted.sort]
    first = first_placement(viewer, wanted)
    chosen: Any = (
        select_entries(first, wanted, viewer)
        .with_only_columns(
            first.c.post_id, first.c.group_id, first.c.status, first.c.published_at, key.label("at")
        )
        .order_by(*_order(wanted.sort))
        .limit(literal_column(str(limit + 1)))
    )
    params = dict(viewer_params(seen_by))
    if cursor:
        at, post_id = read_place(cursor, wanted.sort)
        after = tuple_(key, _ID) > tuple_(at, post_id)
        before = tuple_(key, _ID) < tuple_(at, post_id)
        chosen = chosen.where(after if wanted.sort is Sort.TITLE else before)
    source = chosen.subquery("listed")
    listed = aliased(Placement, source)
    here = highlights_of(listed)
    query = select_cards(viewer, listed, here.c).join(here, true()).add_columns(source.c.at)
    ends = (source.c.at, listed.post_id)
    rows = db.session.execute(
        query.order_by(*(ends if wanted.sort is Sort.TITLE else [each.desc() for each in ends])),
        params,
    ).all()
    cards = [PostCard(*row[:-1]) for row in rows[:limit]]
    goes_on = len(rows) > limit
    place = make_place(rows[limit - 1][-1], cards[-1].id) if goes_on else None
    return Window(describe(cards, seen_by), place)


def describe(cards: Sequence[PostCard], seen_by: Viewer | None) -> Sequence[ListedResource]:
    """Read beside some cards of resources, which the viewer sees, what their lines say."""
    ids = [card.id for card in cards]
    query = (
        select(
            _POST.c.id, _POST.c.url, _POST.c.licence, _POST.c.language, LibraryEntry.use_count,
            LibraryEntry.dead_since, LibraryEntry.is_file_missing,
            _is_reported(seen_by).label("is_reported"),
        )
        .join(LibraryEntry, _POST.c.id == _ID)
        .where(_POST.c.id.in_(ids))
    )  # fmt: skip
    known = {row.id: row for row in db.session.execute(query)}
    files = {
        post_id: next((each for each in found if each.is_ready), None)
        for post_id, found in list_files(POST_SUBJECT, ids).items()
    }
    return [
        ListedResource(
            card=card,
            url=row.url,
            licence=row.licence,
            language=row.language,
            file=files.get(card.id),
            use_count=row.use_count,
            dead_since=row.dead_since,
            is_file_missing=row.is_file_missing,
            is_reported=row.is_reported,
        )
        for card in cards
        if (row := known.get(card.id)) is not None
    ]


def _is_reported(viewer: Viewer | None) -> Any:
    """Say of which posts the viewer, who looks after them, is shown that they are out of date."""
    if viewer is None:
        return false()
    is_open = (OutdatedReport.post_id == _POST.c.id, OutdatedReport.answered_at.is_(None))
    is_moderated = (
        select(Placement.id)
        .join(Membership, Membership.group_id == Placement.group_id)
        .where(
            Placement.post_id == _POST.c.id,
            Membership.member_id == viewer.id,
            Membership.state == MembershipState.ACTIVE,
            MODERATES,
        )
        .exists()
    )
    own = or_(_POST.c.author_id == viewer.id, is_moderated)
    return and_(own, select(OutdatedReport.post_id).where(*is_open).exists())


def list_records(
    wanted: LibraryFilter, seen_by: Viewer | None, most: int
) -> Sequence[ResourceRecord]:
    """List the first resources of a list, as an exported one names them."""
    viewer = placeholder_for(seen_by)
    first = first_placement(viewer, wanted)
    query = (
        select_entries(first, wanted, viewer)
        .with_only_columns(_ID)
        .order_by(*_order(wanted.sort))
        .limit(most)
    )
    ids = db.session.scalars(query, viewer_params(seen_by)).all()
    return records_of(ids)


def records_of(ids: Sequence[int]) -> Sequence[ResourceRecord]:
    """Read what an exported list says of resources, in the order of their ids in the list."""
    rows = db.session.execute(
        select(
            _POST.c.id, _POST.c.title, _POST.c.resource_type, _POST.c.publisher,
            _POST.c.published_on, _POST.c.licence, _POST.c.language, _POST.c.url,
            Member.display_name, _POST.c.created_at,
        )
        .join(Member, Member.id == _POST.c.author_id)
        .where(_POST.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))),
        {"ids": list(ids)},
    )  # fmt: skip
    found = {row.id: ResourceRecord(*row) for row in rows}
    return [found[each] for each in ids if each in found]


def first_placement(viewer: Any, wanted: LibraryFilter) -> Any:
    """Give, beside each entry, the first placement by which the viewer sees its resource."""
    first = (
        select(
            Placement.id,
            Placement.post_id,
            Placement.group_id,
            Placement.status,
            Placement.published_at,
        )
        .join(Group, Group.id == Placement.group_id)
        .where(Placement.post_id == _ID, PUBLISHED, readable_by(viewer))
        .order_by(Placement.published_at, Placement.id)
        .limit(literal_column("1"))
        .correlate(LibraryEntry)
    )
    if (group := wanted.values.get(Facet.GROUP)) is not None:
        first = first.where(Placement.group_id == int(group))
    return first.lateral("first")


def select_entries(first: Any, wanted: LibraryFilter, viewer: Any) -> Select[Any]:
    """Select the entries that a filter lets through and that have a placement to be seen by."""
    query = select(_ID).select_from(LibraryEntry).join(first, true())
    if not wanted.has_replaced:
        query = query.where(~is_replaced(_ID, viewer))
    return query.where(*(_condition(facet, word) for facet, word in wanted.values.items()))


def _condition(facet: Facet, word: str) -> ColumnElement[bool]:
    if facet in _LABELS:
        # Whatever group the label is read in: a post has the same ones in all of them.
        under = select(PlacementLabel.post_id).where(PlacementLabel.label == word)
        return _ID.in_(under)
    if facet is Facet.GROUP:
        here = select(Placement.post_id).where(Placement.group_id == int(word), PUBLISHED)
        return _ID.in_(here.where(Placement.kind == literal_column("'resource'")))
    column = _COLUMNS[facet]
    value: Any = word
    if facet is Facet.YEAR:
        value = int(word)
    elif facet is not Facet.TYPE and facet is not Facet.LANGUAGE:
        value = func.lower(word)
    condition: ColumnElement[bool] = column == value
    return condition


def _order(sort: Sort) -> Sequence[Any]:
    key = _KEYS[sort]
    return (key, _ID) if sort is Sort.TITLE else (key.desc(), _ID.desc())


def make_place(at: object, post_id: int) -> str:
    """Write a place in a list as an opaque word for an address."""
    value = at.isoformat() if isinstance(at, datetime) else at
    return base64.urlsafe_b64encode(json.dumps([value, post_id]).encode()).decode().rstrip("=")


def read_place(cursor: str, sort: Sort) -> tuple[Any, int]:
    """Read what `make_place` wrote for this order; raise Invalid for anything else."""
    wrong = Invalid({"cursor": "This cursor is not one of ours."})
    try:
        at, post_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(at) if sort is Sort.NEWEST else at
    except (ValueError, TypeError, RecursionError):
        raise wrong from None
    is_one = {
        Sort.NEWEST: isinstance(at, datetime) and at.tzinfo is not None,
        Sort.USEFUL: _is_count(at),
        Sort.TITLE: isinstance(at, str) and "\x00" not in at and at.isprintable(),
    }[sort]
    if not is_one or not _is_count(post_id):
        raise wrong
    return at, post_id


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63

"""What a search finds, in the order of how well it fits, or the newest first.

Ranking all that a frequent word finds would read the table. So the newest hundred by their title
and the newest hundred by all their words are found, each in the reader's rights, and ranked.
"""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    DateTime,
    Double,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    union,
)

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.windows import (
    DEFAULT_LIMIT,
    LARGEST_LIMIT,
    Order,
    Window,
    read_window,
    window_of,
)
from grandequipe.extensions import db
from grandequipe.feed.models import PostCounters
from grandequipe.search.models import SearchEntry, SubjectType
from grandequipe.search.queries.conditions import (
    AS_TSQUERY,
    Search,
    SearchShape,
    as_statement,
    matches,
    search_params,
)

MOST_RANKED = 100
MOST_COUNTED = 1000
# What is half a year old counts half of what is new.
HALF_LIFE_DAYS = 180


class Sort(StrEnum):
    """The order of what is found."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


class Hit(NamedTuple):
    """What is found: a subject, and the group in which its reader reads it."""

    id: int
    subject_type: SubjectType
    subject_id: int
    group_id: int | None
    post_id: int | None
    published_at: datetime

    @property
    def subject(self) -> tuple[SubjectType, int]:
        """Name what the entry is about."""
        return self.subject_type, self.subject_id


class Total(NamedTuple):
    """How much is found; `is_exact` is False where it is more than `number`."""

    number: int
    is_exact: bool


_COLUMNS = (
    SearchEntry.id,
    SearchEntry.subject_type,
    SearchEntry.subject_id,
    SearchEntry.group_id,
    SearchEntry.post_id,
    SearchEntry.published_at,
)
_NEWEST = Order(SearchEntry.published_at, SearchEntry.id)


def list_hits(
    search: Search, sort: Sort, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Window[Hit]:
    """List a page of what a search finds; raise Invalid for a cursor that is not one of ours.

    By relevance at most 200 are listed: the newest of what fits; more are listed newest first.
    """
    limit = max(1, min(limit, LARGEST_LIMIT))
    shape, params = as_statement(search), search_params(search)
    if sort is Sort.NEWEST or not search.tsquery:
        query = _newest(shape, bool(cursor))
        page = read_window(query, _NEWEST, cursor, limit, params, load=_rows)
        return Window(_once(page.items), page.next)
    start = _read_offset(cursor) if cursor else 0
    hits = _once(_rows(_ranked(shape), {**params, "now": clock.now()}))
    end = start + limit
    return Window(hits[start:end], _write_offset(end) if end < len(hits) else None)


def count_hits(search: Search) -> Total:
    """Count what a search finds, up to MOST_COUNTED."""
    found, rows = db.session.execute(_count(as_statement(search)), search_params(search)).one()
    return Total(min(found, MOST_COUNTED), rows <= MOST_COUNTED)


@cache
def _count(shape: SearchShape) -> Any:
    some = (
        select(SearchEntry.subject_type, SearchEntry.subject_id)
        .where(shape.finds_once())
        .limit(literal_column(str(MOST_COUNTED + 1)))
        .subquery()
    )
    distinct = func.count(func.distinct(func.row(some.c.subject_type, some.c.subject_id)))
    return select(distinct, func.count()).select_from(some)


@cache
def _newest(shape: SearchShape, goes_on: bool) -> Any:
    listed: Any = select(*_COLUMNS)
    return window_of(listed.where(shape.finds_once()), _NEWEST, goes_on=goes_on)


@cache
def _ranked(shape: SearchShape) -> Any:
    newest = [
        select(*_COLUMNS)
        .where(shape.finds_once(column))
        .order_by(_NEWEST.at.desc(), _NEWEST.id.desc())
        .limit(literal_column(str(MOST_RANKED)))
        for column in (SearchEntry.title, SearchEntry.words)
    ]
    few = union(*(select(each.subquery()) for each in newest)).subquery("few")
    names = [few.c[column.key] for column in _COLUMNS]
    return (
        select(*names)
        .join(SearchEntry, SearchEntry.id == few.c.id)
        .outerjoin(
            PostCounters,
            (PostCounters.post_id == few.c.post_id) & (few.c.subject_type == SubjectType.POST),
        )
        .order_by(_score().desc(), few.c.published_at.desc(), few.c.id)
    )


def _score() -> Any:
    """Weigh words (32: between 0 and 1), the title, freshness and usefulness; groups lead."""
    now = bindparam("now", type_=DateTime(timezone=True))
    days = func.extract("epoch", now - SearchEntry.published_at) / 86_400
    fresh = func.power(0.5, func.greatest(days, 0) / HALF_LIFE_DAYS)
    useful = func.ln(1 + func.coalesce(PostCounters.useful_count + PostCounters.reaction_count, 0))
    words = func.ts_rank_cd(SearchEntry.words, AS_TSQUERY, 32)
    kind = SearchEntry.subject_type
    leads = case(
        (kind.in_((SubjectType.GROUP, SubjectType.MEMBER, SubjectType.ORGANISATION)), 0.3),
        (kind == SubjectType.COMMENT, -0.2),
        else_=0.0,
    )
    title = case((matches(SearchEntry.title), 0.6), else_=0.0)
    return cast(words + title + leads + 0.4 * fresh + literal(0.08) * useful, Double)


def _rows(query: Any, params: Any) -> Sequence[Hit]:
    return [Hit(*row) for row in db.session.execute(query, params)]


def _once(hits: Sequence[Hit]) -> list[Hit]:
    """Keep the first of each subject: several groups, and fields of a profile, may have it."""
    first: dict[tuple[SubjectType, int], Hit] = {}
    for hit in hits:
        first.setdefault(hit.subject, hit)
    return list(first.values())


def _write_offset(offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(["rank", offset]).encode()).decode().rstrip("=")


def _read_offset(cursor: str) -> int:
    try:
        word, offset = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        word, offset = None, None
    if word != "rank" or not isinstance(offset, int) or not 0 < offset <= 2 * MOST_RANKED:
        raise Invalid({"cursor": "This cursor is not one of ours."})
    return offset

"""What a reader may mean while they type: titles, names, themes and places that begin like it."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import case, literal_column, select

from grandequipe.extensions import db
from grandequipe.members.models import Viewer
from grandequipe.search.models import SearchEntry, SubjectType
from grandequipe.search.queries.conditions import (
    Filters,
    Search,
    SearchShape,
    as_statement,
    plan_anew,
    read_tsquery,
    search_params,
)
from grandequipe.search.queries.hits import Hit
from grandequipe.search.queries.labels import LabelFound, list_labels
from grandequipe.search.queries.subjects import Found, list_named
from grandequipe.search.queries.typed import read_typed

MOST_SUGGESTIONS = 8
MOST_LABELS = 3
# Of the newest that begin like what is typed, those that are ordered.
MOST_LOOKED_AT = 30
SHORTEST_TYPED = 2


class Suggestions(NamedTuple):
    """What to lead to: subjects, and labels that posts are listed under."""

    found: Sequence[Found]
    labels: Sequence[LabelFound]


def list_suggestions(typed: str, seen_by: Viewer | None) -> Suggestions:
    """List what the viewer may mean; nothing for a single character."""
    read = read_typed(typed).as_unfinished()
    if sum(len(term.text) for term in read.wanted) < SHORTEST_TYPED:
        return Suggestions((), ())
    plan_anew()
    search = Search(read_tsquery(read), Filters(), seen_by)
    labels = list_labels(" ".join(term.text for term in read.wanted), MOST_LABELS)
    if not search.tsquery:
        return Suggestions((), labels)
    rows = db.session.execute(_newest(as_statement(search)), search_params(search))
    hits = list({hit.subject: hit for hit in (Hit(*row) for row in rows)}.values())
    return Suggestions(list_named(hits[: MOST_SUGGESTIONS - len(labels)], search), labels)


@cache
def _newest(shape: SearchShape) -> Any:
    newest = (
        select(
            SearchEntry.id, SearchEntry.subject_type, SearchEntry.subject_id, SearchEntry.group_id,
            SearchEntry.post_id, SearchEntry.published_at,
        )
        .where(shape.finds_once(SearchEntry.title))
        .order_by(SearchEntry.published_at.desc(), SearchEntry.id.desc())
        .limit(literal_column(str(MOST_LOOKED_AT)))
        .subquery("newest")
    )  # fmt: skip
    leads = case(
        {SubjectType.GROUP: 0, SubjectType.MEMBER: 1, SubjectType.ORGANISATION: 2},
        value=newest.c.subject_type,
        else_=3,
    )
    return select(newest).order_by(leads, newest.c.published_at.desc())

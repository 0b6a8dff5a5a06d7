"""What narrows a search: what was typed, as a tsquery, and the filters beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Self, cast

from sqlalchemy import ColumnElement, and_, any_, cast as sql_cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY

from grandequipe.extensions import db
from grandequipe.members.models import Viewer
from grandequipe.search.models import SearchEntry, SubjectType
from grandequipe.search.queries.rights import findable_by, is_first
from grandequipe.search.queries.typed import Term, Typed

# French texts, English texts, and all others with names.
CONFIGURATIONS = ("search_french", "search_english", "search_plain")
# A statement is planned with its words each time: a frequent word is read another way than a rare
# one. The rows that an index leads to are in memory.
PLANNED_ANEW = select(
    func.set_config("plan_cache_mode", "force_custom_plan", True),
    func.set_config("random_page_cost", "1.1", True),
    func.set_config("jit", "off", True),
)


@dataclass(frozen=True)
class Filters:
    """The choices beside the words; None where everything is looked for.

    Keys of labels: `theme`, `territory`; ids: `group`, `author`, `organisation`; instants: `since`
    (included), `until` (not included).
    """

    type: SubjectType | None = None
    kind: str | None = None
    theme: str | None = None
    territory: str | None = None
    group: int | None = None
    author: int | None = None
    organisation: int | None = None
    year: int | None = None
    resource_type: str | None = None
    licence: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) is not None for each in fields(self))

    def without(self, name: str) -> Self:
        """Return the same without one of them."""
        return replace(self, **cast(Any, {name: None}))


@dataclass(frozen=True)
class Search:
    """What somebody looks for, and as whom; `tsquery` is "" where no word is looked for."""

    tsquery: str
    filters: Filters
    seen_by: Viewer | None
    types: Sequence[SubjectType] = tuple(SubjectType)


def plan_anew() -> None:
    """Have the statements of this transaction planned with their parameters."""
    db.session.execute(PLANNED_ANEW)


def read_tsquery(typed: Typed) -> str:
    """Have PostgreSQL read the words; give the text of a tsquery, "" where none counts."""
    if not typed.wanted:
        return ""
    languages = [_in_language(name, typed.wanted, "&&") for name in CONFIGURATIONS]
    excluded = [_in_language(name, typed.excluded, "||") for name in CONFIGURATIONS]
    texts = [func.text(each) for each in (*languages, *(excluded if typed.excluded else ()))]
    read = db.session.execute(select(*texts)).one()
    # One of the languages is enough, in which all words are found; none may have what is excluded,
    # or a word that one language alone knows would make "all but nothing".
    wanted, without = (_either(each) for each in (read[:3], read[3:]))
    return f"({wanted}) & !({without})" if wanted and without else wanted


def _either(texts: Sequence[str]) -> str:
    found = [text for text in dict.fromkeys(texts) if text]
    return " | ".join(f"({text})" for text in found) if len(found) > 1 else "".join(found)


def _in_language(name: str, terms: Sequence[Term], operator: str) -> ColumnElement[Any]:
    config = sql_cast(literal(name), REGCONFIG)
    return _joined([_tsquery(config, term) for term in terms], operator) if terms else null()


def _tsquery(config: Any, term: Term) -> ColumnElement[Any]:
    if term.is_prefix:
        return cast(ColumnElement[Any], func.search_prefix(term.text))
    return cast(ColumnElement[Any], func.phraseto_tsquery(config, func.search_fold(term.text)))


def _joined(parts: Sequence[ColumnElement[Any]], operator: str) -> ColumnElement[Any]:
    first, *others = parts
    for each in others:
        first = first.op(operator)(each)
    return first.self_group()


def matches(column: Any, search: Search) -> ColumnElement[bool]:
    """Say that a column of an entry (`title` or `words`) has what is looked for."""
    return cast(ColumnElement[bool], column.op("@@")(as_tsquery(search)))


def as_tsquery(search: Search) -> ColumnElement[Any]:
    """Give what is looked for, in a statement."""
    return sql_cast(literal(search.tsquery), TSQUERY)


def found_in(search: Search, column: Any = SearchEntry.words) -> ColumnElement[bool]:
    """Say which entries a search finds by their title or by all their words, for its reader."""
    conditions = [findable_by(search.seen_by), *_conditions(search.filters)]
    if search.tsquery:
        conditions.append(matches(column, search))
    if search.filters.type is None and len(search.types) < len(SubjectType):
        conditions.append(SearchEntry.subject_type.in_(list(search.types)))
    return and_(*conditions)


def found_once(search: Search, column: Any = SearchEntry.words) -> ColumnElement[bool]:
    """Say the same, of what several groups read in one of them only."""
    if search.filters.group is not None:
        return found_in(search, column)
    return and_(found_in(search, column), is_first(search.seen_by))


_COLUMNS: Mapping[str, Any] = {
    "type": SearchEntry.subject_type,
    "kind": SearchEntry.kind,
    "group": SearchEntry.group_id,
    "author": SearchEntry.author_id,
    "organisation": SearchEntry.organisation_id,
    "resource_type": SearchEntry.resource_type,
    "licence": SearchEntry.licence,
}


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = [
        column == value
        for name, column in _COLUMNS.items()
        if (value := getattr(filters, name)) is not None
    ]
    labels = (filters.theme, filters.territory)
    wanted += [literal(label) == any_(SearchEntry.labels) for label in labels if label is not None]
    if filters.year is not None:
        first, last = (datetime(filters.year + each, 1, 1, tzinfo=UTC) for each in (0, 1))
        wanted += [SearchEntry.published_at >= first, SearchEntry.published_at < last]
    if filters.since is not None:
        wanted.append(SearchEntry.published_at >= filters.since)
    if filters.until is not None:
        wanted.append(SearchEntry.published_at < filters.until)
    return wanted

"""What narrows a search: what was typed, as a tsquery, and the filters beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Self, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Text,
    and_,
    any_,
    bindparam,
    cast as sql_cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY

from grandequipe.extensions import db
from grandequipe.feed.queries.visibility import ViewerPlaceholder, placeholder_for, viewer_params
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


def as_statement(search: Search) -> "SearchShape":
    """Say by what a statement is built: by who asks, and which filters there are."""
    narrowed = frozenset(
        each.name
        for each in fields(search.filters)
        if getattr(search.filters, each.name) is not None
    )
    return SearchShape(placeholder_for(search.seen_by), narrowed, bool(search.tsquery))


@dataclass(frozen=True)
class SearchShape:
    """A search without its values: statements are built once for each, as they are long."""

    viewer: ViewerPlaceholder | None
    narrowed: frozenset[str]
    has_words: bool

    def finds(self, column: Any = SearchEntry.words) -> ColumnElement[bool]:
        """Say which entries are found by their title or by all their words, for the viewer."""
        conditions = [findable_by(self.viewer), *(_WANTED[name] for name in sorted(self.narrowed))]
        if self.has_words:
            conditions.append(matches(column))
        return and_(*conditions)

    def finds_once(self, column: Any = SearchEntry.words) -> ColumnElement[bool]:
        """Say the same, of what several groups read in one of them only."""
        if "group" in self.narrowed:
            return self.finds(column)
        return and_(self.finds(column), is_first(self.viewer))


def search_params(search: Search) -> dict[str, Any]:
    """Give the values of a search for a statement that was built for its shape."""
    filters = search.filters
    values = {f"wanted_{name}": value for name, value in vars(filters).items() if value is not None}
    if filters.year is not None:
        year = filters.year
        values["wanted_year"] = datetime(year, 1, 1, tzinfo=UTC)
        values["wanted_next_year"] = datetime(year + 1, 1, 1, tzinfo=UTC)
    return {**values, "tsquery": search.tsquery, **viewer_params(search.seen_by)}


def matches(column: Any) -> ColumnElement[bool]:
    """Say that a column of an entry (`title` or `words`) has what is looked for."""
    return cast(ColumnElement[bool], column.op("@@")(AS_TSQUERY))


AS_TSQUERY: Any = sql_cast(bindparam("tsquery", type_=Text), TSQUERY)
_INSTANT = DateTime(timezone=True)


def _equal(name: str, column: Any) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], column == bindparam(f"wanted_{name}", type_=column.type))


def _labelled(name: str) -> ColumnElement[bool]:
    return bindparam(f"wanted_{name}", type_=Text) == any_(SearchEntry.labels)


_AT = SearchEntry.published_at
_WANTED: Mapping[str, ColumnElement[bool]] = {
    "type": _equal("type", SearchEntry.subject_type),
    "kind": _equal("kind", SearchEntry.kind),
    "group": _equal("group", SearchEntry.group_id),
    "author": _equal("author", SearchEntry.author_id),
    "organisation": _equal("organisation", SearchEntry.organisation_id),
    "resource_type": _equal("resource_type", SearchEntry.resource_type),
    "licence": _equal("licence", SearchEntry.licence),
    "theme": _labelled("theme"),
    "territory": _labelled("territory"),
    "year": and_(
        bindparam("wanted_year", type_=_INSTANT) <= _AT,
        bindparam("wanted_next_year", type_=_INSTANT) > _AT,
    ),
    "since": bindparam("wanted_since", type_=_INSTANT) <= _AT,
    "until": bindparam("wanted_until", type_=_INSTANT) > _AT,
}

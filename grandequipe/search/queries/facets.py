"""How much of what a search finds there is of each kind, theme, territory, group and so on.

Counted in one reading of what is found, so it is asked after the first hits are shown.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, func, literal_column, select, union_all

from grandequipe.extensions import db
from grandequipe.feed.models import Label
from grandequipe.groups.models import Group
from grandequipe.members.models import Member, Organisation
from grandequipe.search.models import SearchEntry
from grandequipe.search.queries.conditions import (
    Search,
    SearchShape,
    as_statement,
    search_params,
)
from grandequipe.search.queries.rights import is_first
from grandequipe.taxonomies.models import Territory, Theme

# Values of each facet.
MOST_VALUES = 12
FACETS = (
    "kind",
    "theme",
    "territory",
    "group",
    "author",
    "organisation",
    "year",
    "resource_type",
    "licence",
)


class FacetValue(NamedTuple):
    """A value by which a search can be narrowed, and how much it would find.

    `value` is as in Filters, `code` what an address says of it: a slug, a code or the value, and
    `name` None where the value has words of its own in the catalogues.
    """

    value: str
    code: str
    number: int
    name: str | None = None
    name_en: str | None = None
    language: str | None = None


class Facets(NamedTuple):
    """How much there is of each type, and of each value of each facet, the most frequent first."""

    types: Mapping[str, int]
    values: Mapping[str, Sequence[FacetValue]]


def count_facets(search: Search) -> Facets:
    """Count what a search finds by type, and the values of facets within it."""
    counts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for facet, value, count in db.session.execute(
        _counted(as_statement(search)), search_params(search)
    ):
        counts[facet].append((value, count))
    types = dict(counts.pop("type", ()))
    return Facets(types, _named(counts))


@cache
def _counted(shape: SearchShape) -> Any:
    once = literal_column("true") if "group" in shape.narrowed else is_first(shape.viewer)
    found = (
        select(
            SearchEntry.subject_type,
            SearchEntry.subject_id,
            SearchEntry.kind,
            SearchEntry.labels,
            SearchEntry.group_id,
            SearchEntry.author_id,
            SearchEntry.organisation_id,
            SearchEntry.resource_type,
            SearchEntry.licence,
            func.extract("year", SearchEntry.published_at).label("year"),
            once.label("is_first"),
        )
        .where(shape.finds())
        .cte("found")
    )
    first = found.c.is_first
    each: Any = func.unnest(found.c.labels).table_valued("label").render_derived()
    label = each.c.label
    labels = (
        select(label.label("value"), func.count().label("count"))
        .select_from(found)
        .join(each, literal_column("true"))
        .where(first)
        .group_by(label)
        .cte("labels")
    )
    of_type = (
        select(
            literal_column("'type'", Text).label("facet"),
            cast(found.c.subject_type, Text),
            func.count(found.c.subject_id.distinct()),
        )
        .where(first)
        .group_by(found.c.subject_type)
    )
    columns = {
        "kind": found.c.kind, "author": found.c.author_id,
        "organisation": found.c.organisation_id, "year": found.c.year,
        "resource_type": found.c.resource_type, "licence": found.c.licence,
    }  # fmt: skip
    parts = [of_type]
    for name, column in columns.items():
        parts.append(_top(name, column, select(column).select_from(found).where(first)))
    # Of a group everything counts that it reads, other groups or not.
    parts.append(_top("group", found.c.group_id, select(found.c.group_id).select_from(found)))
    for name, beginning in (("theme", "T%"), ("territory", "[^T]%")):
        is_theme = labels.c.value.like("T%")
        parts.append(
            select(literal_column(f"'{name}'", Text).label("facet"), labels.c.value, labels.c.count)
            .where(is_theme if beginning == "T%" else ~is_theme)
            .order_by(labels.c.count.desc(), labels.c.value)
            .limit(MOST_VALUES)
        )
    return union_all(*(select(part.subquery()) for part in parts))


def _top(name: str, column: Any, query: Any) -> Any:
    return (
        query.with_only_columns(
            literal_column(f"'{name}'", Text).label("facet"),
            cast(column, Text),
            func.count().label("count"),
        )
        .where(column.is_not(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(MOST_VALUES)
    )


def _named(counts: Mapping[str, Sequence[tuple[str, int]]]) -> Mapping[str, Sequence[FacetValue]]:
    values = {name: [FacetValue(v, v, n) for v, n in counts.get(name, ())] for name in FACETS}
    for name, find in _NAMES.items():
        if values[name]:
            names = find([each.value for each in values[name]])
            values[name] = [names[v.value](v) for v in values[name] if v.value in names]
    return values


def _name_groups(values: Sequence[str]) -> Mapping[str, Any]:
    query = select(Group.id, Group.slug, Group.name, Group.language)
    rows = db.session.execute(query.where(Group.id.in_(map(int, values))))
    return {str(id): _naming(slug, name, language=language) for id, slug, name, language in rows}


def _name_authors(values: Sequence[str]) -> Mapping[str, Any]:
    query = select(Member.id, Member.display_name).where(Member.id.in_(map(int, values)))
    return {str(id): _naming(str(id), name) for id, name in db.session.execute(query)}


def _name_organisations(values: Sequence[str]) -> Mapping[str, Any]:
    query = select(Organisation.id, Organisation.name)
    rows = db.session.execute(query.where(Organisation.id.in_(map(int, values))))
    return {str(id): _naming(str(id), name) for id, name in rows}


def _name_themes(values: Sequence[str]) -> Mapping[str, Any]:
    ids = [int(value[1:]) for value in values]
    themes = db.session.scalars(select(Theme).where(Theme.id.in_(ids)))
    labels = map(Label.of, themes)
    return {each.key: _naming(each.code, each.name, each.name_en) for each in labels}


def _name_territories(values: Sequence[str]) -> Mapping[str, Any]:
    query = select(Territory.code, Territory.label).where(Territory.code.in_(values))
    return {code: _naming(code, label) for code, label in db.session.execute(query)}


def _naming(code: str, name: str, name_en: str | None = None, language: str | None = None) -> Any:
    return lambda value: value._replace(code=code, name=name, name_en=name_en, language=language)


_NAMES = {
    "theme": _name_themes,
    "territory": _name_territories,
    "group": _name_groups,
    "author": _name_authors,
    "organisation": _name_organisations,
}

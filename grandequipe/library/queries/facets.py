"""Counts of a list of resources by facet: only what the viewer sees counts.

The first `MOST_COUNTED` resources of a list are counted, so that no list costs more than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, func, literal, null, select, union_all

from grandequipe.extensions import db
from grandequipe.feed.models import Placement, PlacementLabel
from grandequipe.feed.queries.visibility import PUBLISHED, placeholder_for, viewer_params
from grandequipe.groups.models import Group
from grandequipe.groups.queries import readable_by
from grandequipe.library.models import Facet, FacetValue, LibraryEntry, LibraryFilter
from grandequipe.library.queries.resources import first_placement, select_entries
from grandequipe.members.models import Viewer
from grandequipe.taxonomies.models import Territory, TerritoryKind, Theme

MOST_COUNTED = 1000
MOST_VALUES = 12
_TOTAL = "total"


@dataclass(frozen=True)
class FacetCounts:
    """How many resources a list has, and by which values of facets it can be narrowed.

    `is_exact` is false where the list is longer than what is counted; the values of each facet
    begin with the most frequent.
    """

    total: int
    is_exact: bool
    values: Mapping[Facet, Sequence[FacetValue]]


def count_facets(wanted: LibraryFilter, seen_by: Viewer | None) -> FacetCounts:
    """Count a list by each facet that does not narrow it yet, and by the parts of a territory."""
    rows = db.session.execute(_statement(wanted, seen_by), viewer_params(seen_by)).all()
    total = next((row.number for row in rows if row.facet == _TOTAL), 0)
    by_facet: dict[Facet, list[FacetValue]] = {}
    for row in rows:
        if row.facet != _TOTAL:
            facet, *value = row
            by_facet.setdefault(Facet(facet), []).append(FacetValue(Facet(facet), *value))
    return FacetCounts(
        min(total, MOST_COUNTED),
        total <= MOST_COUNTED,
        {
            facet: sorted(by_facet[facet], key=_frequent_first)[:MOST_VALUES]
            for facet in Facet
            if facet in by_facet
        },
    )


def _frequent_first(value: FacetValue) -> tuple[int, str]:
    return -value.count, value.name.casefold()


def _statement(wanted: LibraryFilter, seen_by: Viewer | None) -> Any:
    viewer = placeholder_for(seen_by)
    first = first_placement(viewer, wanted)
    sample = (
        select_entries(first, wanted, viewer)
        .with_only_columns(
            LibraryEntry.post_id,
            first.c.id.label("placement_id"),
            LibraryEntry.resource_type,
            LibraryEntry.publisher,
            LibraryEntry.licence,
            LibraryEntry.year,
            LibraryEntry.language,
        )
        .order_by(LibraryEntry.posted_at.desc(), LibraryEntry.post_id.desc())
        .limit(MOST_COUNTED + 1)
        .cte("sample")
    )
    own = sample.c
    counts: dict[Facet, Select[Any]] = {
        Facet.TYPE: _by(sample, Facet.TYPE, cast(own.resource_type, Text)),
        Facet.PUBLISHER: _by(sample, Facet.PUBLISHER, func.lower(own.publisher), own.publisher),
        Facet.LICENCE: _by(sample, Facet.LICENCE, func.lower(own.licence), own.licence),
        Facet.YEAR: _by(sample, Facet.YEAR, cast(own.year, Text)),
        Facet.LANGUAGE: _by(sample, Facet.LANGUAGE, own.language),
        Facet.GROUP: _by_group(sample, viewer),
        Facet.THEME: _by_theme(sample),
        Facet.TERRITORY: _by_territory(sample, wanted.values.get(Facet.TERRITORY)),
    }
    shown = [
        query
        for facet, query in counts.items()
        if facet not in wanted.values or facet is Facet.TERRITORY
    ]
    return union_all(_row(sample, literal(_TOTAL), literal(""), literal("")), *shown)


def _row(
    source: Any, facet: Any, word: Any, name: Any, name_en: Any = None, language: Any = None
) -> Select[Any]:
    nothing = cast(null(), Text)
    return select(
        cast(facet, Text).label("facet"),
        cast(word, Text).label("word"),
        cast(name, Text).label("name"),
        (nothing if name_en is None else name_en).label("name_en"),
        (nothing if language is None else language).label("language"),
        func.count().label("number"),
    ).select_from(source)


def _by(sample: Any, facet: Facet, key: Any, name: Any = None) -> Select[Any]:
    shown = func.max(key if name is None else name)
    return _row(sample, literal(facet.value), shown, shown).where(key.is_not(None)).group_by(key)


def _by_group(sample: Any, viewer: Any) -> Select[Any]:
    source = sample.join(Placement, Placement.post_id == sample.c.post_id).join(
        Group, Group.id == Placement.group_id
    )
    return (
        _row(source, literal(Facet.GROUP.value), Group.slug, Group.name, language=Group.language)
        .where(PUBLISHED, readable_by(viewer))
        .group_by(Group.id)
    )


def _by_theme(sample: Any) -> Select[Any]:
    source = sample.join(PlacementLabel, PlacementLabel.placement_id == sample.c.placement_id).join(
        Theme, PlacementLabel.label == literal("T").concat(cast(Theme.id, Text))
    )
    return _row(source, literal(Facet.THEME.value), Theme.slug, Theme.name, Theme.name_en).group_by(
        Theme.id
    )


def _by_territory(sample: Any, chosen: str | None) -> Select[Any]:
    source = sample.join(PlacementLabel, PlacementLabel.placement_id == sample.c.placement_id).join(
        Territory, Territory.code == PlacementLabel.label
    )
    # From the whole country to a région, its départements, and their communes.
    level = (
        Territory.kind == TerritoryKind.REGION
        if chosen is None
        else Territory.parent_code == chosen
    )
    return (
        _row(source, literal(Facet.TERRITORY.value), Territory.code, Territory.label)
        .where(level)
        .group_by(Territory.code)
    )

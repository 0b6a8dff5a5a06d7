"""What the address of a list of resources says, read and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import get_locale, gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.languages import LONGEST_TAG, TAG
from grandequipe.feed.models import RESOURCE_TYPES, Label, ResourceType
from grandequipe.feed.views.labels import name_of_label
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.library.models import Facet, FacetValue, LibraryFilter, Sort
from grandequipe.library.queries.resources import read_place
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import LocalizedName
from grandequipe.taxonomies.queries import find_territories, find_themes
from grandequipe.web.languages import named

LONGEST_WORD = 200


class Chosen(NamedTuple):
    """A value of a facet that narrows the list: as addresses and the database say it; its name."""

    word: str
    value: str
    name: LocalizedName


@dataclass(frozen=True)
class LibraryChoice:
    """What the address of the page asks for."""

    chosen: Mapping[Facet, Chosen]
    sort: Sort
    is_refining: bool
    has_replaced: bool

    @property
    def filter(self) -> LibraryFilter:
        """Give what the query needs of it."""
        values = {facet: each.value for facet, each in self.chosen.items()}
        return LibraryFilter(values, self.sort, self.has_replaced)

    def address(self, endpoint: str = "library.resources", **changes: Any) -> str:
        """Give the address of the list with some words changed; None takes a word back."""
        params: dict[str, Any] = {facet.value: each.word for facet, each in self.chosen.items()}
        if self.sort is not Sort.NEWEST:
            params["tri"] = self.sort.value
        if self.has_replaced:
            params["anciennes"] = "1"
        if self.is_refining:
            params["affiner"] = "1"
        return url_for(endpoint, **{**params, **changes})


def read_choice(member: Member | None) -> LibraryChoice:
    """Read what the address asks for; words that mean nothing ask for all.

    Raises NotFound for a group that the reader does not read.
    """
    chosen = {facet: found for facet in Facet if (found := _read(facet, member)) is not None}
    sort = request.args.get("tri", "")
    return LibraryChoice(
        chosen,
        Sort(sort) if sort in list(Sort) else Sort.NEWEST,
        request.args.get("affiner") == "1",
        request.args.get("anciennes") == "1",
    )


def read_cursor(choice: LibraryChoice) -> str | None:
    """Give the place in the list to go on from; one that is none asks for the beginning."""
    cursor = request.args.get("cursor")
    try:
        return cursor if cursor and read_place(cursor, choice.sort) else None
    except Invalid:
        return None


def _read(facet: Facet, member: Member | None) -> Chosen | None:
    word = cleaned_line(request.args.get(facet.value, "")[:LONGEST_WORD]).strip()
    if not word or "\x00" in word:
        return None
    if facet is Facet.GROUP:
        return _read_group(word, member)
    return _READERS[facet](word)


def _read_type(word: str) -> Chosen | None:
    if word not in list(ResourceType):
        return None
    return Chosen(word, word, _named(str(RESOURCE_TYPES[ResourceType(word)])))


def _read_theme(word: str) -> Chosen | None:
    found = next(iter(find_themes([word])), None)
    return Chosen(found.slug, *_label(Label.of(found))) if found else None


def _read_territory(word: str) -> Chosen | None:
    found = next(iter(find_territories([word, word.upper()])), None)
    return Chosen(found.code, *_label(Label.of(found))) if found else None


def _label(label: Label) -> tuple[str, LocalizedName]:
    return label.key, name_of_label(label)


def _read_group(word: str, member: Member | None) -> Chosen:
    group = get_group(word, seen_by=member)
    if not may_read(member, group):
        raise NotFound
    return Chosen(group.slug, str(group.id), LocalizedName(group.name, group.language or ""))


def _read_year(word: str) -> Chosen | None:
    is_year = word.isascii() and word.isdecimal() and len(word) == 4
    return Chosen(word, word, _named(word)) if is_year else None


def _read_language(word: str) -> Chosen | None:
    is_tag = len(word) <= LONGEST_TAG and TAG.fullmatch(word)
    return Chosen(word, word, _named(named(word))) if is_tag else None


def _read_words(word: str) -> Chosen:
    return Chosen(word, word, LocalizedName(word, ""))


_READERS: Mapping[Facet, Any] = {
    Facet.TYPE: _read_type,
    Facet.THEME: _read_theme,
    Facet.TERRITORY: _read_territory,
    Facet.LICENCE: _read_words,
    Facet.PUBLISHER: _read_words,
    Facet.YEAR: _read_year,
    Facet.LANGUAGE: _read_language,
}


def facet_names() -> Mapping[Facet, str]:
    """Name the facets in the language of the page, in the order in which they stand."""
    return {
        Facet.TYPE: _("Type"),
        Facet.THEME: _("Theme"),
        Facet.TERRITORY: _("Territory"),
        Facet.GROUP: _("Group"),
        Facet.PUBLISHER: _("Publisher"),
        Facet.LICENCE: _("Licence"),
        Facet.YEAR: _("Year"),
        Facet.LANGUAGE: _("Language"),
    }


def named_values(values: Sequence[FacetValue]) -> Sequence[tuple[FacetValue, LocalizedName]]:
    """Name the values of a facet for the reader; the language of a name is "" where unknown."""
    return [(each, _name_of(each)) for each in values]


def _named(text: str) -> LocalizedName:
    return LocalizedName(text, str(get_locale()))


def _name_of(value: FacetValue) -> LocalizedName:
    if value.facet is Facet.TYPE:
        return _named(str(RESOURCE_TYPES[ResourceType(value.word)]))
    if value.facet is Facet.LANGUAGE:
        return _named(named(value.word))
    if value.facet is Facet.YEAR:
        return _named(value.name)
    if value.facet in (Facet.THEME, Facet.TERRITORY):
        return Label("T", value.word, value.name, value.name_en).named_in(str(get_locale()))
    return LocalizedName(value.name, value.language or "")

"""What the address of a search says, read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import get_locale, gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.feed.models import KIND_BY_PATH, KINDS, RESOURCE_TYPES, Kind, Label, ResourceType
from grandequipe.feed.views.labels import name_of_label
from grandequipe.groups.queries import get_group
from grandequipe.members.models import Member
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import FacetValue, Filters, Question, Sort, find_author
from grandequipe.taxonomies.models import LocalizedName
from grandequipe.taxonomies.queries import find_territories, find_themes

LONGEST_WORD = 200


class Tab(StrEnum):
    """The types that a reader chooses from, as addresses name them."""

    ALL = ""
    POSTS = "publications"
    COMMENTS = "commentaires"
    GROUPS = "groupes"
    MEMBERS = "membres"
    ORGANISATIONS = "structures"
    THEMES = "thematiques"
    TERRITORIES = "territoires"


TYPES: Mapping[Tab, SubjectType] = {
    Tab.POSTS: SubjectType.POST,
    Tab.COMMENTS: SubjectType.COMMENT,
    Tab.GROUPS: SubjectType.GROUP,
    Tab.MEMBERS: SubjectType.MEMBER,
    Tab.ORGANISATIONS: SubjectType.ORGANISATION,
}
LABELS = (Tab.THEMES, Tab.TERRITORIES)


class Chosen(NamedTuple):
    """A filter in use: as the address and the database say it, and its name."""

    word: str
    value: Any
    name: LocalizedName


@dataclass(frozen=True)
class SearchAddress:
    """What the address of the page asks for; filters by the names of `Filters`."""

    typed: str
    tab: Tab
    chosen: Mapping[str, Chosen]
    sort: Sort
    is_literal: bool
    is_refining: bool

    @property
    def question(self) -> Question:
        """Give what is asked for."""
        values = {name: each.value for name, each in self.chosen.items()}
        filters = Filters(type=TYPES.get(self.tab), **values)
        return Question(self.typed, filters, self.sort, self.is_literal)

    def to(self, endpoint: str = "search.results", /, **changes: Any) -> str:
        """Give the address with some words changed; None takes a word back."""
        params: dict[str, Any] = {"q": self.typed or None, "type": self.tab.value or None}
        params |= {WORDS[name]: each.word for name, each in self.chosen.items()}
        params |= {
            "tri": "recentes" if self.sort is Sort.NEWEST else None,
            "exact": "1" if self.is_literal else None,
            "affiner": "1" if self.is_refining else None,
        }
        return url_for(endpoint, **{**params, **changes})

    def without(self, name: str) -> str:
        """Give the address without one of the filters."""
        changes: dict[str, Any] = {WORDS[name]: None}
        return self.to(**changes)

    def narrowed(self, name: str, value: FacetValue) -> str:
        """Give the address with a value of a facet."""
        word = KINDS[Kind(value.code)].path if name == "kind" else value.code
        return self.to(**{WORDS[name]: word})


def read_address(member: Member | None) -> SearchAddress:
    """Read what the address asks for; words that mean nothing ask for all."""
    tab = request.args.get("type", "")
    chosen = {name: each for name in WORDS if (each := _read(name, member)) is not None}
    return SearchAddress(
        request.args.get("q", ""),
        Tab(tab) if tab in list(Tab) else Tab.ALL,
        chosen,
        Sort.NEWEST if request.args.get("tri") == "recentes" else Sort.RELEVANCE,
        request.args.get("exact") == "1",
        request.args.get("affiner") == "1",
    )


# The words of addresses for the filters.
WORDS: Mapping[str, str] = {
    "kind": "genre",
    "theme": "theme",
    "territory": "territoire",
    "group": "groupe",
    "author": "auteur",
    "organisation": "structure",
    "year": "annee",
    "resource_type": "nature",
    "licence": "licence",
}


def facet_names() -> Mapping[str, str]:
    """Name the facets in the language of the page, in the order in which they stand."""
    return {
        "kind": _("Kind"),
        "theme": _("Theme"),
        "territory": _("Territory"),
        "group": _("Group"),
        "author": _("Author"),
        "organisation": _("Organisation"),
        "year": _("Year"),
        "resource_type": _("Type of resource"),
        "licence": _("Licence"),
    }


def name_of_value(facet: str, value: FacetValue) -> LocalizedName:
    """Name a value of a facet for the reader; its language is "" where that is unknown."""
    if facet == "kind":
        return _named(str(KINDS[Kind(value.code)].word))
    if facet == "resource_type":
        return _named(str(RESOURCE_TYPES[ResourceType(value.code)]))
    if facet == "theme":
        return name_of_label(Label(value.value, value.code, value.name or "", value.name_en))
    return LocalizedName(value.name or value.value, value.language or "")


def _read(name: str, member: Member | None) -> Chosen | None:
    word = cleaned_line(request.args.get(WORDS[name], "")[:LONGEST_WORD]).strip()
    if not word or "\x00" in word:
        return None
    if name == "group":
        return _read_group(word, member)
    if name == "author":
        return _read_author(word, member)
    return _READERS[name](word)


def _read_kind(word: str) -> Chosen | None:
    kind = KIND_BY_PATH.get(word)
    return Chosen(word, kind.value, _named(str(KINDS[kind].word))) if kind else None


def _read_theme(word: str) -> Chosen | None:
    found = next(iter(find_themes([word])), None)
    return Chosen(found.slug, *_label(Label.of(found))) if found else None


def _read_territory(word: str) -> Chosen | None:
    found = next(iter(find_territories([word, word.upper()])), None)
    return Chosen(found.code, *_label(Label.of(found))) if found else None


def _label(label: Label) -> tuple[str, LocalizedName]:
    return label.key, name_of_label(label)


def _read_group(word: str, member: Member | None) -> Chosen | None:
    try:
        group = get_group(word, seen_by=member)
    except NotFound:
        return None
    return Chosen(group.slug, group.id, LocalizedName(group.name, group.language or ""))


def _read_author(word: str, member: Member | None) -> Chosen | None:
    if not _is_number(word, 18):
        return None
    found = find_author(int(word), seen_by=member)
    # An author whose account is closed has a name that says so.
    return Chosen(word, found.id, LocalizedName(found.display_name, "")) if found else None


def _read_organisation(word: str) -> Chosen | None:
    return Chosen(word, int(word), LocalizedName(word, "")) if _is_number(word, 18) else None


def _read_year(word: str) -> Chosen | None:
    is_year = _is_number(word, 4) and 1900 <= int(word) < 3000
    return Chosen(word, int(word), _named(word)) if is_year else None


def _read_resource_type(word: str) -> Chosen | None:
    if word not in list(ResourceType):
        return None
    return Chosen(word, word, _named(str(RESOURCE_TYPES[ResourceType(word)])))


def _read_words(word: str) -> Chosen:
    return Chosen(word, word, LocalizedName(word, ""))


_READERS: Mapping[str, Callable[[str], Chosen | None]] = {
    "kind": _read_kind,
    "theme": _read_theme,
    "territory": _read_territory,
    "organisation": _read_organisation,
    "year": _read_year,
    "resource_type": _read_resource_type,
    "licence": _read_words,
}


def _is_number(word: str, longest: int) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= longest


def _named(text: str) -> LocalizedName:
    return LocalizedName(text, str(get_locale()))

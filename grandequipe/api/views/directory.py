"""The directory of members."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.schemas.directory import DirectoryPageSchema, DirectoryQuery
from grandequipe.api.schemas.members import shown_person
from grandequipe.core.errors import Invalid
from grandequipe.core.windows import Window
from grandequipe.directory.queries.entries import DirectoryFilter, ListedMember, list_directory
from grandequipe.members.queries import find_organisation
from grandequipe.taxonomies.queries import find_territories, find_themes

UNKNOWN = "There is none of this name."


@call("GET", "/members", tag="Directory", answers=DirectoryPageSchema, query=DirectoryQuery)
def list_listed_members(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List the members who chose to be listed, by name, with what they show to the caller.

    `q` finds the beginnings of words of names, and of what people say of themselves; `territory` is
    a code or a label and holds the territories within it, `theme` a slug, `organisation` a name.
    """
    wanted = DirectoryFilter(params["q"], _labels_of(params))
    page = list_directory(wanted, acting_member(), params["cursor"], params["limit"])
    return Window([_shown(each) for each in page.items], page.next)


def _labels_of(params: dict[str, Any]) -> list[str]:
    labels: list[str] = []
    errors: dict[str, str] = {}
    if name := params["territory"]:
        territories = find_territories([name])
        labels += [territory.code for territory in territories[:1]]
        errors |= {} if territories else {"territory": UNKNOWN}
    if slug := params["theme"]:
        themes = find_themes([slug])
        labels += [f"T{theme.id}" for theme in themes]
        errors |= {} if themes else {"theme": UNKNOWN}
    if name := params["organisation"]:
        organisation = find_organisation(name)
        labels += [f"O{organisation.id}"] if organisation else []
        errors |= {} if organisation else {"organisation": UNKNOWN}
    if errors:
        raise Invalid(errors)
    return labels


def _shown(listed: ListedMember) -> dict[str, Any]:
    return {
        **shown_person(listed.member),
        "territory": listed.territory,
        "themes": listed.themes,
        "languages": listed.languages,
        "links": listed.links,
        "offers": listed.offers,
        "seeks": listed.seeks,
    }

"""The page of the directory."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import get_locale, gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Invalid
from grandequipe.core.windows import Window
from grandequipe.directory.queries.entries import (
    LONGEST_TYPED,
    DirectoryFilter,
    is_listed,
    list_directory,
    read_cursor,
)
from grandequipe.members.identity import acting_member
from grandequipe.members.queries import find_organisation
from grandequipe.taxonomies.queries import (
    find_territories,
    find_themes,
    list_themes_by_heading,
)
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import wants_fragment

LONGEST_NAME = 200


def index() -> str:
    """List the members who chose to be listed, by name, as far as they show it to the reader."""
    reader = acting_member()
    typed = {
        "q": cleaned_line(request.args.get("q", ""))[:LONGEST_TYPED].strip(),
        "territoire": cleaned_line(request.args.get("territoire", ""))[:LONGEST_NAME].strip(),
        "thematique": request.args.get("thematique", "")[:LONGEST_NAME],
        "structure": cleaned_line(request.args.get("structure", ""))[:LONGEST_NAME].strip(),
    }
    labels, errors = _labels_of(typed)
    wanted = DirectoryFilter(typed["q"], labels)
    page = Window((), None) if errors else list_directory(wanted, reader, _cursor())
    kept: dict[str, Any] = {name: value for name, value in typed.items() if value}
    context = {
        "page": page,
        "more": url_for("directory.index", cursor=page.next, **kept) if page.next else None,
    }
    if wants_fragment():
        return render_template("directory/_members.html", **context)
    return render_page(
        "directory/index.html",
        typed=typed,
        errors=errors,
        is_filtered=bool(kept),
        is_later=bool(request.args.get("cursor")),
        lists_reader=is_listed(reader),
        headings=list_themes_by_heading(str(get_locale())),
        **context,
    )


def _labels_of(typed: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Give the labels that a filter names, and what is wrong with a name that is not known."""
    labels, errors = [], {}
    if typed["territoire"]:
        if found := find_territories([typed["territoire"]]):
            labels.append(found[0].code)
        else:
            errors["territoire"] = _("Choose a territory from the list.")
    if typed["thematique"] and "\x00" not in typed["thematique"]:
        if themes := find_themes([typed["thematique"]]):
            labels.append(f"T{themes[0].id}")
        else:
            errors["thematique"] = _("Choose themes from the list.")
    if typed["structure"]:
        if (organisation := find_organisation(typed["structure"])) is not None:
            labels.append(f"O{organisation.id}")
        else:
            errors["structure"] = _("No organisation has this name.")
    return labels, errors


def _cursor() -> str | None:
    """Give the place to go on from; one that we did not make asks for the beginning."""
    cursor = request.args.get("cursor")
    try:
        return cursor if cursor and read_cursor(cursor) else None
    except Invalid:
        return None

"""The page of a search, its facets, and what is suggested while somebody types."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.feed.models import KINDS, Kind
from grandequipe.feed.views.labels import address_of_label, name_of_label
from grandequipe.members.identity import viewer
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import (
    Answer,
    Facets,
    Found,
    LabelFound,
    count_facets,
    find_answer,
    list_labels,
    list_suggestions,
    list_territories_named,
    list_themes_like,
    plain,
    plan_anew,
)
from grandequipe.search.queries.typed import LONGEST_TYPED
from grandequipe.search.views.addresses import (
    LABELS,
    SearchAddress,
    Tab,
    facet_names,
    name_of_value,
    read_address,
)
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import wants_fragment

MOST_LABELS_ABOVE = 3


def results() -> ResponseReturnValue:
    """Show what is found, or the form alone where nothing is asked for."""
    member = viewer()
    address = read_address(member)
    error, answer, counts = "", Answer(), None
    labels: Sequence[LabelFound] = ()
    try:
        labels = _labels(address)
        if address.tab not in LABELS:
            answer = find_answer(address.question, member, request.args.get("cursor"))
            if address.is_refining and answer.search:
                counts = count_facets(answer.search)
    except Invalid as refused:
        error = refused.errors.get("q", "")
        if not error:
            return redirect(address.to(), 302)
    page = render_page(
        "search/results.html",
        address=address,
        answer=answer,
        labels=labels,
        facets=_facets(address, counts) if counts else None,
        sections=_sections(),
        facet_names=facet_names(),
        error=error,
        is_later="cursor" in request.args,
        address_of=address_of,
        longest=LONGEST_TYPED,
    )
    return page, 422 if error else 200


def facets() -> ResponseReturnValue:
    """Give what a search can be narrowed by, for an open page; without scripts, in its page."""
    member = viewer()
    address = read_address(member)
    if not wants_fragment():
        return redirect(address.to(affiner=1), 302)
    try:
        plan_anew()
        search = address.question.as_search(member)
    except Invalid:
        search = None
    shown = _facets(address, count_facets(search)) if search else ()
    return render_template("search/_facets.html", address=address, facets=shown)


def suggestions() -> ResponseReturnValue:
    """Suggest what the reader may mean, as JSON: where it leads, and under which heading."""
    try:
        shown = list_suggestions(request.args.get("q", ""), viewer())
    except Invalid:
        return jsonify([])
    headings = _type_names()
    return jsonify(
        [
            *(_suggest(each, headings) for each in shown.found),
            *(_suggest_label(each) for each in shown.labels),
        ]
    )


def address_of(found: Found) -> str:
    """Give the address that a hit leads to."""
    if found.type is SubjectType.POST:
        return url_for("feed.post_page", post_id=found.id)
    if found.type is SubjectType.COMMENT:
        return url_for("feed.post_page", post_id=found.post_id, _anchor=f"comment-{found.id}")
    if found.type is SubjectType.GROUP:
        return url_for("feed.group_page", slug=found.slug)
    if found.type is SubjectType.MEMBER:
        return url_for("members.profile", member_id=found.id)
    return url_for("organisations.show", organisation_id=found.id)


def _labels(address: SearchAddress) -> Sequence[LabelFound]:
    """List the themes and territories that bear the words: all on their tabs, few above hits."""
    if len(address.typed) > LONGEST_TYPED or "cursor" in request.args:
        return ()
    if address.tab is Tab.THEMES:
        return list_themes_like(address.typed)
    if address.tab is Tab.TERRITORIES:
        return list_territories_named(address.typed)
    is_narrowed = address.tab is not Tab.ALL or address.chosen
    return () if is_narrowed else list_labels(address.typed, MOST_LABELS_ABOVE)


def _facets(address: SearchAddress, counts: Facets) -> Sequence[tuple[str, str, Sequence[Any]]]:
    """Name the facets that would narrow what is found, each value with its name and number."""
    names = facet_names()
    return [
        (name, names[name], [(value, name_of_value(name, value)) for value in values])
        for name, values in counts.values.items()
        if values and name not in address.chosen
    ]


def _type_names() -> Mapping[SubjectType, str]:
    return {
        SubjectType.POST: _("Posts"),
        SubjectType.COMMENT: _("Comments"),
        SubjectType.GROUP: _("Groups"),
        SubjectType.MEMBER: _("Members"),
        SubjectType.ORGANISATION: _("Organisations"),
    }


def _sections() -> Sequence[tuple[Tab, str]]:
    """Name the sections of what has pages; visitors see no members."""
    names = _type_names()
    types = [each for each in SubjectType if each is not SubjectType.MEMBER or viewer()]
    words = dict(zip(SubjectType, (Tab.POSTS, Tab.COMMENTS, Tab.GROUPS, Tab.MEMBERS), strict=False))
    words[SubjectType.ORGANISATION] = Tab.ORGANISATIONS
    return [
        (Tab.ALL, _("Everything")),
        *((words[each], names[each]) for each in types),
        (Tab.THEMES, _("Themes")),
        (Tab.TERRITORIES, _("Territories")),
    ]


def _suggest(found: Found, headings: Mapping[SubjectType, str]) -> dict[str, str]:
    kind = KINDS[Kind(found.kind)].word if found.type is SubjectType.POST and found.kind else ""
    heading = str(kind) or headings[found.type]
    shown = {"label": plain(found.title), "href": address_of(found), "group": heading}
    return shown | ({"lang": found.language} if found.language else {})


def _suggest_label(found: LabelFound) -> dict[str, str]:
    name = name_of_label(found.label)
    heading = _("Themes") if found.label.is_theme else _("Territories")
    address = address_of_label(found.label)
    return {"label": name.text, "lang": name.language, "href": address, "group": heading}

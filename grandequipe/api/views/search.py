"""The search."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import escape

from grandequipe.api.calls import call
from grandequipe.api.identity import viewer
from grandequipe.api.schemas.search import FoundPageSchema, SearchQuery
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.mail import rendering
from grandequipe.feed.models import Label
from grandequipe.groups.queries import get_group
from grandequipe.search.models import SubjectType
from grandequipe.search.queries import (
    Filters,
    Found,
    Marked,
    Question,
    Sort,
    count_facets,
    find_answer,
    plain,
)
from grandequipe.taxonomies.queries import find_territories, find_themes

SAME = ("kind", "author", "organisation", "resource_type", "licence", "since", "until")


@call(
    "GET",
    "/search",
    tag="Search",
    answers=FoundPageSchema,
    query=SearchQuery,
    visitors=True,
    refusals=[404],
)
def search(params: dict[str, Any]) -> dict[str, Any]:
    """Look for something among all that the caller may see at this moment.

    Where nothing is found, a typing error is mended and said in `meant`.
    """
    filters = Filters(
        type=SubjectType(params["type"]) if params["type"] else None,
        theme=_label(params, "theme", find_themes),
        territory=_label(params, "territory", find_territories),
        group=_group_id(params["group"]),
        **{name: params[name] for name in SAME},
    )
    question = Question(params["q"], filters, Sort(params["sort"]), params["literal"])
    answer = find_answer(question, viewer(), params["cursor"], params["limit"])
    wants_facets = params["facets"] and answer.search is not None
    return {
        "items": [_show(each) for each in answer.items],
        "next": answer.next,
        "total": answer.total,
        "meant": str(answer.meant) if answer.meant else None,
        "facets": count_facets(answer.search).values if wants_facets and answer.search else None,
    }


def _group_id(slug: str | None) -> int | None:
    return get_group(slug, seen_by=viewer()).id if slug else None


def _label(
    params: dict[str, Any], name: str, find: Callable[[list[str]], Sequence[Any]]
) -> str | None:
    if params[name] is None:
        return None
    found = next(iter(find([params[name]])), None)
    if found is None:
        raise Invalid({name: "There is none of this name."})
    return Label.of(found).key


def _show(found: Found) -> dict[str, Any]:
    return {
        "type": found.type,
        "id": found.id,
        "title": plain(found.title),
        "excerpt": _html(found.excerpt),
        "url": _address(found),
        "language": found.language,
        "kind": found.kind,
        "group": found.slug,
        "post": found.post_id,
        "author": found.author_id,
        "published_at": found.published_at,
    }


def _html(marked: Marked) -> str:
    return "".join(
        f"<mark>{escape(run.text)}</mark>" if run.is_marked else str(escape(run.text))
        for run in marked
    )


def _address(found: Found) -> str:
    address = rendering.address_of
    if found.type is SubjectType.POST:
        return address("feed.post_page", post_id=found.id)
    if found.type is SubjectType.COMMENT:
        return f"{address('feed.post_page', post_id=found.post_id)}#comment-{found.id}"
    if found.type is SubjectType.GROUP and found.slug:
        return address("feed.group_page", slug=found.slug)
    if found.type is SubjectType.MEMBER:
        return address("members.profile", member_id=found.id)
    if found.type is SubjectType.ORGANISATION:
        return address("organisations.show", organisation_id=found.id)
    raise NotFound

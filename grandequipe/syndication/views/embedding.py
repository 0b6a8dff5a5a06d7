"""Lists of public groups for other people's sites, and the page where moderators choose one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup

from grandequipe.core.errors import NotFound
from grandequipe.core.mail import rendering
from grandequipe.core.policies import require
from grandequipe.feed.models import KIND_BY_PATH, KINDS
from grandequipe.groups.forms.groups import COLOURS
from grandequipe.groups.models import Colour, Group
from grandequipe.groups.policies import may_moderate, may_read
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.syndication.services.embedding import (
    MOST_ENTRIES,
    Embedding,
    Light,
    Subject,
    embedded_list,
    gone_page,
    policy,
)
from grandequipe.web.pages import render_page
from grandequipe.web.slots import load_slot

NUMBERS = (3, 5, 10, MOST_ENTRIES)
# Pixels of the frame for one entry, and for what stands around them.
LINE_HEIGHT, AROUND = 76, 130
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
ONLY_MODERATORS = _l("Only moderators can show the group on another site.")
LIGHT_WORDS: Mapping[Light, Any] = {
    Light.AUTO: _l("As on the reader’s device"),
    Light.LIGHT: _l("Light"),
    Light.DARK: _l("Dark"),
}
Choice = TypeVar("Choice", bound=StrEnum)


def embedded(slug: str) -> Response:
    """Answer the list of a public group as a page for a frame; it is the same for everybody."""
    try:
        group = get_group(slug, seen_by=None)
    except NotFound:
        group = None
    if group is None or not may_read(None, group):
        return _framed(Response(gone_page(), status=404))
    feed = embedded_list(group, _read_choice())
    if request.if_none_match.contains_weak(feed.tag):
        answer = Response(status=304)
    else:
        answer = Response(feed.content())
    answer.set_etag(feed.tag)
    return _framed(answer)


def _framed(answer: Response) -> Response:
    answer.headers.update(
        {
            "Content-Security-Policy": policy(),
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cross-Origin-Opener-Policy": "unsafe-none",
            "Cache-Control": "no-cache",
            "X-Robots-Tag": "noindex",
        }
    )
    return answer


def settings(slug: str) -> str:
    """Let moderators choose what others show of their group, see it, and copy the snippet."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_moderate(member, group), ONLY_MODERATORS)
    chosen = _read_choice()
    return render_page(
        "syndication/embedding.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        chosen=chosen,
        numbers=sorted({*NUMBERS, chosen.number}),
        colours=COLOURS[1:],
        lights=LIGHT_WORDS,
        preview=url_for("syndication.embedded", slug=slug) + _query_of(chosen),
        height=_height_of(chosen),
        sandbox=SANDBOX,
        snippet=_snippet(group, chosen),
    )


def _read_choice() -> Embedding:
    """Read what is chosen in an address; what no list has is as if it was not said."""
    args = request.args
    kinds = [KIND_BY_PATH[word] for word in args.getlist("kind")[:10] if word in KIND_BY_PATH]
    number = args.get("nombre", Embedding.number, type=int)
    return Embedding(
        subject=_one_of(Subject, "montrer") or Embedding.subject,
        kinds=tuple(kind for kind in KINDS if kind in kinds),
        number=number if 1 <= number <= MOST_ENTRIES else Embedding.number,
        colour=_one_of(Colour, "couleur"),
        light=_one_of(Light, "fond") or Embedding.light,
    )


def _one_of(choices: type[Choice], name: str) -> Choice | None:
    word = request.args.get(name, "")
    return choices(word) if word in list(choices) else None


def _query_of(chosen: Embedding) -> str:
    """Write a choice for an address; what is usual is left out."""
    said: list[tuple[str, object]] = []
    if chosen.subject is not Embedding.subject:
        said.append(("montrer", chosen.subject.value))
    said += [("kind", KINDS[kind].path) for kind in chosen.kinds]
    if chosen.number != Embedding.number:
        said.append(("nombre", chosen.number))
    if chosen.colour:
        said.append(("couleur", chosen.colour.value))
    if chosen.light is not Embedding.light:
        said.append(("fond", chosen.light.value))
    return f"?{urlencode(said)}" if said else ""


def _height_of(chosen: Embedding) -> int:
    return AROUND + LINE_HEIGHT * min(chosen.number, 6)


def _snippet(group: Group, chosen: Embedding) -> str:
    address = rendering.address_of("syndication.embedded", slug=group.slug) + _query_of(chosen)
    if chosen.subject is Subject.AGENDA:
        title = _("Agenda of %(group)s", group=group.name)
    else:
        title = _("Posts of %(group)s", group=group.name)
    frame = Markup(
        '<iframe src="{}" title="{}" height="{}" style="border:0;width:100%"'
        ' loading="lazy" sandbox="{}"></iframe>'
    )
    return str(frame.format(address, title, _height_of(chosen), SANDBOX))

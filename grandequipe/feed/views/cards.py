"""Cards of posts, each rendered once for all who see it alike.

Guarantee: a card is kept under everything that it shows (the post's version moves with its
words, reactions and comments), so it is never stale and nothing purges it.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable
from typing import cast

from flask import g, get_template_attribute
from flask_babel import get_locale, get_timezone
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from grandequipe.feed.models import Call, Post, Webinar

MOST_CARDS = 4096
READER = "reader_of_cards"
OWN = "<the reader’s own>"

_kept: OrderedDict[Hashable, str] = OrderedDict()


def card_of(post: Post, *, reacts: bool, reacted: Collection[str], show_group: bool) -> Markup:
    """Give a post's card, with the reader's own reactions and token where they react."""
    key = (_shown(post), *_reader(), reacts, frozenset(reacted), show_group)
    text = _kept.get(key)
    if text is None:
        text = _kept[key] = _render(post, reacts, reacted, show_group)
        while len(_kept) > MOST_CARDS:
            _kept.popitem(last=False)
    return Markup(text.replace(OWN, generate_csrf()) if reacts else text)  # noqa: S704


def _reader() -> tuple[str, str]:
    """Give the language and the clock of the page, found out once for all its cards."""
    if READER not in g:
        setattr(g, READER, (str(get_locale()), str(get_timezone())))
    return cast(tuple[str, str], g.get(READER))


def _render(post: Post, reacts: bool, reacted: Collection[str], show_group: bool) -> str:
    card = get_template_attribute("macros/card.html", "card")
    text = str(card(post, reacts, reacted, show_group))
    return text.replace(generate_csrf(), OWN) if reacts else text


def _shown(post: Post) -> Hashable:
    author, group = post.author, post.group
    return (
        post.id, post.version, post.status, post.title, post.published_at, post.edited_at,
        author.id, author.display_name, author.picture_key,
        author.organisation.name if author.organisation else "",
        group.slug, group.name,
        tuple(territory.label for territory in post.territories),
        post.is_over if isinstance(post, Webinar) else isinstance(post, Call) and post.is_closed,
    )  # fmt: skip

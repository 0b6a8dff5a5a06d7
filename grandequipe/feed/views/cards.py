"""Cards of posts, each rendered once for all who see it alike.

Guarantee: a card is kept under everything that it shows (its PostCard, and how its reader
stands to it), so it is never stale and nothing purges it. Which cards a reader is shown is
asked of the database each time, before this.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext

from flask import g, get_template_attribute, render_template
from flask_babel import get_locale, get_timezone
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from grandequipe.core import clock
from grandequipe.feed.models import Post
from grandequipe.feed.queries import PostCard, list_posts_for_cards
from grandequipe.feed.slots import CARD_WEBINAR
from grandequipe.members.identity import viewer
from grandequipe.web.slots import load_slot

MOST_CARDS = 4096
# How a card is read: language, zone; by a member, who may react; with the name of its group.
Reader = tuple[str, str, bool, bool, bool]
OWN = "<the reader’s own>"
WEBINAR = "<the webinar’s own>"

_kept: OrderedDict[Hashable, str] = OrderedDict()


def render_cards(
    cards: Sequence[PostCard],
    *,
    reacts: bool,
    marks: Mapping[int, Collection[str]],
    show_group: bool,
) -> Markup:
    """Give the cards of a list, one after another (see `render_each`)."""
    texts = render_each(cards, reacts=reacts, marks=marks, show_group=show_group)
    return Markup("").join(texts.values())


def render_each(
    cards: Sequence[PostCard],
    *,
    reacts: bool,
    marks: Mapping[int, Collection[str]],
    show_group: bool,
) -> Mapping[int, Markup]:
    """Give the cards of a list by post id, with the own marks and token of a reader who has them.

    `marks` are the names of the reader's reactions to each post, and BOOKMARK where they keep it.
    """
    member = viewer()
    reader = (str(get_locale()), str(get_timezone()), member is not None, bool(reacts), show_group)
    now = clock.now()

    def key_of(card: PostCard) -> Hashable:
        return card, card.is_past(now), frozenset(marks.get(card.id, ())), reader

    texts = {card.id: _find(key_of(card)) for card in cards}
    known = {card.id: card for card in cards}
    new = [post_id for post_id, text in texts.items() if text is None]
    for post in list_posts_for_cards(new, member) if new else ():
        # As it is shown: someone may have changed it since its PostCard was read.
        card = known[post.id].as_of(post, member)
        # In a group that is not the reader's they read the counts.
        reads = reader if card.because is None else (*reader[:3], False, reader[4])
        text = texts[post.id] = _render(post, card, reads, marks.get(post.id, ()))
        _keep(key_of(card), text)
    own = generate_csrf() if member or reacts else OWN
    whole = {id: text.replace(OWN, own) for id, text in texts.items() if text}
    whole |= _fill_webinars(
        [card for card in cards if WEBINAR in whole.get(card.id, "")], whole, marks
    )
    # Jinja escaped what members wrote: this is the cards' own markup.
    return {id: Markup(text) for id, text in whole.items()}  # noqa: S704


def _fill_webinars(
    cards: Sequence[PostCard], texts: Mapping[int, str], marks: Mapping[int, Collection[str]]
) -> Mapping[int, str]:
    """Write in the cards of webinars to come what their reader can do about them."""
    if not cards:
        return {}
    loaded = load_slot(CARD_WEBINAR, reader=viewer(), marks=marks)
    return {
        card.id: texts[card.id].replace(
            WEBINAR,
            "".join(render_template(name, card=card, **own) for name, own in loaded.parts),
        )
        for card in cards
    }


def _find(key: Hashable) -> str | None:
    """Give a card that is kept, and keep it longer: who is asked for least goes first."""
    text = _kept.get(key)
    if text is not None:
        _kept.move_to_end(key)
    return text


def _keep(key: Hashable, text: str) -> None:
    _kept[key] = text
    while len(_kept) > MOST_CARDS:
        _kept.popitem(last=False)


def _render(post: Post, card: PostCard, reader: Reader, marks: Collection[str]) -> str:
    macro = get_template_attribute("macros/card.html", "card")
    *_language, is_member, reacts, show_group = reader
    with _place_for_token() if is_member or reacts else nullcontext():
        place = Markup(WEBINAR)  # noqa: S704  (ours, not a member's)
        return str(
            macro(post, card, reacts, marks, show_group, keeps=is_member, webinar_place=place)
        )


@contextmanager
def _place_for_token() -> Iterator[None]:
    """Have forms hold a place for their reader's token, in signs that no member can type."""
    own, g.csrf_token = generate_csrf(), Markup(OWN)  # noqa: S704  (ours, not a member's)
    try:
        yield
    finally:
        g.csrf_token = own

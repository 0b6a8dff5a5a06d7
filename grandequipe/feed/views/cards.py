"""Cards of posts, each rendered once for all who see it alike.

Guarantee: a card is kept under everything that it shows (its PostCard, and how its reader
stands to it), so it is never stale and nothing purges it. Which cards a reader is shown is
asked of the database each time, before this.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext

from flask import g, get_template_attribute
from flask_babel import get_locale, get_timezone
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from grandequipe.core import clock
from grandequipe.feed.models import Post
from grandequipe.feed.queries import PostCard, list_posts_for_cards
from grandequipe.members.identity import viewer

MOST_CARDS = 4096
OWN = "<the reader’s own>"

_kept: OrderedDict[Hashable, str] = OrderedDict()


def render_cards(
    cards: Sequence[PostCard],
    *,
    reacts: bool,
    reacted: Mapping[int, Collection[str]],
    show_group: bool,
) -> Markup:
    """Give the cards of a list, with the reader's own reactions and token where they react."""
    member = viewer()
    reader = (str(get_locale()), str(get_timezone()), member is not None, bool(reacts), show_group)
    now = clock.now()

    def key_of(card: PostCard) -> Hashable:
        return card, card.is_past(now), frozenset(reacted.get(card.id, ())), reader

    texts = {card.id: _find(key_of(card)) for card in cards}
    known = {card.id: card for card in cards}
    new = [post_id for post_id, text in texts.items() if text is None]
    for post in list_posts_for_cards(new, member) if new else ():
        # As it is shown: someone may have changed it since its PostCard was read.
        card = known[post.id].as_of(post)
        text = texts[post.id] = _render(post, card, reacts, reacted.get(post.id, ()), show_group)
        _keep(key_of(card), text)
    own = generate_csrf() if reacts else OWN
    # Jinja escaped what members wrote: this is the cards' own markup.
    return Markup("".join(text for text in texts.values() if text).replace(OWN, own))  # noqa: S704


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


def _render(
    post: Post, card: PostCard, reacts: bool, reacted: Collection[str], show_group: bool
) -> str:
    macro = get_template_attribute("macros/card.html", "card")
    with _place_for_token() if reacts else nullcontext():
        return str(macro(post, card, reacts, reacted, show_group))


@contextmanager
def _place_for_token() -> Iterator[None]:
    """Have forms hold a place for their reader's token, in signs that no member can type."""
    own, g.csrf_token = generate_csrf(), Markup(OWN)  # noqa: S704  (ours, not a member's)
    try:
        yield
    finally:
        g.csrf_token = own

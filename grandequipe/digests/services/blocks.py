"""A post as letters show it, written once for all who read it in one language and zone.

A thousand letters tell the same few posts. The key holds everything that a block shows, so a
kept block is never stale; who may see it is asked before, for each letter.
"""

from dataclasses import dataclass

from markupsafe import Markup

from grandequipe.core import letters
from grandequipe.feed.models import Post, Webinar

MOST_KEPT = 4000

Key = tuple[object, ...]


@dataclass(frozen=True)
class Block:
    """One post in both parts of a letter."""

    text: str
    html: Markup


_kept: dict[Key, Block] = {}


def block_of(post: Post, locale: str, zone: str) -> Block:
    """Give a post as it is shown to readers of one language and zone."""
    key = _key_of(post, locale, zone)
    block = _kept.get(key)
    if block is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        block = _kept[key] = _write(post, zone)
    return block


def _key_of(post: Post, locale: str, zone: str) -> Key:
    author = post.author
    by = (author.display_name, author.organisation and author.organisation.name)
    is_over = isinstance(post, Webinar) and post.is_over
    return (letters.site_url(), post.id, post.version, post.created_at, *by, is_over, locale, zone)


def _write(post: Post, zone: str) -> Block:
    context = {"post": post, "zone": zone}
    html = letters.render("digests/_post.html", **context)
    # Jinja escaped what members wrote: this is the letter's own markup.
    return Block(letters.render("digests/_post.txt", **context), Markup(html))  # noqa: S704

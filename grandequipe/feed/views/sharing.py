"""Showing a post to other sites: its address with words, its picture, what search engines read.

Guarantee: what is said of a post to everybody is said only while a public group reads it, and the
picture is asked for as a visitor would. Of a post that is private, pending, removed or unknown the
answer is the same.
"""

import hashlib
from dataclasses import astuple
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from grandequipe.core import files
from grandequipe.core.errors import NotFound
from grandequipe.core.lines import isolated, one_line
from grandequipe.core.links import address_words
from grandequipe.core.pictures import share_card
from grandequipe.core.site_settings import site_settings
from grandequipe.extensions import db
from grandequipe.feed.models import KINDS, Kind, Placement, Post, Webinar
from grandequipe.feed.models.posts import CARDS
from grandequipe.feed.queries import get_post
from grandequipe.web.assets import DIST, asset

# As the tokens of the stylesheets, by light.
COLOURS = {
    "blue": "#2F3FBF", "mint": "#0D6652", "violet": "#6431B0", "ochre": "#7D4F00",
    "coral": "#AE3522", "magenta": "#A01C68",
}  # fmt: skip
HEADINGS, TEXTS = "bricolage-grotesque", "atkinson-hyperlegible-next"
LONGEST_DIGEST = 16
# It changes with the drawing, so that cards are drawn anew.
DRAWING = 1
LONGEST_HEADLINE = 110


class Sharing(NamedTuple):
    """How a post is shared: its whole address, a mail with it; for all to see, card and data."""

    url: str
    mail: str
    card: str | None = None
    data: dict[str, Any] | None = None

    @property
    def is_public(self) -> bool:
        """Return whether everybody can open the address."""
        return self.card is not None


def post_address(post: Any, **params: Any) -> str:
    """Give the address of a post's page with the words of its title."""
    words = address_words(post.title)
    return url_for("feed.post_page", post_id=post.id, words=words, **params)


def moved_to_words(post: Post, words: str | None) -> ResponseReturnValue | None:
    """Lead from other words to those of the title; ask it only for who sees the post."""
    if words is None or words == address_words(post.title):
        return None
    query = request.query_string.decode("ascii", "ignore")
    answer = redirect(post_address(post) + (f"?{query}" if query else ""), 301)
    # A title can become what it was again: browsers that kept both ways would go in circles.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sharing_of(post: Post) -> Sharing:
    """Say how a post that its reader sees is shared."""
    url = _whole(post_address(post))
    title = one_line(post.title)
    subject, body = quote(isolated(title), safe=""), quote(f"{isolated(title)}\r\n{url}", safe="")
    mail = f"mailto:?subject={subject}&body={body}"
    place = _public_placement(post)
    if place is None:
        return Sharing(url, mail)
    card = _whole(_card_address(post, _digest(_card_of(post, place))))
    return Sharing(url, mail, card, _data_of(post, place, url, card))


def is_indexed(post: Post) -> bool:
    """Return whether search engines may keep a post: one that a public group in lists reads."""
    return any(each.group.is_public and each.group.review is None for each in post.published)


def share_picture(post_id: int, digest: str) -> ResponseReturnValue:
    """Answer the card of a post that everybody may see; another text leads to the present card."""
    post = get_post(post_id, seen_by=None)
    place = _public_placement(post)
    if place is None:
        raise NotFound
    card = _card_of(post, place)
    present = _digest(card)
    if digest != present:
        answer = redirect(_card_address(post, present), 302)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    # Drawing takes a while: release the database connection meanwhile.
    db.session.rollback()
    response = Response(_drawn(post_id, card, present), mimetype="image/png")
    # Kept by who likes to, and asked again each time: the post may be gone.
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(present)
    return response.make_conditional(request)


def _drawn(post_id: int, card: share_card.ShareCard, digest: str) -> bytes:
    """Read the stored card of a post, which begins with the digest of its text, or draw it."""
    key, mark = f"{CARDS}/{post_id}.png", digest.encode()
    try:
        kept = files.read(key)
    except FileNotFoundError:
        kept = b""
    if not kept.startswith(mark):
        # What takes too long is kept as the mark alone, and not tried again at each request.
        kept = mark + (share_card.draw(card) or b"")
        files.store_at_key(key, kept)
    if kept == mark:
        raise NotFound
    return kept.removeprefix(mark)


def _public_placement(post: Post) -> Placement | None:
    return next((each for each in post.published if each.group.is_public), None)


def _card_of(post: Post, place: Placement) -> share_card.ShareCard:
    """Write a card in the language of the site: other sites show one to everybody."""
    settings, kind = current_app.config["SETTINGS"], KINDS[post.kind]
    with force_locale(settings.default_locale):
        word = str(kind.word)
    return share_card.ShareCard(
        kind=word,
        title=one_line(post.title),
        group=one_line(place.group.name),
        site=site_settings().site_name,
        colour=COLOURS[kind.colour],
        headings=_fonts(HEADINGS),
        typefaces=_fonts(TEXTS),
    )


@cache
def _fonts(name: str) -> tuple[str, ...]:
    """Give the paths of a typeface: for the languages of here, and for those of neighbours."""
    names = (f"{name}-{script}-wght-normal.woff2" for script in ("latin", "latin-ext"))
    return tuple(str(DIST / asset(each).rpartition("/")[2]) for each in names)


def _digest(card: share_card.ShareCard) -> str:
    words = repr((DRAWING, astuple(card)[:5]))
    return hashlib.sha256(words.encode()).hexdigest()[:LONGEST_DIGEST]


def _card_address(post: Post, digest: str) -> str:
    return url_for("feed.share_picture", post_id=post.id, digest=digest)


def _whole(path: str) -> str:
    root: str = current_app.config["SETTINGS"].site_url.rstrip("/")
    return root + path.removeprefix(request.script_root)


def _location_of(webinar: Webinar, url: str) -> dict[str, Any]:
    """Describe where a webinar is; who may join its room learns on its page how."""
    room: dict[str, Any] = {"@type": "VirtualLocation", "url": url}
    venue: dict[str, Any] = {"@type": "Place", "name": webinar.venue, "address": webinar.venue}
    if not webinar.venue:
        mode, location = "Online", [room]
    elif webinar.join_url:
        mode, location = "Mixed", [room, venue]
    else:
        mode, location = "Offline", [venue]
    return {
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": location[0] if len(location) == 1 else location,
    }


def event_status(webinar: Webinar) -> str:
    """Say whether a webinar takes place as announced, as schema.org names it (EventStatusType)."""
    if webinar.cancelled_at is not None:
        return "EventCancelled"
    return "EventRescheduled" if webinar.moved_at is not None else "EventScheduled"


def _data_of(post: Post, place: Placement, url: str, card: str) -> dict[str, Any]:
    """Describe a post as schema.org does."""
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "url": url,
        "image": card,
        "description": post.summary,
    }
    if post.language:
        about["inLanguage"] = post.language
    site = {"@type": "Organization", "name": site_settings().site_name}
    if isinstance(post, Webinar) and post.starts_at and post.ends_at:
        return about | {
            "@type": "Event",
            "name": post.title,
            "startDate": post.starts_at.isoformat(),
            "endDate": post.ends_at.isoformat(),
            "eventStatus": "https://schema.org/" + event_status(post),
            **_location_of(post, url),
            "organizer": {"@type": "Organization", "name": place.group.name},
        }
    about |= {
        "@type": "NewsArticle" if post.kind is Kind.NEWS else "Article",
        "headline": post.title[:LONGEST_HEADLINE],
        "mainEntityOfPage": url,
        "author": {"@type": "Person", "name": post.author.display_name},
        "publisher": site,
    }
    dates = {"datePublished": place.published_at, "dateModified": post.edited_at}
    return about | {name: at.isoformat() for name, at in dates.items() if at}

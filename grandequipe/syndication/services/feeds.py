"""Making the feeds of groups, themes, territories and homes.

Guarantee: the posts of a feed are read in its reader's rights at each request; what is kept is kept
under all that is shown of them. So it is never older than the request, but for the name of a theme
that an operator changed, which is there the next day.
"""

import re
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from html import escape
from urllib.parse import urlencode

from flask_babel import get_locale, gettext as _

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_files
from grandequipe.config import LOCALES
from grandequipe.core import signing
from grandequipe.core.feeds import Feed
from grandequipe.core.lines import isolated, one_line
from grandequipe.core.links import address_words
from grandequipe.core.mail import rendering
from grandequipe.core.site_settings import site_settings
from grandequipe.core.windows import Window
from grandequipe.feed.models import KINDS, Label, Post, Webinar
from grandequipe.feed.models.kinds import Call, News
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries import PostCard, list_group_cards, list_home_cards, list_label_cards
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.syndication.models import Head
from grandequipe.syndication.queries.posts import find_public, list_whole_posts
from grandequipe.syndication.services.atom import Category, Enclosure, Entry, newest, write_feed
from grandequipe.web.formats import closing_moment, span

# What is kept has this form; with another name programs read all feeds anew.
FORM = "atom-1"
# Of a page on the web, the links within the site.
WITHIN = re.compile(r'(?<= href=")/(?!/)')
PICTURE_WIDTH = 960


def group_feed(group: Group, seen_by: Member | None, cursor: str | None = None) -> Feed:
    """Give the feed of a group, for a reader who may read it."""
    head = Head(
        tag_of("groupe", group.id, group.created_at),
        one_line(group.name),
        one_line(group.description),
        rendering.address_of("feed.group_page", slug=group.slug),
        language_of(group),
        rendering.default_time_zone(),
        group.created_at,
    )
    return _feed(head, list_group_cards(group, seen_by, None, cursor), seen_by)


def label_feed(label: Label, page: str, cursor: str | None = None) -> Feed:
    """Give the feed of the public posts under a theme or territory; `page` is its address."""
    locale = rendering.default_locale()
    since = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    with rendering.in_language_of(locale):
        name = label.named_in(locale).text
        said = _("Posts about %(name)s", name=isolated(name))
    zone = rendering.default_time_zone()
    place = "thematique" if label.is_theme else "territoire"
    head = Head(tag_of(place, label.code, since), name, said, page, locale, zone, since)
    return _feed(head, list_label_cards(label.key, None, cursor), None)


def home_feed(member: Member, cursor: str | None = None) -> Feed:
    """Give the feed of a member's home: their groups, and what they follow."""
    with rendering.in_language_of(member.locale):
        said = _("Everything new in your groups")
    head = Head(
        tag_of("membre", member.id, member.created_at),
        rendering.site_name(),
        said,
        rendering.site_url() + "/",
        member.locale,
        member.time_zone,
        member.created_at,
    )
    return _feed(head, list_home_cards(member, None, cursor), member)


def language_of(group: Group) -> str:
    """Give the language in which the site writes of a group to everybody."""
    return group.language if group.language in LOCALES else rendering.default_locale()


def tag_of(subject: str, number: object, since: datetime) -> str:
    """Give the id of what a site has since a day, for ever (RFC 4151)."""
    return f"tag:{rendering.host()},{since:%Y-%m-%d}:{subject}/{number}"


def place_of_address() -> str:
    """Give what stands in a kept feed for its own address, in words that no member can know.

    A private address is nobody else's, and is kept nowhere.
    """
    return "about:" + b32encode(signing.digest("own address of a feed")).decode().strip("=")


def with_address(content: bytes, address: str) -> bytes:
    """Write into a feed the address by which its reader has it."""
    place, own = place_of_address(), escape(address)
    start = f"{own}&amp;" if "?" in address else f"{own}?"
    return content.replace(f"{place}?".encode(), start.encode()).replace(
        place.encode(), own.encode()
    )


def _feed(head: Head, page: Window[PostCard], seen_by: Member | None) -> Feed:
    # What is pinned stands where it was published.
    cards = sorted(page.items, key=lambda card: (card.published_at, card.id), reverse=True)
    ids = [card.id for card in cards]
    public = frozenset(ids) if seen_by is None else find_public(ids)
    state = (
        head,
        site_settings().version,
        page.next,
        [_as_shown(card) for card in cards],
        sorted(public),
    )

    def make() -> bytes:
        posts = {post.id: post for post in list_whole_posts(ids, seen_by)}
        files = list_files(POST_SUBJECT, sorted(public))
        with rendering.in_language_of(head.language):
            entries = [
                _entry(posts[card.id], card, files.get(card.id, ()), head.time_zone)
                for card in cards
                if card.id in posts
            ]
        own = place_of_address()
        older = f"{own}?{urlencode({'cursor': page.next})}" if page.next else None
        return write_feed(head, rendering.site_name(), own, older, entries)

    return Feed(FORM, state, make)


def _as_shown(card: PostCard) -> PostCard:
    """Leave out of a card what no feed shows: counters, and where it stands in a list."""
    return card._replace(
        revision=0, is_pinned=False, is_featured=False, elsewhere=0, position=0, label_key=None
    )


def _entry(post: Post, card: PostCard, files: Sequence[File], time_zone: str) -> Entry:
    files = [each for each in files if each.is_ready]
    words = address_words(post.title)
    content = WITHIN.sub(f"{rendering.site_url()}/", post.body_html)
    return Entry(
        id=tag_of("publication", post.id, post.created_at),
        url=rendering.address_of("feed.post_page", post_id=post.id, words=words),
        title=one_line(post.title),
        author=one_line(card.author_name),
        published_at=card.published_at or post.created_at,
        updated_at=newest((card.published_at, post.edited_at, post.created_at)),
        summary=post.summary,
        content=_date_of(post, time_zone) + content + "".join(map(_picture, files)),
        language=post.language,
        categories=_categories_of(post),
        enclosures=[
            Enclosure(_address_of(each), each.media_type, each.size, each.name)
            for each in files
            if not each.is_picture
        ],
    )


def _date_of(post: Post, time_zone: str) -> str:
    """Say the one date of a post, where it has one."""
    when = ""
    if isinstance(post, Webinar) and post.starts_at is not None:
        when = span(post.starts_at, post.ends_at, str(post.time_zone))
    elif isinstance(post, Call) and post.deadline is not None:
        when = _("Closes %(moment)s", moment=closing_moment(post.deadline, time_zone))
    elif isinstance(post, News) and post.happens_at is not None:
        when = span(post.happens_at, None, time_zone)
    return f"<p><strong>{escape(when, quote=False)}</strong></p>" if when else ""


def _picture(file: File) -> str:
    if not file.is_picture:
        return ""
    width = f"?w={PICTURE_WIDTH}" if PICTURE_WIDTH in file.picture_widths else ""
    return (
        f'<p><img src="{escape(_address_of(file) + width)}" alt="{escape(file.alternative)}"></p>'
    )


def _address_of(file: File) -> str:
    return rendering.address_of("attachments.file", file_id=file.id, name=file.name)


def _categories_of(post: Post) -> Sequence[Category]:
    locale, site = str(get_locale()), rendering.site_url()
    kind = KINDS[post.kind]
    return [
        Category(kind.path, f"{site}/publications", str(kind.word)),
        *(
            Category(each.slug, f"{site}/thematiques", each.named_in(locale).text)
            for each in post.themes
        ),
        *(Category(each.code, f"{site}/territoires", each.label) for each in post.territories),
    ]

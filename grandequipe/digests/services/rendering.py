"""Rendering a digest: both bodies say the same, and fragments that readers share are rendered once.

A thousand digests show the same few groups and webinars. A fragment is cached by all that it shows,
for one language, zone and day, so it is never stale and never another reader's: the right to see a
post was checked before, for each digest. The layout around the fragments is cached too, with
placeholders for what is a reader's own.

Guarantee: placeholders are looked for in the layout alone, before values are put into it. Texts of
members are inserted in one pass and not scanned again, so none can be taken for a placeholder.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, repeat

from flask_babel import gettext as _, ngettext
from markupsafe import Markup, escape

from grandequipe.announcements.models import Announcement
from grandequipe.core import clock
from grandequipe.core.html import paragraphs
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.time_zones import clock_of
from grandequipe.digests.models import DigestPost, DigestReader, Frequency
from grandequipe.digests.services.contents import (
    BEYOND,
    Arrangement,
    Composed,
    FollowedSection,
    Section,
    arrange,
)
from grandequipe.digests.services.wording import (
    greeting_name,
    opening_of,
    preheader_of,
    strongest_of,
    subject_of,
)
from grandequipe.feed.models import Kind
from grandequipe.web.formats import closing_moment, long_day, span
from grandequipe.web.time_zones import city

LONGEST_DETAIL = 80


@dataclass(frozen=True)
class ReaderContext:
    """What of a reader rendering depends on: language (the present one), time zone, local day."""

    locale: str
    zone: str
    today: date


def moment_of(webinar: DigestPost, reader_context: ReaderContext) -> str:
    """Return when a webinar takes place, as a line: "Jeudi 26 novembre, de 14 h à 15 h 30"."""
    if webinar.starts_at is None:
        return ""
    moment = span(webinar.starts_at, webinar.ends_at, reader_context.zone, reader_context.today)
    moment = moment[:1].upper() + moment[1:] + _clock_of_reader(webinar, reader_context)
    return _("Cancelled: %(moment)s", moment=moment) if webinar.is_cancelled else moment


def detail_of(post: DigestPost, reader_context: ReaderContext) -> str:
    """Return the one detail that a kind shows beside its title; may be empty."""
    if post.kind is Kind.WEBINAR:
        has_replay = post.is_over and post.has_replay and not post.is_cancelled
        return _("The recording is available") if has_replay else moment_of(post, reader_context)
    if post.deadline is not None:
        moment = closing_moment(post.deadline, reader_context.zone, reader_context.today)
        label = _("Closed on %(moment)s") if post.is_over else _("Until %(moment)s")
        return label % {"moment": moment} + _clock_of_reader(post, reader_context)
    detail = post.publisher if post.kind is Kind.RESOURCE else post.town
    return isolated(shortened(one_line(detail or ""), LONGEST_DETAIL))


def author_of(post: DigestPost) -> str:
    """Return the author's name and organisation."""
    names = (post.author_name, post.structure)
    return ", ".join(isolated(name) for name in names if name)


def _clock_of_reader(post: DigestPost, reader_context: ReaderContext) -> str:
    """Name the reader's time zone, in which all times are, where the author's differs."""
    if post.time_zone in (None, reader_context.zone):
        return ""
    return " " + _("(%(zone)s time)", zone=city(reader_context.zone))


MOST_KEPT = 400
STYLES = "digests/_styles.css"
# Name, address, publisher and colour of the site.
Site = tuple[str, ...]
DETAILS = {"author_of": author_of, "detail_of": detail_of, "moment_of": moment_of}


@dataclass(frozen=True)
class Fragment:
    """A group, a webinar or a line, for both bodies of a digest; styles inlined."""

    text: str
    html: str


def write_webinars(
    webinars: Sequence[DigestPost], reader_context: ReaderContext
) -> Sequence[Fragment]:
    """Render each upcoming webinar."""
    followed = chain(repeat(True, len(webinars) - 1), [False])
    site = _site()
    return [
        _write_webinar(webinar, is_followed, reader_context, site)
        for webinar, is_followed in zip(webinars, followed, strict=False)
    ]


def write_sections(
    sections: Iterable[Section], reader_context: ReaderContext
) -> Sequence[Fragment]:
    """Render the section of each group."""
    site = _site()
    return [
        _write_section(section, tuple(post.is_over for post in section.posts), reader_context, site)
        for section in sections
    ]


def write_elsewhere(number: int, locale: str) -> Sequence[Fragment]:
    """Render the count of posts in groups that the digest does not name, where there are any."""
    return [_write_elsewhere(number, locale, _site())] if number else []


def write_announcements(announcements: Sequence[Announcement]) -> Sequence[Fragment]:
    """Render the announcements of the site."""
    return [
        _write("_announcement", announcement=each, html=Markup(paragraphs(each.text)))  # noqa: S704
        for each in announcements
    ]


def write_followed(
    composed: Composed, most: int, reader_context: ReaderContext
) -> Sequence[Fragment]:
    """Render the section of what the reader follows, where it has posts."""
    if not composed.followed:
        return []
    beyond = list(composed.followed_excluded.values()).count(BEYOND)
    shown = tuple(composed.followed[:most])
    section = FollowedSection(shown, len(composed.followed) - len(shown) + beyond)
    over = tuple(each.post.is_over for each in shown)
    return [_write_followed(section, over, reader_context, _site())]


@lru_cache(maxsize=MOST_KEPT)
def _write_followed(
    section: FollowedSection, _over: tuple[bool, ...], reader_context: ReaderContext, _site: Site
) -> Fragment:
    return _write("_followed", section=section, reader_context=reader_context)


@lru_cache(maxsize=MOST_KEPT)
def _write_elsewhere(number: int, _locale: str, _site: Site) -> Fragment:
    return _write("_elsewhere", number=number)


@lru_cache(maxsize=MOST_KEPT)
def _write_webinar(
    webinar: DigestPost, is_followed: bool, reader_context: ReaderContext, _site: Site
) -> Fragment:
    return _write(
        "_webinar", webinar=webinar, is_followed=is_followed, reader_context=reader_context
    )


@lru_cache(maxsize=MOST_KEPT)
def _write_section(
    section: Section, _over: tuple[bool, ...], reader_context: ReaderContext, _site: Site
) -> Fragment:
    return _write("_section", section=section, reader_context=reader_context)


def _write(template: str, **context: object) -> Fragment:
    params = {**context, **DETAILS}
    text = rendering.render(f"digests/{template}.txt", **params)
    html = rendering.render_fragment(f"digests/{template}.html", STYLES, **params)
    return Fragment(text, html)


PLACEHOLDER = re.compile(
    "⟦(preheader|day|hello|announcements|opening|webinars|sections|elsewhere|followed|why|unsubscribe)⟧"
)
MOST_LAYOUTS = 64


def fill_text(title: str, locale: str, has_webinars: bool, values: Mapping[str, str]) -> str:
    """Render the text body; `values` has plain text for each placeholder."""
    return _fill(_text_layout(title, locale, has_webinars, *_site()), values)


def fill_html(title: str, locale: str, has_webinars: bool, values: Mapping[str, str]) -> str:
    """Render the HTML body, styles inlined; `values` has escaped HTML for each placeholder."""
    return _fill(_html_layout(title, locale, has_webinars, *_site()), values)


def _fill(layout: Sequence[str], values: Mapping[str, str]) -> str:
    """Join a layout's own text, at even indices, with the values, at odd ones."""
    filled = list(layout)
    filled[1::2] = [values[name] for name in layout[1::2]]
    return "".join(filled)


@lru_cache(maxsize=MOST_LAYOUTS)
def _text_layout(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(
        rendering.render("digests/digest.txt", **_layout_params(title, locale, has_webinars))
    )


@lru_cache(maxsize=MOST_LAYOUTS)
def _html_layout(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(
        rendering.render_html("digests/digest.html", **_layout_params(title, locale, has_webinars))
    )


def _site() -> Site:
    """Return what a mail shows of the site: a part of the cache keys."""
    return rendering.site_name(), rendering.site_url(), rendering.publisher(), rendering.colour()


def _layout_params(title: str, locale: str, has_webinars: bool) -> dict[str, object]:
    return {
        "title": title,
        "locale": locale,
        "has_webinars": has_webinars,
        "placeholder": _placeholder,
    }


def _cut(layout: str) -> Sequence[str]:
    """Split a layout at its placeholders: its text at even indices, their names at odd ones."""
    return tuple(PLACEHOLDER.split(layout))


def _placeholder(name: str) -> Markup:
    return Markup("⟦{}⟧").format(name)


# Both bodies in quoted-printable must stay under the 100 KB that docs/ promise.
LARGEST_DIGEST = 80_000
QUOTED = bytes([*range(127, 256), ord("=")])
MOST_POSTS = 24
LINES_BEFORE = {
    "announcements": "\n\n",
    "webinars": "\n\n", "sections": "\n\n\n", "elsewhere": "\n\n\n", "followed": "\n\n\n",
}  # fmt: skip

TITLES: Mapping[Frequency, Callable[[], str]] = {
    Frequency.DAILY: lambda: _("New in your groups"),
    Frequency.WEEKLY: lambda: _("The week in your groups"),
    Frequency.MONTHLY: lambda: _("The month in your groups"),
    Frequency.NEVER: lambda: _("The week in your groups"),
}


def write_digest(reader: DigestReader, composed: Composed, message_id: str | None = None) -> Mail:
    """Render a member's digest in their language and time zone."""
    now = clock.now()
    strongest = strongest_of(composed.posts, reader.frequency, now)
    with rendering.in_language_of(reader.locale):
        text, html = _bodies_within_limit(reader, composed, strongest, now)
        return Mail(
            to=reader.email,
            subject=subject_of(composed.posts, strongest),
            text=text,
            html=html,
            message_id=message_id,
            headers=_headers(reader),
        )


def _bodies_within_limit(
    reader: DigestReader, composed: Composed, strongest: DigestPost, now: datetime
) -> tuple[str, str]:
    """Render both bodies, with fewer posts until the digest is small enough."""
    most = MOST_POSTS
    zone = clock_of(reader.time_zone)
    reader_context = ReaderContext(reader.locale, zone.key, now.astimezone(zone).date())
    own = {
        "day": long_day(reader_context.today, near=reader_context.today),
        "hello": _("Hello %(name)s,", name=greeting_name(reader.display_name)),
        "opening": opening_of(composed.posts),
        "why": _reason_for(composed.group_names),
        "unsubscribe": _unsubscribe_address(reader),
    }
    while True:
        arrangement = arrange(composed.posts, now, most, strongest)
        own["preheader"] = preheader_of(arrangement.shown, strongest)
        beside = {
            "announcements": write_announcements(composed.announcements),
            "followed": write_followed(composed, most, reader_context),
        }
        text, html = _bodies(reader.frequency, arrangement, beside, reader_context, own)
        if most <= 1 or _weight(text) + _weight(html) <= LARGEST_DIGEST:
            return text, html
        most //= 2


def _weight(body: str) -> int:
    """Estimate the bytes of a body in quoted-printable: three for each byte that is not plain."""
    encoded = body.encode()
    plain = len(encoded.translate(None, QUOTED))
    return len(encoded) + 2 * (len(encoded) - plain)


def _bodies(
    frequency: Frequency,
    arrangement: Arrangement,
    beside: Mapping[str, Sequence[Fragment]],
    reader_context: ReaderContext,
    own: Mapping[str, str],
) -> tuple[str, str]:
    fragments = {
        "webinars": write_webinars(arrangement.upcoming, reader_context),
        "sections": write_sections(arrangement.sections, reader_context),
        "elsewhere": write_elsewhere(arrangement.elsewhere, reader_context.locale),
        **beside,
    }
    text = {
        name: "".join(LINES_BEFORE[name] + fragment.text for fragment in rendered)
        for name, rendered in fragments.items()
    }
    html = {
        name: "".join(fragment.html for fragment in rendered)
        for name, rendered in fragments.items()
    }
    escaped = {name: str(escape(value)) for name, value in own.items()}
    layout = (TITLES[frequency](), reader_context.locale, bool(arrangement.upcoming))
    return fill_text(*layout, {**text, **own}), fill_html(*layout, html | escaped)


def _reason_for(group_names: Sequence[str]) -> str:
    """Return the sentence that says why the reader gets the digest."""
    site = rendering.site_name()
    if len(group_names) == 1:
        return _(
            "You’re getting this digest because you’re a member of %(group)s on %(site)s.",
            group=isolated(group_names[0]),
            site=site,
        )
    return ngettext(
        "You’re getting this digest because you’re a member of %(num)d group on %(site)s.",
        "You’re getting this digest because you’re a member of %(num)d groups on %(site)s.",
        len(group_names),
        site=site,
    )


def _headers(reader: DigestReader) -> dict[str, str]:
    return {
        # Mail programs filter by it: it stays as in the first release.
        "List-Id": f"<letter.{rendering.host()}>",
        "List-Unsubscribe": f"<{_unsubscribe_address(reader)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _unsubscribe_address(reader: DigestReader) -> str:
    """Return the address to unsubscribe; a member who only previews may have no key yet."""
    if not reader.unsubscribe_key:
        return rendering.address_of("digests.preferences")
    return rendering.address_of("digests.unsubscribe", key=reader.unsubscribe_key)

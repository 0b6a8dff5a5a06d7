"""Rendering a digest: both parts say the same, and what readers share is rendered once.

A thousand digests show the same few groups and webinars. A fragment is kept under all it shows,
for one language, zone and day, so it is never stale, and never another reader's: who may see a post
was asked before, for each digest. The layout around the fragments is kept too, with places for what
is a reader's own.

Guarantee: a place is found in the layout alone, before anything is put into it. What members wrote
goes in by one pass and is not looked at again, so none of it can be taken for a place.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, repeat

from flask_babel import gettext as _, ngettext
from markupsafe import Markup, escape

from grandequipe.core import clock
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.time_zones import clock_of
from grandequipe.digests.models import DigestPost, DigestReader, Frequency
from grandequipe.digests.services.contents import Arrangement, Composed, Section, arrange
from grandequipe.digests.services.wording import (
    ahead_of,
    called,
    opening_of,
    strongest_of,
    subject_of,
)
from grandequipe.feed.models import Kind
from grandequipe.web.formats import closing_moment, long_day, span
from grandequipe.web.time_zones import city

LONGEST_DETAIL = 80


@dataclass(frozen=True)
class ReaderContext:
    """For whom it is written: the language, which is the present one, the clock, the local day."""

    locale: str
    zone: str
    today: date


def moment_of(webinar: DigestPost, reader_context: ReaderContext) -> str:
    """Write when a webinar takes place, as a line: "Jeudi 26 novembre, de 14 h à 15 h 30"."""
    if webinar.starts_at is None:
        return ""
    moment = span(webinar.starts_at, webinar.ends_at, reader_context.zone, reader_context.today)
    return moment[:1].upper() + moment[1:] + _clock_of_reader(webinar, reader_context)


def detail_of(story: DigestPost, reader_context: ReaderContext) -> str:
    """Write the one thing that matters of each kind; empty where there is none."""
    if story.kind is Kind.WEBINAR:
        has_replay = story.is_over and story.replay_url
        return _("The recording is available") if has_replay else moment_of(story, reader_context)
    if story.deadline is not None:
        moment = closing_moment(story.deadline, reader_context.zone, reader_context.today)
        said = _("Closed on %(moment)s") if story.is_over else _("Until %(moment)s")
        return said % {"moment": moment} + _clock_of_reader(story, reader_context)
    words = story.publisher if story.kind is Kind.RESOURCE else story.town
    return isolated(shortened(one_line(words or ""), LONGEST_DETAIL))


def author_of(story: DigestPost) -> str:
    """Write who published it, and for which organisation."""
    names = (story.author_name, story.structure)
    return ", ".join(isolated(name) for name in names if name)


def _clock_of_reader(story: DigestPost, reader_context: ReaderContext) -> str:
    """Name the reader's clock, on which all hours are, where the author has another."""
    if story.time_zone in (None, reader_context.zone):
        return ""
    return " " + _("(%(zone)s time)", zone=city(reader_context.zone))


MOST_KEPT = 400
STYLES = "digests/_styles.css"
DETAILS = {"author_of": author_of, "detail_of": detail_of, "moment_of": moment_of}


@dataclass(frozen=True)
class Fragment:
    """A group, a webinar or a line in both parts of a digest, styles inlined."""

    text: str
    html: str


def write_webinars(
    webinars: Sequence[DigestPost], reader_context: ReaderContext
) -> Sequence[Fragment]:
    """Write each webinar to come."""
    followed = chain(repeat(True, len(webinars) - 1), [False])
    site_url = rendering.site_url()
    return [
        _write_webinar(webinar, is_followed, reader_context, site_url)
        for webinar, is_followed in zip(webinars, followed, strict=False)
    ]


def write_sections(
    sections: Iterable[Section], reader_context: ReaderContext
) -> Sequence[Fragment]:
    """Write what happened in each group."""
    site_url = rendering.site_url()
    return [
        _write_section(
            section, tuple(story.is_over for story in section.stories), reader_context, site_url
        )
        for section in sections
    ]


def write_elsewhere(number: int, locale: str) -> Sequence[Fragment]:
    """Write how many posts are in groups that the digest does not name, where there are any."""
    return [_write_elsewhere(number, locale, rendering.site_url())] if number else []


@lru_cache(maxsize=MOST_KEPT)
def _write_elsewhere(number: int, _locale: str, _url: str) -> Fragment:
    return _write("_elsewhere", number=number)


@lru_cache(maxsize=MOST_KEPT)
def _write_webinar(
    webinar: DigestPost, is_followed: bool, reader_context: ReaderContext, _url: str
) -> Fragment:
    return _write(
        "_webinar", webinar=webinar, is_followed=is_followed, reader_context=reader_context
    )


@lru_cache(maxsize=MOST_KEPT)
def _write_section(
    section: Section, _over: tuple[bool, ...], reader_context: ReaderContext, _url: str
) -> Fragment:
    return _write("_section", section=section, reader_context=reader_context)


def _write(template: str, **context: object) -> Fragment:
    params = {**context, **DETAILS}
    text = rendering.render(f"digests/{template}.txt", **params)
    html = rendering.render_fragment(f"digests/{template}.html", STYLES, **params)
    return Fragment(text, html)


PLACE = re.compile("⟦(ahead|day|hello|opening|webinars|sections|elsewhere|why|unsubscribe)⟧")
MOST_LAYOUTS = 64


def fill_text(title: str, locale: str, has_webinars: bool, words: Mapping[str, str]) -> str:
    """Write the text part; `words` has plain text for each place."""
    return _fill(_text_layout(title, locale, has_webinars, *_site()), words)


def fill_html(title: str, locale: str, has_webinars: bool, words: Mapping[str, str]) -> str:
    """Write the HTML part, styles inlined; `words` has escaped HTML for each place."""
    return _fill(_html_layout(title, locale, has_webinars, *_site()), words)


def _fill(frame: Sequence[str], words: Mapping[str, str]) -> str:
    """Join what a frame says, at even places, and what is put in, at odd ones."""
    parts = list(frame)
    parts[1::2] = [words[place] for place in frame[1::2]]
    return "".join(parts)


@lru_cache(maxsize=MOST_LAYOUTS)
def _text_layout(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(rendering.render("digests/letter.txt", **_given(title, locale, has_webinars)))


@lru_cache(maxsize=MOST_LAYOUTS)
def _html_layout(title: str, locale: str, has_webinars: bool, *_site: str) -> Sequence[str]:
    return _cut(rendering.render_html("digests/letter.html", **_given(title, locale, has_webinars)))


def _site() -> Sequence[str]:
    """Give what a frame says of the site: it is kept under that too."""
    return rendering.site_name(), rendering.site_url(), rendering.publisher()


def _given(title: str, locale: str, has_webinars: bool) -> dict[str, object]:
    return {"title": title, "locale": locale, "has_webinars": has_webinars, "place": _place}


def _cut(frame: str) -> Sequence[str]:
    """Cut a frame at its places: what it says stands at even places, their names at odd ones."""
    return tuple(PLACE.split(frame))


def _place(name: str) -> Markup:
    return Markup("⟦{}⟧").format(name)


# Quoted-printable in both parts must stay under the 100 KB that we promise.
LARGEST_LETTER = 80_000
QUOTED = bytes([*range(127, 256), ord("=")])
MOST_POSTS = 24
LINES_BEFORE = {"webinars": "\n\n", "sections": "\n\n\n", "elsewhere": "\n\n\n"}

TITLES: Mapping[Frequency, Callable[[], str]] = {
    Frequency.DAILY: lambda: _("New in your groups"),
    Frequency.WEEKLY: lambda: _("The week in your groups"),
    Frequency.MONTHLY: lambda: _("The month in your groups"),
    Frequency.NEVER: lambda: _("The week in your groups"),
}


def write_digest(reader: DigestReader, composed: Composed, message_id: str | None = None) -> Mail:
    """Write a member's digest in their language and on their clock."""
    now = clock.now()
    strongest = strongest_of(composed.stories, reader.frequency, now)
    with rendering.in_language_of(reader.locale):
        text, html = _parts_that_fit(reader, composed, strongest, now)
        return Mail(
            to=reader.email,
            subject=subject_of(composed.stories, strongest),
            text=text,
            html=html,
            message_id=message_id,
            headers=_headers(reader),
        )


def _parts_that_fit(
    reader: DigestReader, composed: Composed, strongest: DigestPost, now: datetime
) -> tuple[str, str]:
    """Show fewer posts, and count more, until the digest is as small as we promise."""
    most = MOST_POSTS
    zone = clock_of(reader.time_zone)
    reader_context = ReaderContext(reader.locale, zone.key, now.astimezone(zone).date())
    own = {
        "day": long_day(reader_context.today, near=reader_context.today),
        "hello": _("Hello %(name)s,", name=called(reader.display_name)),
        "opening": opening_of(composed.stories),
        "why": _reason_for(composed.group_names),
        "unsubscribe": _unsubscribe_address(reader),
    }
    while True:
        arrangement = arrange(composed.stories, now, most, strongest)
        own["ahead"] = ahead_of(arrangement.shown, strongest)
        text, html = _parts(reader.frequency, arrangement, reader_context, own)
        if most <= 1 or _weight(text) + _weight(html) <= LARGEST_LETTER:
            return text, html
        most //= 2


def _weight(part: str) -> int:
    """Estimate a part in quoted-printable, where each byte that is not plain takes three."""
    encoded = part.encode()
    plain = len(encoded.translate(None, QUOTED))
    return len(encoded) + 2 * (len(encoded) - plain)


def _parts(
    frequency: Frequency,
    arrangement: Arrangement,
    reader_context: ReaderContext,
    own: Mapping[str, str],
) -> tuple[str, str]:
    pieces = {
        "webinars": write_webinars(arrangement.upcoming, reader_context),
        "sections": write_sections(arrangement.sections, reader_context),
        "elsewhere": write_elsewhere(arrangement.elsewhere, reader_context.locale),
    }
    text = {
        place: "".join(LINES_BEFORE[place] + piece.text for piece in written)
        for place, written in pieces.items()
    }
    html = {place: "".join(piece.html for piece in written) for place, written in pieces.items()}
    escaped = {place: str(escape(words)) for place, words in own.items()}
    frame = (TITLES[frequency](), reader_context.locale, bool(arrangement.upcoming))
    return fill_text(*frame, {**text, **own}), fill_html(*frame, html | escaped)


def _reason_for(group_names: Sequence[str]) -> str:
    """Say why one has this digest."""
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
        "List-Id": f"<letter.{rendering.host()}>",
        "List-Unsubscribe": f"<{_unsubscribe_address(reader)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _unsubscribe_address(reader: DigestReader) -> str:
    """Give the way out; a member who only previews a digest may have none yet."""
    if not reader.unsubscribe_key:
        return rendering.address_of("digests.preferences")
    return rendering.address_of("digests.unsubscribe", key=reader.unsubscribe_key)

"""Writing the letter: its subject says what is in it, both parts say the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _, ngettext
from markupsafe import escape

from grandequipe.core import clock
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.time_zones import clock_of
from grandequipe.digests.models import DigestReader, Frequency, Story
from grandequipe.digests.services.arranging import Arrangement, arrange
from grandequipe.digests.services.composing import Composed
from grandequipe.digests.services.details import ReaderContext
from grandequipe.digests.services.frames import fill_html, fill_text
from grandequipe.digests.services.openings import ahead_of, called, opening_of
from grandequipe.digests.services.pieces import (
    write_elsewhere,
    write_sections,
    write_webinars,
)
from grandequipe.digests.services.subjects import strongest_of, subject_of
from grandequipe.web.formats import long_day

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
    """Write a member's letter in their language and on their clock."""
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
    reader: DigestReader, composed: Composed, strongest: Story, now: datetime
) -> tuple[str, str]:
    """Show fewer posts, and count more, until the letter is as small as we promise."""
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
    """Say why one has this letter."""
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
    """Give the way out; whoever only previews a letter may have none yet."""
    if not reader.unsubscribe_key:
        return rendering.address_of("digests.preferences")
    return rendering.address_of("digests.unsubscribe", key=reader.unsubscribe_key)

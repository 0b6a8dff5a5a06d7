"""What an organiser writes about a recording, and what is read from captions and chapters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.links import whole_address
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.feed.models.inputs.checks import address_error

MOST_CHAPTERS = 100
LONGEST_CHAPTERS = 12_000
LONGEST_TITLE = 100
LONGEST_TRANSCRIPT = 300_000
LONGEST_CAPTIONS = 500_000
CHAPTER = re.compile(r"^(?:(\d{1,2})\s*[:h]\s*)?(\d{1,3})\s*[:’'m]\s*(\d{2})\s*[-–—:.]?\s*(.+)$")
# SubRip writes a comma where WebVTT has a full stop.
SRT_TIMES = re.compile(r"(\d{2}:\d{2}:\d{2}),(\d{3})")
VTT_TIMES = re.compile(
    r"^(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}", re.MULTILINE
)

Chapter = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class ReplayInput:
    """A recording: an address as typed or files by id, and what goes with it.

    `captions` is the text of a file in WebVTT or SubRip, "" to take them away, None to keep those
    that are there. `chapters` are lines, each a time and a title.
    """

    url: str = ""
    files: Sequence[int] = ()
    chapters: str = ""
    transcript: str = ""
    captions: str | None = None
    is_captioned: bool = False
    expires_at: datetime | None = None

    def validate(self) -> None:
        """Raise Invalid that names every wrong field."""
        found = {
            "url": address_error(self.url)
            or (None if self.url.strip() or self.files else _("Give an address, or a file.")),
            "chapters": self._error_of("chapters"),
            "transcript": length_error(self.transcript, LONGEST_TRANSCRIPT)
            or text_error(self.transcript),
            "captions": self._error_of("captions"),
            "expires_on": _("Choose a day that is still to come.")
            if self.expires_at and self.expires_at <= clock.now()
            else None,
        }
        wrong = {name: str(sentence) for name, sentence in found.items() if sentence}
        if wrong:
            raise Invalid(wrong)

    def _error_of(self, name: str) -> str | None:
        try:
            read_chapters(self.chapters) if name == "chapters" else read_captions(self.captions)
        except Invalid as refused:
            return str(refused.errors[name])
        return None

    @property
    def address(self) -> str | None:
        """Give the whole address, None where there is none."""
        return whole_address(self.url.strip()) or None


def read_chapters(typed: str) -> list[Chapter]:
    """Read the chapters of a recording in time; raise Invalid of `chapters` that quotes a line."""
    if wrong := length_error(typed, LONGEST_CHAPTERS) or text_error(typed):
        raise Invalid({"chapters": wrong})
    chapters = [_chapter(line.strip()) for line in typed.splitlines() if line.strip()]
    if len(chapters) > MOST_CHAPTERS:
        most = _("Write %(number)d chapters at most.", number=MOST_CHAPTERS)
        raise Invalid({"chapters": most})
    return sorted(chapters)


def _chapter(line: str) -> Chapter:
    found = CHAPTER.match(line)
    if found is None:
        raise Invalid(
            {
                "chapters": _(
                    "“%(line)s” has no time before its title: write 12:30 Questions.",
                    line=line[:LONGEST_TITLE],
                )
            }
        )
    hours, minutes, seconds, title = found.groups()
    at = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    if len(title) > LONGEST_TITLE:
        short = _("“%(line)s…” is too long for a title.", line=title[:40])
        raise Invalid({"chapters": short})
    return at, title.strip()


def write_chapters(chapters: Sequence[Chapter]) -> str:
    """Write chapters as they are typed."""
    return "\n".join(f"{clock_of_seconds(at)} {title}" for at, title in chapters)


def clock_of_seconds(at: int) -> str:
    """Write a moment of a recording: 12:30, or 1:02:30 past the first hour."""
    minutes, seconds = divmod(at, 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def read_captions(typed: str | None) -> str | None:
    """Read captions in WebVTT or SubRip as WebVTT, None for none; raise Invalid of `captions`."""
    if not typed or not typed.strip():
        return None
    text = typed.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_CAPTIONS:
        raise Invalid({"captions": _("This file of captions is too large.")})
    if not text.startswith("WEBVTT"):
        text = "WEBVTT\n\n" + SRT_TIMES.sub(r"\1.\2", text)
    if not VTT_TIMES.search(text) or "\x00" in text:
        raise Invalid(
            {"captions": _("This isn’t a file of captions: send one that ends in .vtt or .srt.")}
        )
    return text + "\n"

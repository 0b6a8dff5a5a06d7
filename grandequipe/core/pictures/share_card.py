"""Drawing the picture that other sites show beside a link to a post.

Guarantee: the drawing happens in a process of its own, within limits of time and memory, for the
words are a member's. That process imports nothing of the project and knows nothing but those words.
Other greenlets go on meanwhile, and one is drawn at a time.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING or __name__ == "__main__":
    # The web process, which only starts the other one, has no room for it.
    from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
LONGEST_WAIT = 15.0
SECONDS, MEGABYTES = 8, 400
MARGIN, BAND = 80, 24
PAPER, INK, SOFT = "#FBF8F3", "#1D1B3A", "#57546B"
STRIPES = ("#2F3FBF", "#F2644F", "#FFC845")
MOST_LINES = 4
TITLE_SIZES = (68, 58, 50)
ELLIPSIS = "…"

_slot = BoundedSemaphore(1)


@dataclass(frozen=True)
class ShareCard:
    """The words of a card, its colour, and the paths of the typefaces: of headings, then of text.

    A word is written by the first typeface that has all of its characters; where none has, it is
    left out.
    """

    kind: str
    title: str
    group: str
    site: str
    colour: str
    headings: Sequence[str]
    typefaces: Sequence[str]


def draw(card: ShareCard) -> bytes | None:
    """Draw a card as a PNG, or give None where that takes more than the limits."""
    with _slot:
        try:
            drawn = subprocess.run(
                [sys.executable, "-I", __file__],
                input=json.dumps(asdict(card)).encode(),
                capture_output=True,
                env={},
                cwd="/",
                timeout=LONGEST_WAIT,
                check=True,
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return None
    return drawn.stdout or None


class Typefaces:
    """A typeface in one size, with others behind it for the characters that it lacks."""

    def __init__(self, paths: Sequence[str], size: int, weight: int) -> None:
        self.size = size
        self.fonts = [ImageFont.truetype(path, size) for path in paths]
        for font in self.fonts:
            font.set_variation_by_axes([weight])
        self._missing = [bytes(font.getmask("\uffff")) for font in self.fonts]
        self._known: dict[str, set[int]] = {}

    def of(self, word: str) -> ImageFont.FreeTypeFont | None:
        """Find the typeface that has all characters of a word."""
        having = [self._having(each) for each in set(word)]
        return next(
            (font for at, font in enumerate(self.fonts) if all(at in each for each in having)), None
        )

    def _having(self, character: str) -> set[int]:
        """Find the typefaces that have a character; drawing it takes long, so it is done once."""
        if character not in self._known:
            self._known[character] = {
                at
                for at, (font, missing) in enumerate(zip(self.fonts, self._missing, strict=True))
                if bytes(font.getmask(character)) != missing
            }
        return self._known[character]

    def written(self, text: str) -> list[str]:
        """Split a text into those of its words that can be written."""
        return [word for word in text.split() if self.of(word)]

    def width(self, words: Sequence[str]) -> float:
        """Measure a line."""
        space = self.fonts[0].getlength(" ")
        lengths = [font.getlength(word) for word in words if (font := self.of(word))]
        return sum(lengths) + space * max(0, len(words) - 1)

    def lines(self, text: str, widest: int, most: int) -> tuple[list[list[str]], bool]:
        """Break a text into lines; say whether all of it is there."""
        lines: list[list[str]] = [[]]
        for word in self.written(text):
            if lines[-1] and self.width([*lines[-1], word]) > widest:
                if len(lines) == most:
                    lines[-1] = self._cut([*lines[-1], ELLIPSIS], widest)
                    return lines, False
                lines.append([])
            lines[-1].append(word)
            if self.width(lines[-1]) > widest:
                lines[-1] = self._cut(lines[-1], widest)
                return lines, False
        return [line for line in lines if line], True

    def _cut(self, words: list[str], widest: int) -> list[str]:
        text = " ".join(words).removesuffix(f" {ELLIPSIS}")
        # The first length that is too wide, by halves: to measure takes long.
        fits, too_long = 0, len(text) + 1
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self.width(f"{text[:middle].rstrip()}{ELLIPSIS}".split()) > widest:
                too_long = middle
            else:
                fits = middle
        return f"{text[:fits].rstrip()}{ELLIPSIS}".split()

    def write(self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], words: Sequence[str],
              fill: str) -> None:  # fmt: skip
        """Write a line, its words beside each other on one baseline."""
        x, y = at
        for word in words:
            font = self.of(word)
            if font is not None:
                canvas.text((x, y), word, font=font, fill=fill, anchor="ls")
                x += font.getlength(word) + self.fonts[0].getlength(" ")


def drawn(card: ShareCard) -> Image.Image:
    """Draw a card: its kind, title and group, the site at the foot."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, BAND, HEIGHT), fill=card.colour)
    small, strong = Typefaces(card.typefaces, 34, 400), Typefaces(card.typefaces, 32, 700)
    widest = WIDTH - 2 * MARGIN
    kind = strong.written(card.kind)
    pill = (MARGIN, 64, MARGIN + strong.width(kind) + 56, 124)
    canvas.rounded_rectangle(pill, radius=30, fill=card.colour)
    strong.write(canvas, (MARGIN + 28, 105), kind, "#FFFFFF")
    for size in TITLE_SIZES:
        title = Typefaces(card.headings, size, 800)
        lines, is_whole = title.lines(card.title, widest, MOST_LINES)
        if is_whole:
            break
    for number, line in enumerate(lines):
        title.write(canvas, (MARGIN, 150 + (number + 1) * title.size * 1.18), line, INK)
    group, _is_whole = small.lines(card.group, widest, 1)
    small.write(canvas, (MARGIN, 520), group[0] if group else [], SOFT)
    foot, _is_whole = strong.lines(card.site, widest - 240, 1)
    strong.write(canvas, (MARGIN, 585), foot[0] if foot else [], INK)
    for number, colour in enumerate(STRIPES):
        left = WIDTH - MARGIN - (3 - number) * 70
        canvas.rectangle((left, 560, left + 70, 570), fill=colour)
    return image


def main() -> None:
    """Read a card as JSON from standard input, and write it as a PNG."""
    # Pillow loads this where it saves the first picture: before nothing more may be opened.
    Image.preinit()
    memory = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    card = ShareCard(**json.loads(sys.stdin.buffer.read()))
    answer = io.BytesIO()
    drawn(card).save(answer, "PNG", optimize=True)
    sys.stdout.buffer.write(answer.getvalue())


if __name__ == "__main__":
    main()

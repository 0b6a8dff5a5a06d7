"""Drawings of the demo community: places, gardens, meetings, figures, made of plain shapes.

Each is always the same for the same words. They are drawn larger than they are kept, which smooths
their edges.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

INK, PAPER, SUN = "#1D1B3A", "#FBF8F3", "#FFC845"
LARGER = 2
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Palette:
    """The colours of a drawing: of its sky, its ground, and of what stands there."""

    sky: str
    ground: str
    things: Sequence[str]


PALETTES = (
    Palette("#CFE6F5", "#7DB46C", ("#2F3FBF", "#F2644F", "#FFC845", "#14866D", "#FBF8F3")),
    Palette("#FBE3B5", "#14866D", ("#F2644F", "#1D1B3A", "#FBF8F3", "#7A4FBF", "#FFC845")),
    Palette("#E8EAFB", "#E4C79A", ("#2F3FBF", "#14866D", "#F2644F", "#FFC845", "#A01C68")),
    Palette("#F9D3C7", "#3F7D6C", ("#7A4FBF", "#2F3FBF", "#FFC845", "#FBF8F3", "#F2644F")),
    Palette("#BFE3DA", "#D9A441", ("#1D1B3A", "#F2644F", "#2F3FBF", "#FBF8F3", "#A01C68")),
)
SKINS = ("#F1C9A5", "#E0A982", "#C68863", "#9C6644", "#6F4A35", "#F6D7BE")
GLASSES = 0.35
MEN = {
    "Lucas", "Mamadou", "Karim", "Thomas", "Yann", "Rachid", "Pierre", "David", "Jérôme", "Antoine",
    "Bilal", "Tiago", "Oumar",
}  # fmt: skip
HAIRS = ("#2B1B17", "#4A2F27", "#7B4B2A", "#B98B4E", "#8C8C94", "#1D1B3A")


class Sheet:
    """A drawing in the making; lengths are in hundredths of its height."""

    def __init__(self, width: int, height: int, words: str) -> None:
        self.size = width, height
        self.chance = random.Random(words)  # noqa: S311  (drawings, not secrets)
        self.palette = self.chance.choice(PALETTES)
        self.unit = height * LARGER / 100
        self.wide = 100 * width / height
        self.image = Image.new("RGB", (width * LARGER, height * LARGER), self.palette.sky)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, colour: str, round_by: float = 0) -> None:
        """Draw a rectangle."""
        self.draw.rounded_rectangle(self._scaled(box), round_by * self.unit, fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Draw a disc."""
        self.oval((x - radius, y - radius, x + radius, y + radius), colour)

    def oval(self, box: Box, colour: str) -> None:
        """Draw an ellipse."""
        self.draw.ellipse(self._scaled(box), fill=colour)

    def slice(self, box: Box, begin: float, end: float, colour: str) -> None:
        """Draw a part of an ellipse between two angles, in degrees clockwise from the right."""
        self.draw.pieslice(self._scaled(box), begin, end, fill=colour)

    def shape(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Draw a polygon."""
        self.draw.polygon([(x * self.unit, y * self.unit) for x, y in points], fill=colour)

    def line(self, points: Sequence[tuple[float, float]], colour: str, thick: float) -> None:
        """Draw a line."""
        scaled = [(x * self.unit, y * self.unit) for x, y in points]
        self.draw.line(scaled, colour, round(thick * self.unit), "curve")

    def outline(self, box: Box, begin: float, end: float, thick: float) -> None:
        """Draw a part of an ellipse's edge in ink, between two angles."""
        width = round(thick * self.unit)
        self.draw.arc(self._scaled(box), begin, end, fill=INK, width=width)

    def thing(self) -> str:
        """Choose the colour of a thing."""
        return self.chance.choice(self.palette.things)

    def finished(self) -> Image.Image:
        """Give the drawing in its size."""
        return self.image.resize(self.size, Image.Resampling.LANCZOS)

    def _scaled(self, box: Box) -> Box:
        left, top, right, bottom = (each * self.unit for each in box)
        return left, top, right, bottom


def _place(sheet: Sheet) -> None:
    """Blocks of flats along a square, with trees and a sun."""
    sheet.disc(sheet.chance.uniform(15, sheet.wide - 15), 22, 11, SUN)
    left = -4.0
    while left < sheet.wide:
        width, top = sheet.chance.uniform(18, 30), sheet.chance.uniform(18, 50)
        wall = sheet.thing()
        sheet.box((left, top, left + width, 80), wall)
        _windows(sheet, left, top, width, INK if wall in (PAPER, SUN) else PAPER)
        left += width + sheet.chance.choice((0, 0, 6))
    sheet.box((0, 76, sheet.wide, 100), sheet.palette.ground)
    for _tree in range(5):
        _tree_at(sheet, sheet.chance.uniform(5, sheet.wide - 5), sheet.chance.uniform(80, 92))
    _passers(sheet, 4)


def _windows(sheet: Sheet, left: float, top: float, width: float, colour: str) -> None:
    columns = int(width // 6)
    gap = width / columns
    for row in range(int((72 - top) // 8)):
        for column in range(columns):
            x, y = left + gap * (column + 0.5), top + 5 + row * 8
            glass = SUN if sheet.chance.random() < 0.15 else colour
            sheet.box((x - 1.4, y, x + 1.4, y + 4), glass, 0.4)


def _tree_at(sheet: Sheet, x: float, foot: float) -> None:
    height = sheet.chance.uniform(14, 24)
    sheet.box((x - 0.7, foot - height / 2, x + 0.7, foot), "#7B4B2A")
    leaves = sheet.chance.choice(("#14866D", "#4F9D5D", "#2F6E4F"))
    sheet.disc(x, foot - height * 0.75, height * 0.38, leaves)


def _passers(sheet: Sheet, number: int) -> None:
    for _passer in range(number):
        _person(sheet, sheet.chance.uniform(8, sheet.wide - 8), 97, sheet.chance.uniform(15, 19))


def _person(sheet: Sheet, x: float, foot: float, height: float) -> None:
    head = height * 0.17
    sheet.box((x - head * 1.1, foot - height * 0.66, x + head * 1.1, foot), sheet.thing(), head)
    sheet.disc(x, foot - height * 0.82, head, sheet.chance.choice(SKINS))
    top = foot - height * 0.82
    sheet.slice((x - head, top - head, x + head, top + head), 180, 360, sheet.chance.choice(HAIRS))


def _garden(sheet: Sheet) -> None:
    """Beds of vegetables below a row of houses."""
    sheet.disc(sheet.wide - 22, 20, 9, SUN)
    for number in range(6):
        x = number * sheet.wide / 5 - 8
        sheet.shape([(x, 42), (x + 13, 26), (x + 26, 42)], sheet.thing())
        sheet.box((x + 3, 42, x + 23, 56), PAPER)
        sheet.box((x + 10, 47, x + 16, 56), sheet.thing())
    sheet.box((0, 54, sheet.wide, 100), sheet.palette.ground)
    for row in range(3):
        top = 60 + row * 13
        sheet.box((6, top + 5, sheet.wide - 6, top + 10), "#7B4B2A", 2)
        plant = sheet.chance.choice(("#14866D", "#4F9D5D", "#2F6E4F"))
        fruit = sheet.thing()
        for number in range(int(sheet.wide / 9) - 1):
            x = 11 + number * 9
            sheet.disc(x, top + 4, 3.4, plant)
            sheet.disc(x + 1, top + 3, 1.2, fruit)
    _passers(sheet, 3)


def _meeting(sheet: Sheet) -> None:
    """People round a long table."""
    sheet.box((0, 72, sheet.wide, 100), sheet.palette.ground)
    sheet.box((10, 10, 52, 40), PAPER, 2)
    for number in range(4):
        sheet.line([(15, 17 + 6 * number), (46 - 5 * (number % 2), 17 + 6 * number)], INK, 0.8)
    for number in range(6):
        _bust(sheet, 16 + number * (sheet.wide - 32) / 5, 70)
    sheet.box((4, 68, sheet.wide - 4, 77), "#E4C79A", 2)
    for number in range(7):
        x = 12 + number * (sheet.wide - 24) / 6
        sheet.box((x - 2, 64, x + 2, 69), sheet.thing(), 0.6)
    for side in (14, sheet.wide - 17):
        sheet.box((side, 76, side + 3, 97), "#7B4B2A")


def _bust(sheet: Sheet, x: float, bottom: float) -> None:
    skin = sheet.chance.choice(SKINS)
    sheet.slice((x - 9, bottom - 18, x + 9, bottom + 14), 180, 360, sheet.thing())
    sheet.disc(x, bottom - 23, 6.4, skin)
    sheet.slice(
        (x - 6.8, bottom - 30.5, x + 6.8, bottom - 16), 175, 365, sheet.chance.choice(HAIRS)
    )


def _figures(sheet: Sheet) -> None:
    """Columns of a diagram, with a line that rises."""
    sheet.image.paste(PAPER, (0, 0, *sheet.image.size))
    for number in range(5):
        sheet.line([(12, 18 + number * 16), (sheet.wide - 10, 18 + number * 16)], "#E4DED3", 0.5)
    tops, step = [], (sheet.wide - 30) / 7
    for number in range(7):
        height = 14 + number * 6 + sheet.chance.uniform(-5, 8)
        left = 18 + number * step
        colour = "#F2644F" if number == 6 else "#2F3FBF"
        sheet.box((left, 84 - height, left + step * 0.62, 84), colour, 1.2)
        tops.append((left + step * 0.31, 78 - height))
    sheet.line(tops, SUN, 1.4)
    for x, y in tops:
        sheet.disc(x, y, 1.8, INK)
    sheet.line([(12, 84), (sheet.wide - 10, 84)], INK, 1)


BICYCLE = (
    [(45, 78), (57, 58), (73, 58), (61, 78), (45, 78)],
    [(57, 58), (61, 78)],
    [(73, 58), (78, 78)],
    [(55, 53), (57, 58)],
    [(71, 52), (73, 58), (77, 50)],
)


def _workshop(sheet: Sheet) -> None:
    """A workshop: tools on the wall, a bicycle and boxes."""
    sheet.image.paste("#E4C79A", (0, 0, *sheet.image.size))
    sheet.box((0, 78, sheet.wide, 100), "#7B4B2A")
    sheet.box((8, 10, sheet.wide - 8, 34), PAPER, 2)
    for number in range(9):
        x = 16 + number * (sheet.wide - 34) / 8
        sheet.box((x, 14, x + 2, 22), sheet.thing(), 0.6)
        sheet.box((x - 2, 22, x + 4, 27), INK, 1)
    for x in (45, 78):
        sheet.disc(x, 78, 15, INK)
        sheet.disc(x, 78, 12.5, "#E4C79A")
        sheet.disc(x, 78, 1.6, INK)
    frame = sheet.thing()
    for points in BICYCLE:
        sheet.line(points, frame, 1.8)
    for number in range(3):
        left = sheet.wide - 46 + number * 12
        sheet.box((left, 66 - 10 * (number % 2), left + 11, 88), sheet.thing(), 1)
    _person(sheet, 20, 96, 44)


def _pattern(sheet: Sheet) -> None:
    """Large shapes, as on a poster."""
    sheet.image.paste(sheet.palette.things[0], (0, 0, *sheet.image.size))
    side = 25.0
    for row in range(4):
        for column in range(int(sheet.wide // side) + 1):
            left, top = column * side, row * side
            box = (left, top, left + side, top + side)
            kind = sheet.chance.randrange(5)
            if kind == 0:
                sheet.oval(box, sheet.thing())
            elif kind < 3:
                turn = sheet.chance.choice((0, 90, 180, 270))
                wide = (left - side, top - side, left + side, top + side)
                moved = {0: wide, 90: _moved(wide, side, 0), 180: _moved(wide, side, side),
                         270: _moved(wide, 0, side)}[turn]  # fmt: skip
                sheet.slice(moved, turn, turn + 90, sheet.thing())
            elif kind == 3:
                sheet.box(box, sheet.thing())


def _moved(box: Box, right: float, down: float) -> Box:
    return box[0] + right, box[1] + down, box[2] + right, box[3] + down


SCENES: dict[str, tuple[Callable[[Sheet], None], str]] = {
    "place": (_place, "Dessin : des immeubles autour d’une place, des arbres et des passants."),
    "garden": (_garden, "Dessin : un jardin partagé au pied de petites maisons."),
    "meeting": (_meeting, "Dessin : six personnes réunies autour d’une longue table."),
    "figures": (_figures, "Dessin : un diagramme dont les colonnes montent d’année en année."),
    "workshop": (_workshop, "Dessin : un atelier avec des outils, un vélo et des cartons."),
    "pattern": (_pattern, ""),
}


def draw_scene(scene: str, words: str, size: tuple[int, int] = (960, 640)) -> Image.Image:
    """Draw a scene, always the same for the same words."""
    sheet = Sheet(*size, f"{scene} {words}")
    SCENES[scene][0](sheet)
    return sheet.finished()


def draw_page(title: str) -> Image.Image:
    """Draw the first page of a report: lines of text over a drawing."""
    sheet = Sheet(827, 1170, title)
    sheet.image.paste(PAPER, (0, 0, *sheet.image.size))
    drawing = draw_scene("place", title, (827, 560)).resize((827 * LARGER, 560 * LARGER))
    sheet.image.paste(drawing, (0, 610 * LARGER))
    sheet.box((6, 7, 20, 8.2), sheet.palette.things[0])
    for number in range(3):
        sheet.box((6, 12 + number * 7, 64 - 9 * number, 16.5 + number * 7), INK, 1)
    for number in range(5):
        sheet.box((6, 36 + number * 3, 62 - number % 2 * 6, 37.2 + number * 3), "#857F8F", 0.5)
    return sheet.finished()


def draw_portrait(name: str, side: int) -> Image.Image:
    """Draw a portrait, always the same for the same name."""
    sheet = Sheet(side, side, f"portrait {name}")
    sheet.image.paste(sheet.thing(), (0, 0, *sheet.image.size))
    skin, hair = sheet.chance.choice(SKINS), sheet.chance.choice(HAIRS)
    style = sheet.chance.choice(
        ("short", "beard") if name.split(maxsplit=1)[0] in MEN else ("long", "bun")
    )
    if style == "long":
        sheet.box((25, 28, 75, 84), hair, 24)
    elif style == "bun":
        sheet.disc(50, 20, 12, hair)
    sheet.slice((14, 72, 86, 140), 180, 360, sheet.thing())
    sheet.box((43, 60, 57, 80), skin, 5)
    sheet.oval((29, 24, 71, 72), skin)
    sheet.slice((27, 18, 73, 68), 180, 360, hair)
    if style == "beard":
        sheet.slice((27, 26, 73, 74), 10, 170, hair)
        sheet.oval((33, 36, 67, 64), skin)
    for x in (41, 59):
        sheet.disc(x, 49, 2.2, INK)
    if sheet.chance.random() < GLASSES:
        for x in (41, 59):
            sheet.outline((x - 6, 43, x + 6, 55), 0, 360, 1.2)
        sheet.line([(47, 48), (53, 48)], INK, 1.2)
    sheet.outline((42, 50, 58, 63), 25, 155, 1.6)
    return sheet.finished()

"""The shapes of the map of départements, and where those stand that it does not draw."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import grandequipe.taxonomies
from grandequipe.taxonomies.models import Territory

# Made with the other data of npm packages (`assets/build.mjs`); its shapes are a file of their own.
MAP = Path(grandequipe.taxonomies.__file__).parent / "data" / "map.json"
TILE, GAP, IN_A_ROW = 38, 6, 7


class Tile(NamedTuple):
    """A département that stands below the map, overseas, as a square."""

    territory: Territory
    x: int
    y: int


class DepartmentMap(NamedTuple):
    """A map in the units of its shapes: those that it draws, and tiles for the others."""

    width: int
    height: int
    drawn: Sequence[Territory]
    tiles: Sequence[Tile]
    tile_size: int


def department_map(departments: Sequence[Territory]) -> DepartmentMap:
    """Lay out the map of some départements."""
    shapes = _read_shapes()
    drawn = [each for each in departments if each.code in shapes.codes]
    others = [each for each in departments if each.code not in shapes.codes]
    step = TILE + GAP
    tiles = [
        Tile(each, (number % IN_A_ROW) * step, shapes.height + GAP + number // IN_A_ROW * step)
        for number, each in enumerate(others)
    ]
    rows = -(-len(others) // IN_A_ROW)
    return DepartmentMap(shapes.width, shapes.height + GAP + rows * step, drawn, tiles, TILE)


class _Shapes(NamedTuple):
    width: int
    height: int
    codes: frozenset[str]


@cache
def _read_shapes() -> _Shapes:
    read = json.loads(MAP.read_text(encoding="utf-8"))
    return _Shapes(read["width"], read["height"], frozenset(read["codes"]))

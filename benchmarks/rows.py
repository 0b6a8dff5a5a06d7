"""One row of the table: what was reached, beside the bare stack in the same run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

# A ratio may be less than it was before by a tenth: a run is never quite like another.
TOLERATED = 0.9


@dataclass(frozen=True)
class Row:
    """One measurement beside its goal; `is_reached` is None where there is no goal."""

    work: str
    reached: str
    goal: str = ""
    is_reached: bool | None = None
    bare: str = ""
    ratio: float | None = None

    @classmethod
    def beside(
        cls, work: str, reached: str, bare: str, ratio: float, wanted: float | None = None
    ) -> Self:
        """Make a row whose goal, where it has one, is a ratio to the bare stack."""
        goal = "" if wanted is None else f"ratio {wanted:.2g}"
        is_reached = None if wanted is None else ratio >= wanted
        return cls(work, reached, goal, is_reached, bare, ratio)

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the row as it is printed."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        mark = {True: "reached", False: "MISSED", None: ""}[self.is_reached]
        return (self.work, self.reached, self.bare, ratio, self.goal, mark)


def as_table(rows: Sequence[Row], beside: str = "bare stack") -> str:
    """Write rows as a Markdown table with straight columns; say what they are compared with."""
    heads = ("work", "reached", beside, "ratio", "goal", "")
    lines = [heads, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"

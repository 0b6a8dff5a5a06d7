"""One row of the table: what was asked for, and what was reached."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADS = ("work", "nearest open peer", "goal", "reached", "")


@dataclass(frozen=True)
class Row:
    """One measurement beside its goal; `is_reached` is None where there is no goal."""

    work: str
    peer: str
    goal: str
    reached: str
    is_reached: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the row as it is printed."""
        mark = {True: "reached", False: "MISSED", None: ""}[self.is_reached]
        return (self.work, self.peer, self.goal, self.reached, mark)


def as_table(rows: Sequence[Row]) -> str:
    """Write rows as a Markdown table with straight columns."""
    lines = [HEADS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"

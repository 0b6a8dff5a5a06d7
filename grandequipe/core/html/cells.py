"""Cells of a table that reach over several columns or rows, as sheets merge them.

A value that reaches over rows is said in each of them, and what stands beside it stays in its
column: the lines that become of the rows are read without the table.
"""

from collections.abc import Iterator

from lxml import etree

MOST_COLUMNS = 200


class MergedCells:
    """The cells of one table that reach into the rows to come, by column."""

    def __init__(self) -> None:
        self._reaching: dict[int, tuple[etree._Element | None, int]] = {}
        self._column = 0

    def begin_row(self) -> None:
        """Go to the first column of a row."""
        self._column = 0

    def take(self, cell: etree._Element) -> Iterator[etree._Element | None]:
        """Give what stands in the columns up to a cell of the row and in those that it takes.

        None stands for a column without words of its own.
        """
        while self._column in self._reaching:
            yield self._carried()
        rows = _reach(cell, "rowspan") - 1
        said: etree._Element | None = cell
        for _column in range(_reach(cell, "colspan")):
            if self._column >= MOST_COLUMNS:
                return
            if rows:
                self._reaching[self._column] = (said, rows)
            self._column += 1
            yield said
            said = None

    def end_row(self) -> Iterator[etree._Element | None]:
        """Give what reaches into the row behind its last cell."""
        last = max(self._reaching, default=-1)
        while self._column <= last:
            yield self._carried()

    def pass_row(self) -> None:
        """Go on behind a row that is no line."""
        self.begin_row()
        for _each in self.end_row():
            pass

    def _carried(self) -> etree._Element | None:
        cell, rows = self._reaching.pop(self._column, (None, 0))
        if rows > 1:
            self._reaching[self._column] = (cell, rows - 1)
        self._column += 1
        return cell


def _reach(cell: etree._Element, name: str) -> int:
    number = cell.get(name, "").strip()[:4]
    is_number = number.isascii() and number.isdecimal()
    return min(max(int(number), 1), MOST_COLUMNS) if is_number else 1

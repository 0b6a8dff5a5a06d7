"""Reading the official list of QPV, a CSV as the State publishes it and spreadsheets save it.

The columns used are `code_qp`, `lib_qp` and `insee_com`, in any order and among others: the code of
a QPV, its name, and the codes of its communes, parted by a semicolon, a comma, a slash or a bar. A
QPV may stand in several lines, one for each commune.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import NamedTuple

from sqlalchemy import select

from grandequipe.core.text_validation import length_error, line_error
from grandequipe.extensions import db
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.services.neighbourhoods import Neighbourhood

CODE, NAME, TOWNS = COLUMNS = ("code_qp", "lib_qp", "insee_com")
DELIMITERS = (",", ";", "\t", "|")
# Of 2024 (QN00101M) and of the list before it (QP001001).
CODE_FORMAT = re.compile(r"Q[NP]\d{2}[0-9AB]\d{2}[0-9A-Z]")
TOWN_FORMAT = re.compile(r"\d[0-9AB]\d{3}")
BETWEEN_TOWNS = re.compile(r"[;,/|]")
LONGEST_NAME, LARGEST_FILE = 200, 20_000_000
# Arrondissements are no communes: their QPV lie in the town.
TOWNS_OF_ARRONDISSEMENTS = {"751": "75056", "132": "13055", "6938": "69123"}
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
ARCHIVE = b"PK\x03\x04"


class LineError(NamedTuple):
    """What is wrong with a line of the file; the first line is 1."""

    line: int
    message: str


class FileReading(NamedTuple):
    """The QPV of a file, and what is wrong with the other lines, or with the whole file."""

    neighbourhoods: Sequence[Neighbourhood]
    errors: Sequence[LineError]


class _Line(NamedTuple):
    number: int
    code: str
    name: str
    towns: Sequence[str]


def read_neighbourhoods(content: bytes) -> FileReading:
    """Read the QPV of a file: UTF-8, UTF-16 with a mark, or Windows' Western characters."""
    if len(content) > LARGEST_FILE or content.startswith(ARCHIVE):
        return _unreadable("this is no CSV: save the table as CSV first")
    text = _decode(content).replace("\r\n", "\n").replace("\r", "\n")
    rows = _find_table(text)
    if rows is None:
        return _unreadable(f"no columns {', '.join(COLUMNS)} in the first line")
    lines, errors = _read_lines(rows)
    known = _find_known({f"C{town}" for line in lines for town in line.towns})
    found: dict[str, Neighbourhood] = {}
    first_lines: dict[str, int] = {}
    for line in lines:
        if message := _error_of(line, known, found, first_lines):
            errors.append(LineError(line.number, message))
            continue
        towns = [f"C{town}" for town in line.towns]
        before = found[line.code].municipalities if line.code in found else ()
        every = tuple(dict.fromkeys((*before, *towns)))
        found[line.code] = Neighbourhood(line.code, line.name, every)
        first_lines.setdefault(line.code, line.number)
    if not found and not errors:
        return _unreadable("no QPV in this file")
    return FileReading(list(found.values()), sorted(errors))


def _unreadable(message: str) -> FileReading:
    return FileReading((), (LineError(1, message),))


def _decode(content: bytes) -> str:
    marked = (name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark))
    encoding = next(marked, "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _find_table(text: str) -> "csv.DictReader[str] | None":
    """Read the table by the delimiter with which its first line names the columns, or None."""
    for delimiter in DELIMITERS:
        rows = csv.DictReader(StringIO(text), delimiter=delimiter, restval="")
        try:
            names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        except csv.Error:
            continue
        if set(COLUMNS) <= set(names):
            rows.fieldnames = names
            return rows
    return None


def _read_lines(rows: "csv.DictReader[str]") -> tuple[list[_Line], list[LineError]]:
    lines: list[_Line] = []
    errors: list[LineError] = []
    for number, row in _numbered(rows, errors):
        code, name, towns = (" ".join((row.get(column) or "").split()) for column in COLUMNS)
        if code or name or towns:
            parts = (part.strip() for part in BETWEEN_TOWNS.split(towns.upper()))
            lines.append(_Line(number, code.upper(), name, [_town(part) for part in parts if part]))
    return lines, errors


def _numbered(
    rows: "csv.DictReader[str]", errors: list[LineError]
) -> Iterator[tuple[int, dict[str, str]]]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            errors.append(LineError(rows.line_num + 1, str(error)))
            continue
        yield rows.line_num, row


def _town(code: str) -> str:
    """Give the commune of an arrondissement of Paris, Marseille or Lyon; others as they are."""
    within = (town for start, town in TOWNS_OF_ARRONDISSEMENTS.items() if code.startswith(start))
    return next(within, code) if len(code) == len("75056") else code


def _find_known(codes: Iterable[str]) -> frozenset[str]:
    valid = [code for code in codes if TOWN_FORMAT.fullmatch(code[1:])]
    return frozenset(db.session.scalars(select(Territory.code).where(Territory.code.in_(valid))))


def _error_of(
    line: _Line,
    known: frozenset[str],
    found: dict[str, Neighbourhood],
    first_lines: dict[str, int],
) -> str | None:
    if not CODE_FORMAT.fullmatch(line.code):
        return f"{_quoted(line.code)} is no code of a QPV, such as QN09301M"
    wrong = _error_of_name(line) or _error_of_towns(line, known)
    other = found.get(line.code)
    if not wrong and other and other.name != line.name:
        return f"{line.code} has another name in line {first_lines[line.code]}"
    return wrong


def _error_of_name(line: _Line) -> str | None:
    if not line.name:
        return f"{line.code} has no name"
    wrong = length_error(line.name, LONGEST_NAME) or line_error(line.name)
    return f"the name of {line.code} cannot be used: {wrong}" if wrong else None


def _error_of_towns(line: _Line, known: frozenset[str]) -> str | None:
    if not line.towns:
        return f"{line.code} lies in no commune"
    if odd := next((town for town in line.towns if not TOWN_FORMAT.fullmatch(town)), None):
        return (
            f"{_quoted(odd)} is no code of a commune, which has five characters: spreadsheets drop"
            " the zero at its beginning"
        )
    unknown = next((town for town in line.towns if f"C{town}" not in known), None)
    return f"there is no commune {unknown} in this version's list" if unknown else None


def _quoted(typed: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in typed)
    return f"“{shown[:40]}”" if shown else "nothing"

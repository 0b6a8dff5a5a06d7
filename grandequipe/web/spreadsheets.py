"""Tables to download: CSV for programs, XLSX for spreadsheets.

Guarantee: no cell is a formula, a link or a number that a spreadsheet makes of what people typed.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from grandequipe.core import clock
from grandequipe.core.errors import NotFound

# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(
    rows: Iterable[Sequence[str]],
    name: str,
    extension: str,
    widths: Sequence[int] = (),
    separator: str = ",",
) -> Response:
    """Send rows of text, the first with the headings, as a file named after today.

    `extension` is "csv" or "xlsx", or there is no such file; `widths` are those of the first
    columns, in characters. `separator` stands between the cells of a CSV file: French spreadsheets
    read ";" without being asked.
    """
    if extension not in ("csv", "xlsx"):
        raise NotFound
    if extension == "csv":
        response = Response(_csv(rows, separator), mimetype="text/csv")
    else:
        response = Response(_xlsx(rows, widths), mimetype=XLSX)
    filename = f"{name}-{clock.now():%Y-%m-%d}.{extension}"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.cache_control.no_store = True
    return response


def plain_cell(text: str) -> str:
    """Give the text of a cell that no spreadsheet takes for a formula."""
    begins = text.lstrip(" \u00a0\u202f\n")
    return f"'{text}" if text.startswith(FORMULA) or begins.startswith(FORMULA) else text


def day_cell(at: Any, zone: Any) -> str:
    """Give the day of an instant as clocks in `zone` have it, in ISO 8601; "" for None."""
    return at.astimezone(zone).date().isoformat() if at is not None else ""


def _csv(rows: Iterable[Sequence[str]], separator: str) -> str:
    file = io.StringIO()
    # Spreadsheets read UTF-8 where a mark says so.
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=separator)
    for row in rows:
        writer.writerow([plain_cell(each) for each in row])
    return file.getvalue()


def _xlsx(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - megabytes in each web process

    with tempfile.TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text, None if number else bold)
        file.seek(0)
        return file.read()

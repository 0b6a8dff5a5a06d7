"""Rows of a model, written by COPY."""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import psycopg
from sqlalchemy import Column, Table

Row = Mapping[str, Any]


def copy_rows(connection: psycopg.Connection[Any], table: Table, rows: Iterator[Row]) -> None:
    """Copy rows that have the same columns; the others begin as the model says."""
    first = next(rows, None)
    if first is None:
        return
    begin = {
        column.name: _default(column)
        for column in table.columns
        if column.default is not None and column.name not in first
    }
    names = ", ".join(f'"{name}"' for name in (*first, *begin))
    others = tuple(_as_text(value) for value in begin.values())
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copying,
    ):
        for row in chain([first], rows):
            copying.write_row((*map(_as_text, row.values()), *others))


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value

"""Among fifty thousand posts, pages read no more rows than they need: no table as a whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from benchmarks.large.community import Community
from benchmarks.large.measures import works
from grandequipe.extensions import db

LARGE = Community(posts=50_000, comments=500, members=60)
# Twenty cards, a few rows for each of 200 groups: the tables of posts hold thirty times as many.
MOST_ROWS = 1_200
# The events of a month that has just begun are a page, which is read faster than an index.
LARGE_TABLES = "SELECT relname FROM pg_class WHERE reltuples > %s"
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "

Statement = tuple[str, Mapping[str, Any]]
Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(app: Flask, environment: dict[str, str]) -> Iterator[Connection]:
    """Connect to a database that holds a large community."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connected:
        LARGE.write(connected)
        yield connected


def test_no_page_reads_a_table_as_a_whole(app: Flask, connection: Connection) -> None:
    most_read = {}
    for work, ask in works(app).items():
        ask(1)
        with read_statements() as statements:
            ask(2)
        most_read[work] = max(rows_read(connection, each) for each in statements)
    assert {work: rows for work, rows in most_read.items() if rows > MOST_ROWS} == {}


@contextmanager
def read_statements() -> Iterator[list[Statement]]:
    """Note which statements a block reads by."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, params: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append((statement, params))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def rows_read(connection: Connection, statement: Statement) -> int:
    """Return how many rows a statement reads of one table at most, those dropped included."""
    text, params = statement
    answer = connection.execute((EXPLAIN + text).encode(), params).fetchone()
    assert answer
    scans = [node for node in _nodes(answer[0][0]["Plan"]) if "Relation Name" in node]
    large = {name for (name,) in connection.execute(LARGE_TABLES, (MOST_ROWS,))}
    return max((_rows(node) for node in scans if node["Relation Name"] in large), default=0)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _rows(node: Mapping[str, Any]) -> int:
    dropped = sum(count for name, count in node.items() if name.startswith("Rows Removed by"))
    return int((node["Actual Rows"] + dropped) * node["Actual Loops"])

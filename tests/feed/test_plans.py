"""Among fifty thousand posts, pages read no more rows than they need: no table as a whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.large.community import Community
from benchmarks.large.measures import works
from grandequipe.extensions import db
from grandequipe.feed.queries.territories import MOST_COUNTED

LARGE = Community(posts=50_000, comments=500, members=60)
# Twenty cards, a few rows for each of 200 groups: the tables of posts hold thirty times as many.
MOST_ROWS = 1_200
# The events of a month that has just begun are a page, which is read faster than an index.
LARGE_TABLES = "SELECT relname FROM pg_class WHERE reltuples > %s"
EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "

# Each post is about a département, and those about one of them about a town there.
LABELS = """
    INSERT INTO territory (code, kind, name, label, search_name, parent_code)
        VALUES ('R11', 'region', 'R', 'R', 'r', NULL);
    INSERT INTO territory (code, kind, name, label, search_name, parent_code)
        SELECT 'D' || n, 'department', 'D' || n, 'D' || n, 'd', 'R11' FROM generate_series(1, 90) n;
    INSERT INTO territory (code, kind, name, label, search_name, parent_code)
        SELECT 'C' || n, 'municipality', 'C' || n, 'C' || n, 'c', 'D7'
        FROM generate_series(1, 500) n;
    INSERT INTO placement_label (label, placement_id, post_id, kind, published_at)
        SELECT label, id, post_id, kind, published_at FROM placement, LATERAL (
            SELECT 'R11' UNION ALL SELECT 'D' || 1 + post_id % 90
            UNION ALL SELECT 'C' || 1 + post_id % 20 WHERE post_id % 90 = 6
        ) AS labels (label)
        WHERE status = 'published';
    ANALYZE territory, placement_label;
"""
# What is coming there is searched in all dates to come, some 1,500, until enough are found.
MOST_ROWS_OF_LABELS = 4_000
LABEL_PAGES = ("/territoires/R11", "/territoires/D7", "/territoires/C7", "/territoires/C400")

Statement = tuple[str, Mapping[str, Any]]
Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(app: Flask, environment: dict[str, str]) -> Iterator[Connection]:
    """Connect to a database that holds a large community."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connected:
        LARGE.write(connected)
        connected.execute(LABELS)
        yield connected


def test_no_page_reads_a_table_as_a_whole(app: Flask, connection: Connection) -> None:
    most_read, visitor = {}, app.test_client()
    pages = {path: partial(ask_page, visitor, path) for path in LABEL_PAGES}
    for work, ask in {**works(app), **pages}.items():
        ask(1)
        with read_statements() as statements:
            ask(2)
        most_read[work] = max(rows_read(connection, each) for each in statements)
    most = dict.fromkeys(LABEL_PAGES, MOST_ROWS_OF_LABELS)
    too_many = {work: n for work, n in most_read.items() if n > most.get(work, MOST_ROWS)}
    assert too_many == {}


def ask_page(client: FlaskClient, path: str, number: int) -> None:
    """Ask for a page under an address that no other answer is kept for."""
    assert client.get(f"{path}?n={number}").status_code == 200, path


def test_the_map_reads_some_hundred_posts_of_each_departement(
    app: Flask, connection: Connection
) -> None:
    """However many there are of one."""
    with read_statements() as statements:
        ask_page(app.test_client(), "/territoires/carte", 1)
    read = max(rows_read(connection, each) for each in statements)
    assert read <= 90 * 2 * MOST_COUNTED


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

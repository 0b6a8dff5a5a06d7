"""A connection that died while it rested is replaced before anybody notices."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.core import connections
from grandequipe.extensions import db


def number_of_connection() -> int:
    """Take a connection from the pool; give the number that PostgreSQL knows it by."""
    db.session.rollback()
    number = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.rollback()
    return int(number or 0)


def test_one_that_died_while_it_rested_is_made_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "RESTED_SECONDS", 0.0)
    number = number_of_connection()
    with psycopg.connect(app.config["SETTINGS"].database_url) as operator:
        operator.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    assert number_of_connection() != number

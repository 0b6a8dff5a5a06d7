"""The schema that the migrations make is the one that the models speak of; data come along."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from grandequipe.extensions import db

LANDED = "0001"
MEMBER = (
    "INSERT INTO member (id, email, display_name, fs_uniquifier, active, is_admin, job_title, bio,"
    " locale, time_zone, created_at) VALUES (7, 'chloe@example.org', 'Chloé', 'x', true, false, '',"
    " '', 'fr', 'Europe/Paris', now())"
)
LETTER = (
    "INSERT INTO digest (id, member_id, period, due_at, state, claimed_at, hand_over_at, tries,"
    " \"window\", contents, error) VALUES (%s, 7, %s, now(), %s, now(), now(), 0, '{}', '{}', '')"
)


def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.fixture
def older(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Make a database beside ours, as the first release left it."""
    address = environment["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("CREATE DATABASE older")
        beside = {**environment, "DATABASE_URL": address.replace("/grandequipe?", "/older?")}
        migrate(beside, LANDED)
        yield beside
        server.execute("DROP DATABASE older")


def migrate(environment: dict[str, str], target: str) -> None:
    """Bring a database to a revision, in a process of its own."""
    flask = [sys.executable, "-m", "flask", "--app", "grandequipe.app:create_app"]
    command = [*flask, "db", "upgrade", target]
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)


def test_letters_that_failed_before_are_not_told_once_more(older: dict[str, str]) -> None:
    with psycopg.connect(older["DATABASE_URL"]) as before:
        before.execute(MEMBER)
        for letter in ((1, "week:1", "failed"), (2, "week:2", "sent"), (3, "week:3", "failed")):
            before.execute(LETTER, letter)
    migrate(older, "head")
    with psycopg.connect(older["DATABASE_URL"]) as after:
        carried = after.execute("SELECT id, carried_by_id FROM digest ORDER BY id").fetchall()
    assert carried == [(1, 2), (2, None), (3, None)]

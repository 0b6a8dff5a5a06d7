"""The schema that the migrations make is the one that the models speak of; data come along."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, text

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

GROUP = (
    'INSERT INTO "group" (id, slug, name, description, visibility, join_policy, posting_policy,'
    " member_count, created_at) VALUES (1, 'g', 'G', '', 'public', 'open', 'members', 1, now())"
)
POST = (
    "INSERT INTO post (id, kind, group_id, author_id, title, body_html, summary, status,"
    " created_at, version, comment_count, reaction_counts)"
    " VALUES (1, 'news', 1, 7, 't', 'b', 's', 'published', now(), 1, 0, '{}')"
)
COMMENT = (
    "INSERT INTO comment (id, post_id, author_id, reply_to_id, body_html, created_at)"
    " VALUES (%s, 1, 7, %s, 'x', now())"
)


def test_migrations_make_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.fixture(scope="module")
def first_release(environment: dict[str, str], house: Flask) -> Iterator[str]:
    """Make a database as the first release left it, once, and give its name."""
    address = environment["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("CREATE DATABASE first_release")
        migrate(house, beside(address, "first_release"), LANDED)
        yield "first_release"
        server.execute("DROP DATABASE first_release")


@pytest.fixture
def older(environment: dict[str, str], first_release: str) -> Iterator[str]:
    """Give each scene a copy of that database by its address."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE older TEMPLATE {first_release}")
        yield beside(environment["DATABASE_URL"], "older")
        server.execute("DROP DATABASE older")


def beside(address: str, database: str) -> str:
    """Name another database of the same server."""
    return address.replace("/grandequipe?", f"/{database}?")


def migrate(app: Flask, address: str, target: str) -> None:
    """Bring a database to a revision."""
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with app.app_context(), engine.connect() as connection:
        config = app.extensions["migrate"].migrate.get_config()
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        connection.commit()
    engine.dispose()


def test_letters_that_failed_before_are_not_told_once_more(app: Flask, older: str) -> None:
    with psycopg.connect(older) as before:
        before.execute(MEMBER)
        for letter in ((1, "week:1", "failed"), (2, "week:2", "sent"), (3, "week:3", "failed")):
            before.execute(LETTER, letter)
    migrate(app, older, "head")
    with psycopg.connect(older) as after:
        carried = after.execute("SELECT id, carried_by_id FROM digest ORDER BY id").fetchall()
    assert carried == [(1, 2), (2, None), (3, None)]


def test_each_answer_knows_its_thread_whichever_code_wrote_it(app: Flask, older: str) -> None:
    with psycopg.connect(older) as before:
        for statement in (MEMBER, GROUP, POST):
            before.execute(statement)
        for comment in ((1, None), (2, 1), (3, 2), (4, None), (5, 3)):
            before.execute(COMMENT, comment)
    migrate(app, older, "head")
    with psycopg.connect(older) as after:
        for comment in ((6, 5), (7, 4), (8, None)):
            after.execute(COMMENT, comment)
        found = after.execute("SELECT id, first_id FROM comment ORDER BY id").fetchall()
    threads = [None, 1, 1, None, 1, 1, 4, None]
    assert found == list(enumerate(threads, start=1))


# By its first column: what goes finds at once what leans on it.
LEANING = """
    SELECT kept.conrelid::regclass || '.' || field.attname
    FROM pg_constraint AS kept
    JOIN pg_attribute AS field ON field.attrelid = kept.conrelid AND field.attnum = kept.conkey[1]
    WHERE kept.contype = 'f' AND kept.confrelid = 'member'::regclass AND NOT EXISTS (
        SELECT FROM pg_index WHERE indrelid = kept.conrelid AND indkey[0] = kept.conkey[1]
    )
"""


def test_an_account_that_is_forgotten_reads_no_whole_table(app: Flask) -> None:
    assert db.session.scalars(text(LEANING)).all() == []

"""The fixtures of every scene: a real PostgreSQL, a real Redis, the real application."""

import contextvars
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import hypothesis
import psycopg
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event
from werkzeug.test import TestResponse

from grandequipe.announcements.queries import forget_shown
from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core import clock, redis, refreshed
from grandequipe.core.signing import sign
from grandequipe.core.site_settings import forget_site_settings
from grandequipe.core.transactions import atomic
from grandequipe.embedded import services
from grandequipe.extensions import db
from grandequipe.members.forms.accounts import PAGE, PAGE_LIFE
from grandequipe.members.models import Member
from grandequipe.members.services import begin_session
from grandequipe.web.legal_texts import forget_legal_texts
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_cast
from tests.rendering import forbid_queries_in_templates
from tests.site import Site
from tests.snapshot import Snapshot, empty_tables
from tests.waiting import wait_until

pytest_plugins = ["tests.chromium"]

# No failures on slow machines.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run scenes on the running site last: its worker would take the tasks of other scenes.

    Within each kind the slow ones come first, so that the pytest workers end together.
    """
    items.sort(key=lambda item: (_needs_running_site(item), not _takes_long(item)))
    for item in items:
        # With several workers: a file at a time, its tests on the running site separately, last.
        # Slow tests name groups of their own, so that the workers share them.
        if not _takes_long(item):
            file = item.nodeid.split("::")[0]
            name = f"{file} {'running' if _needs_running_site(item) else ''}"
            item.add_marker(pytest.mark.xdist_group(name))


def _takes_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("xdist_group") is not None


def _needs_running_site(item: pytest.Item) -> bool:
    return "running_site" in getattr(item, "fixturenames", ())


# Passwords of tests are no secrets. The parameters of production have a test of their own.
CHEAP_HASHING = {
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__time_cost": 1,
        "argon2__memory_cost": 8,
        "argon2__parallelism": 1,
    }
}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start PostgreSQL, Redis and the mail catcher; give the environment with their addresses."""
    data = tmp_path_factory.mktemp("data")
    with services.start(data, settings={}, durable=False) as started:
        yield {**started, "SITE_URL": "http://localhost", "REGISTRATION_SECONDS": "0"}


@pytest.fixture(scope="session")
def mails_folder(environment: dict[str, str]) -> Path:
    """Give the folder of caught mails."""
    return Path(environment["MAIL_CATCHER_URL"].removeprefix("file://"))


@pytest.fixture(scope="session")
def session_app(environment: dict[str, str]) -> Flask:
    """Make the application, once, with its schema migrated."""
    app = create_app(Settings.from_environment(environment), CHEAP_HASHING)
    app.test_client_class = Visitor
    app.testing = True
    forbid_queries_in_templates(app)
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(scope="session")
def running_site(
    environment: dict[str, str], session_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Start web, worker and beat on the same data, once."""
    started = Site(environment, tmp_path_factory.mktemp("site"))
    started.start("web", "worker", "beat")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def site(running_site: Site, app: Flask) -> Site:
    """Give the running site, with an empty database."""
    return running_site


@pytest.fixture
def app(session_app: Flask, mails_folder: Path) -> Iterator[Flask]:
    """Give each scene an empty database, no caught mails and an application context of its own."""
    with session_app.app_context():
        empty_database()
        for caught in mails_folder.glob("*.eml"):
            caught.unlink()
        yield session_app
        db.session.rollback()


@pytest.fixture(scope="session")
def snapshot(session_app: Flask) -> Snapshot:
    """Make the cast, once, with the application's services."""
    with session_app.app_context():
        empty_database()
        make_cast()
        return Snapshot()


@pytest.fixture
def cast(snapshot: Snapshot, app: Flask) -> Cast:
    """Give each scene the same people and groups."""
    snapshot.restore()
    return Cast()


@pytest.fixture
def visitor(app: Flask) -> "Visitor":
    """Open a browser that is not logged in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def browser(app: Flask) -> Callable[[Member], "Visitor"]:
    """Open a browser in which the given member is logged in."""

    def open_browser(member: Member) -> Visitor:
        client: Visitor = app.test_client()  # type: ignore[assignment]
        client.log_in(member)
        return client

    return open_browser


class Visitor(FlaskClient):
    """A browser: its forms have a CSRF token, each request has a context of its own."""

    csrf_token: str | None = None

    def log_in(self, member: Member) -> None:
        """Store the session of a log-in."""
        with atomic():
            key, _session = begin_session(member)
        with self.session_transaction() as kept:
            kept["_user_id"] = key
            kept["_fresh"] = True
            kept["fs_cc"] = "set"
            kept["fs_paa"] = time()

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request in an empty context, then end the scene's own transaction."""
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return response

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Submit a form: a POST with the session's CSRF token and a new form key."""
        hidden = {"csrf_token": contextvars.Context().run(self._token), "form_key": new_key()}
        if path == "/inscription":
            hidden["began"] = self._page_token()
        return self.post(path, data={**hidden, **(data or {})}, **kwargs)

    def _page_token(self) -> str:
        """Sign that the page was opened a minute ago."""
        if not hasattr(self, "_opened"):
            now = clock.now()
            with self.application.app_context():
                self._opened = sign(PAGE, now.timestamp() - 60, now + PAGE_LIFE)
        return self._opened

    def _token(self) -> str:
        app = self.application
        with app.test_request_context(), self.session_transaction() as kept:
            session.update(kept)
            token = generate_csrf()
            kept["csrf_token"] = session["csrf_token"]
        return str(token)


@pytest.fixture
def sink(app: Flask) -> Iterator[MailServer]:
    """Start the mail server, and make it the application's."""
    server, settings = MailServer(), app.config["SETTINGS"]
    server.start()
    app.config["SETTINGS"] = replace(settings, mail_url=server.url)
    yield server
    app.config["SETTINGS"] = settings
    server.stop()


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """Count the statements sent to the database within a `with` block."""
    return Counter


class Counter:
    """A list of the statements that are executed during the block."""

    def __enter__(self) -> "Counter":
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """Pass over what a process reads every few seconds, whatever it is asked for."""
        if not connection.get_execution_options().get(refreshed.OPTION):
            self.statements.append(statement)

    @property
    def count(self) -> int:
        """Count the statements."""
        return len(self.statements)


def new_key() -> str:
    """Make a form key."""
    return secrets.token_urlsafe(16)


def empty_database() -> None:
    """Empty every table and Redis."""
    wait_until(_delete_everything, "the running site lets go of every table")
    redis.client().flushall()
    forget_site_settings()
    forget_shown()
    forget_legal_texts()


def _delete_everything() -> bool:
    """Empty all tables; False where a task of the previous scene runs and PostgreSQL refuses."""
    try:
        empty_tables()
    except (psycopg.OperationalError, psycopg.IntegrityError):
        return False
    return True

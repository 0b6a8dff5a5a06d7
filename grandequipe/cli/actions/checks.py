"""The checks of `grandequipe doctor`: each returns a problem with its correction, or None."""

import smtplib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import redis
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from kombu.exceptions import OperationalError as BrokerError
from obstore.exceptions import BaseError

from grandequipe.cli.application import MIGRATIONS
from grandequipe.config import Settings
from grandequipe.core import clock, mail, virus_scanner
from grandequipe.core.files import store_at
from grandequipe.core.mail import MailState
from grandequipe.core.mail.queries import count_unfinished
from grandequipe.core.redis import client
from grandequipe.core.site_settings import read_site_settings
from grandequipe.core.tasks import LAST_BEAT, OLDEST_BEAT
from grandequipe.extensions import celery, db

EXTENSIONS = {"citext", "unaccent", "pg_trgm"}
OLDEST_POSTGRESQL = 150000
OLDEST_REDIS = (6, 2)
PATIENCE = 5

Check = Callable[[Settings], str | None]


def database(settings: Settings) -> str | None:
    """Check that PostgreSQL answers, is recent, speaks UTF-8 and has the extensions."""
    address = settings.sqlalchemy_url.replace("+psycopg", "", 1)
    try:
        with psycopg.connect(address, connect_timeout=PATIENCE) as connection:
            version = connection.info.server_version
            encoding = connection.execute("SHOW server_encoding").fetchone()
            rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
    except psycopg.Error as error:
        return f"does not answer ({error}): check DATABASE_URL and that PostgreSQL runs."
    if version < OLDEST_POSTGRESQL:
        return f"PostgreSQL {version // 10000} is too old: upgrade it to 15 or newer."
    if encoding != ("UTF8",):
        return "its encoding is not UTF8: create the database again with ENCODING 'UTF8'."
    missing = EXTENSIONS - {name for (name,) in rows}
    if missing:
        names = ", ".join(sorted(missing))
        return f"extensions {names} are not there: install postgresql-contrib on its machine."
    return None


def schema(settings: Settings) -> str | None:
    """Check that every migration has been run."""
    script = ScriptDirectory(MIGRATIONS)
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    if set(present) != set(script.get_heads()):
        return "the schema is not up to date: run `grandequipe migrate`."
    return None


def redis_server(settings: Settings) -> str | None:
    """Check that Redis answers, is recent, and never evicts tasks."""
    try:
        server = redis.Redis.from_url(
            settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        version = str(server.info("server")["redis_version"])
        policy = server.info("memory").get("maxmemory_policy", "noeviction")
    except (redis.RedisError, ValueError) as error:
        return f"does not answer ({error}): check REDIS_URL and that Redis runs."
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return f"Redis {version} is too old: upgrade it to 6.2 or newer."
    if policy != "noeviction":
        return f"it may throw tasks away ({policy}): set `maxmemory-policy noeviction`."
    return None


def mail_server(settings: Settings) -> str | None:
    """Check that the mail server answers, and accepts the user and password."""
    try:
        server = mail.connect(settings.mail_url)
        code, _ = server.ehlo()
        server.close()
    except (smtplib.SMTPException, OSError) as error:
        return f"{urlsplit(settings.mail_url).hostname} refuses ({error}): check MAIL_URL."
    return None if code == 250 else f"the mail server answers {code} to EHLO: check MAIL_URL."


def uploads(settings: Settings) -> str | None:
    """Check that the store of uploads is writable."""
    try:
        store, trial = store_at(settings.uploads_url), f"doctor-{uuid4().hex}"
        store.put(trial, b"doctor")
        store.delete(trial)
    except (BaseError, OSError, ValueError) as error:
        # The first line is the message, the others are the library's context.
        reason = str(error).splitlines()[0]
        return f"cannot write to {settings.uploads_url} ({reason}): check UPLOADS_URL."
    return None


def scanner(settings: Settings) -> str | None:
    """Check that clamd answers, where one is to look at files."""
    try:
        if settings.clamd_url:
            virus_scanner.ping(settings.clamd_url)
    except virus_scanner.ScannerUnavailable as error:
        return f"clamd does not answer ({error}), so no file is accepted: check CLAMD_URL."
    return None


def worker(settings: Settings) -> str | None:
    """Check that a worker answers."""
    try:
        client().ping()  # Celery would try a Redis that is not there for seconds
        answers = celery.control.ping(timeout=2)
    except (BrokerError, OSError, redis.RedisError) as error:
        return f"cannot be asked through Redis ({error}): check REDIS_URL."
    return None if answers else "none answers: start `celery -A worker:celery worker`."


def beat(settings: Settings) -> str | None:
    """Check that beat ran in the last OLDEST_BEAT seconds."""
    try:
        last = client().get(LAST_BEAT)
    except redis.RedisError as error:
        return f"cannot be asked through Redis ({error}): check REDIS_URL."
    if last is None:
        return "has never ticked: start `celery -A worker:celery beat` and a worker."
    age = (clock.now() - datetime.fromisoformat(str(last))).total_seconds()
    if age > OLDEST_BEAT:
        return f"ticked {age:.0f} s ago: start `celery -A worker:celery beat` and a worker."
    return None


def outbox(settings: Settings) -> str | None:
    """Check that no mail is uncertain, waiting for an operator to resolve it."""
    uncertain = count_unfinished()[MailState.UNCERTAIN]
    if not uncertain:
        return None
    return f"{uncertain} uncertain: run `grandequipe mails show --state uncertain`."


def legal(settings: Settings) -> str | None:
    """Check that the legal notice names the site's publisher and host."""
    stored = read_site_settings()
    values = {
        "LEGAL_PUBLISHER": settings.legal_publisher or stored.legal_publisher,
        "LEGAL_HOST": settings.legal_host or stored.legal_host,
    }
    missing = [name for name, value in values.items() if not value]
    if not missing:
        return None
    names = " and ".join(missing)
    return f"the legal notice lacks what French law asks for: set {names}."


CHECKS: dict[str, Check] = {
    "database": database,
    "schema": schema,
    "redis": redis_server,
    "mail": mail_server,
    "uploads": uploads,
    "scanner": scanner,
    "worker": worker,
    "beat": beat,
    "outbox": outbox,
    "legal": legal,
}
# Checks whose problem is written but does not make the command fail.
WARNINGS = {"outbox", "legal"}

"""The health of the installation: jobs, outbox, digests, storage and versions."""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import func, select, text

from grandequipe.attachments.models import File
from grandequipe.core import clock, redis
from grandequipe.core.events.models import HandlerFailure
from grandequipe.core.events.queries import Backlog, get_backlog
from grandequipe.core.mail import MailState, OutgoingMail, SuppressedAddress
from grandequipe.core.mail.queries import count_unfinished
from grandequipe.core.tasks import LAST_BEAT
from grandequipe.digests.services import KIND as DIGEST
from grandequipe.extensions import celery, db
from grandequipe.web.metrics import Gauge

MOST_FAILURES = 50
MOST_MAILS = 20
MOST_ADDRESSES = 50
DIGESTS_SHOWN_FOR = timedelta(days=8)
# The hash in which Celery keeps the tasks that workers hold.
HELD = "unacked"


@dataclass(frozen=True)
class FailingHandler:
    """A handler that fails: for how many events, how many set aside, and its latest error."""

    name: str
    events: int
    set_aside: int
    since: datetime
    error: str


@dataclass(frozen=True)
class Storage:
    """Bytes of the database, and of the files that members sent, which are so many."""

    database: int
    files: int
    file_count: int


@dataclass(frozen=True)
class DigestRun:
    """The digests that were claimed on one day, by the states of their mails."""

    day: datetime
    counts: Mapping[MailState, int]


def count_queued() -> Mapping[str, int]:
    """Count the tasks that wait in Redis, by queue."""
    names = sorted(celery.conf.task_queues)
    lengths = [int(redis.client().llen(name)) for name in names]
    return dict(zip(names, lengths, strict=True))


def count_held() -> int:
    """Count the tasks that workers hold."""
    return int(redis.client().hlen(HELD))


def get_last_beat() -> datetime | None:
    """Return when beat last asked and a worker answered."""
    last = redis.client().get(LAST_BEAT)
    return datetime.fromisoformat(str(last)) if last else None


def get_events() -> Backlog:
    """Count the events whose handlers have not run yet."""
    return get_backlog()


def list_failing_handlers() -> Sequence[FailingHandler]:
    """List the handlers that fail, those with the most events first."""
    number = func.count()
    latest = func.array_agg(HandlerFailure.error)
    query = (
        select(
            HandlerFailure.handler,
            number,
            func.count(HandlerFailure.set_aside_at),
            func.min(HandlerFailure.first_failed_at),
            latest[1],
        )
        .group_by(HandlerFailure.handler)
        .order_by(number.desc(), HandlerFailure.handler)
        .limit(MOST_FAILURES)
    )
    return [FailingHandler(*row) for row in db.session.execute(query)]


def count_mails() -> Mapping[MailState, int]:
    """Count the mails that wait, are being sent, are uncertain, or failed."""
    failed = select(func.count()).where(OutgoingMail.state == MailState.FAILED)
    return {**count_unfinished(), MailState.FAILED: db.session.scalar(failed) or 0}


def get_oldest_pending() -> datetime | None:
    """Return since when the oldest pending mail waits."""
    oldest = select(func.min(OutgoingMail.created_at))
    return db.session.scalar(oldest.where(OutgoingMail.state == MailState.PENDING))


def list_mails_in(state: MailState) -> Sequence[OutgoingMail]:
    """List mails in a state, the newest first."""
    query = select(OutgoingMail).where(OutgoingMail.state == state)
    return db.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(MOST_MAILS)).all()


def list_suppressed() -> Sequence[SuppressedAddress]:
    """List suppressed addresses, the newest first."""
    query = select(SuppressedAddress).order_by(SuppressedAddress.at.desc())
    return db.session.scalars(query.limit(MOST_ADDRESSES)).all()


def count_suppressed() -> int:
    """Count the suppressed addresses."""
    return db.session.scalar(select(func.count()).select_from(SuppressedAddress)) or 0


def list_digest_runs() -> Sequence[DigestRun]:
    """List the last days on which digests were claimed, the newest first."""
    day = func.date_trunc("day", OutgoingMail.created_at)
    query = (
        select(day, OutgoingMail.state, func.count())
        .where(
            OutgoingMail.created_at > clock.now() - DIGESTS_SHOWN_FOR, OutgoingMail.kind == DIGEST
        )
        .group_by(day, OutgoingMail.state)
        .order_by(day.desc())
    )
    runs: dict[datetime, dict[MailState, int]] = {}
    for at, state, number in db.session.execute(query):
        runs.setdefault(at, {})[state] = number
    return [DigestRun(at, counts) for at, counts in runs.items()]


def get_storage() -> Storage:
    """Measure the database and the files."""
    size = db.session.scalar(text("SELECT pg_database_size(current_database())"))
    total = func.coalesce(func.sum(File.size), 0)
    files, count = db.session.execute(select(total, func.count(File.id))).one()
    return Storage(int(size or 0), int(files), count)


def list_versions() -> Mapping[str, str]:
    """Give the versions of what runs, by name."""
    server: Mapping[str, str] = redis.client().info("server")
    return {
        "Grande Équipe": version("grandequipe"),
        "Python": platform.python_version(),
        "PostgreSQL": str(db.session.scalar(text("SHOW server_version"))),
        "Redis": str(server.get("redis_version", "")),
        "migration": str(db.session.scalar(text("SELECT version_num FROM alembic_version"))),
    }


def list_gauges() -> Iterable[Gauge]:
    """Give for `/metrics` what the page of administrators shows, beside what is there already."""
    for name, length in count_queued().items():
        yield Gauge(f"queue_{name.replace('.', '_')}", f"Tasks that wait in {name}.", length)
    yield Gauge("tasks_held", "Tasks that workers hold.", count_held())
    yield Gauge("mails_failed", "Mails that were not sent.", count_mails()[MailState.FAILED])
    yield Gauge("mails_suppressed_addresses", "Addresses without mail.", count_suppressed())
    oldest = get_oldest_pending()
    age = (clock.now() - oldest).total_seconds() if oldest else 0
    yield Gauge("mails_oldest_pending_seconds", "Age of the oldest pending mail.", age)
    storage = get_storage()
    yield Gauge("database_bytes", "Size of the database.", storage.database)
    yield Gauge("files_bytes", "Size of the files that members sent.", storage.files)

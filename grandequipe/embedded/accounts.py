"""The account that PostgreSQL runs under: the present one, or its own if the present is root."""

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

from grandequipe.embedded.errors import OperatorError

NAME = "embedded_postgres"


def server_account(name: str = NAME) -> dict[str, Any]:
    """Give `subprocess`'s arguments for the server's account; none unless root runs this."""
    if os.geteuid() != 0:
        return {}
    entry = _entry(name) or _create(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give_folder(folder: Path, account: dict[str, Any]) -> None:
    """Make the account the folder's owner, and the folder's parents passable."""
    if account:
        os.chown(folder, account["user"], account["group"])
        open_parents(folder)


def make_executable(program: Path, account: dict[str, Any]) -> None:
    """Make a program of a wheel executable for the account, which a strict umask may prevent."""
    if not account:
        return
    open_parents(program)
    trial = subprocess.run(
        [program, "--version"], cwd="/", capture_output=True, check=False, **account
    )
    if trial.returncode:
        package = program.parents[2]
        for folder in package.parent.glob(f"{package.name}*"):  # its libraries are beside it
            _open_tree(folder)


def open_parents(path: Path) -> None:
    """Let others pass through the parent folders, but not list them."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _open_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        added = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        path.chmod(mode | added)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        _add(Path(useradd), name)
    entry = _entry(name)
    if entry is None:
        raise OperatorError(
            "PostgreSQL refuses to run as root, and the account for it could not be made: "
            f"run this as an ordinary user, or make the account yourself (useradd --system {name})."
        )
    return entry


def _add(useradd: Path, name: str) -> None:
    """Add the account, unless another process has just done so.

    `useradd` checks the name before it locks the accounts: two at once both add it, and the second
    gives it another uid, while a server starts under the first one. So one process at a time checks
    and adds, under a lock on the program file, which all processes that can add accounts can read.
    """
    options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
    with useradd.open("rb") as program:
        fcntl.flock(program, fcntl.LOCK_EX)
        if _entry(name) is None:
            subprocess.run([useradd, *options, name], capture_output=True, check=False)

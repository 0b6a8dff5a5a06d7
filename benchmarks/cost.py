"""What a request costs each part of the site, in processor time.

On a machine that does other things too this says more than how many went through in a second.
"""

from collections.abc import Mapping

import psutil
from sqlalchemy import text

from benchmarks.stack import Stack
from grandequipe.extensions import db


class Cost:
    """The processor time that the site's processes spend from now on."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._before = _spent(stack)

    def of_each(self, requests: int) -> str:
        """Say what each of so many requests cost."""
        spent = _spent(self._stack)
        parts = ((name, spent[name] - before) for name, before in self._before.items())
        return ", ".join(f"{name} {seconds / requests * 1000:.1f} ms" for name, seconds in parts)


def _spent(stack: Stack) -> Mapping[str, float]:
    with stack.app.app_context():
        backend = db.session.scalar(text("SELECT pg_backend_pid()"))
        roots = {"web": stack.web.pid, "worker": stack.worker.pid}
        postmaster = psutil.Process(backend).ppid()
        return {name: _of(pid) for name, pid in (roots | {"PostgreSQL": postmaster}).items()}


def _of(pid: int) -> float:
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))

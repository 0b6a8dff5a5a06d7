"""Finding the processes of a data folder."""

import contextlib
from pathlib import Path

import psutil


def processes_of(data: Path) -> list[str]:
    """List the live processes of a data folder, as text."""
    return [str(process) for process in find_processes(data)]


def find_processes(data: Path, word: str = "") -> list[psutil.Process]:
    """Find the live processes of a data folder whose command line has the word."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            line = " ".join(process.cmdline())
            traces = [line, process.cwd(), *process.environ().values()]
            if (
                any(str(data) in trace for trace in traces)
                and word in line
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
    return found

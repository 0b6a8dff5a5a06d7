"""The process that runs the services of a data folder, and stops them when none is used.

Run as `python -m grandequipe.embedded.supervisor FOLDER durable|not_durable`.

Each process that uses the services holds a shared lock on `services.lock`, which the kernel
releases when it dies. The supervisor tries to acquire it exclusively: once it can, the last user
has ended, and it stops everything. Users request services in `run/wanted.json` and read their
addresses in `run/services.json`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from grandequipe.embedded import mail, postgres, redis, state_files
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.process_group import ProcessGroup
from grandequipe.embedded.processes import identity

POLL_EVERY = 0.1


class Supervisor:
    """Starts the requested services, restarts those that die, and stops all at the end."""

    def __init__(self, paths: Paths, *, durable: bool) -> None:
        self._paths = paths
        self._processes = ProcessGroup(paths, log)
        self._stopping = False
        self._addresses: dict[str, str] = {}
        self._starters: dict[str, Callable[[], str]] = {
            "DATABASE_URL": lambda: postgres.run(self._processes, paths, durable=durable),
            "REDIS_URL": lambda: redis.run(self._processes, paths),
            "MAIL_URL": lambda: mail.run(self._processes, paths),
        }

    def run(self) -> None:
        """Run until a signal or until no process uses the services."""
        state_files.write(self._paths.supervisor, identity(os.getpid()))
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        with Lock(self._paths.services_lock) as users:
            try:
                while not self._stopping:
                    self._start_wanted()
                    self._processes.restart_dead()
                    if users.try_exclusive():
                        break
                    time.sleep(POLL_EVERY)
            finally:
                self._paths.services.unlink(missing_ok=True)
                self._paths.wanted.unlink(missing_ok=True)
                self._processes.stop()

    def _start_wanted(self) -> None:
        wanted = state_files.read(self._paths.wanted).get("services", [])
        missing = [name for name in wanted if name not in self._addresses]
        for name in missing:
            self._addresses[name] = self._starters[name]()
        if missing or not self._paths.services.exists():
            state_files.write(self._paths.services, {**self._addresses})

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True


def log(line: str) -> None:
    """Write a line to the supervisor's log."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Supervise the folder of the command line, unless another supervisor does."""
    os.umask(0o077)
    paths = Paths.of(sys.argv[1])
    with Lock(paths.supervisor_lock) as lock:
        if not lock.try_exclusive():
            return
        try:
            Supervisor(paths, durable=sys.argv[2] == "durable").run()
        except OperatorError as error:
            state_files.write_text(paths.supervisor_error, str(error))
            sys.exit(1)


if __name__ == "__main__":
    main()

"""The process that owns the services of a data folder, and stops them when nobody uses them.

Run as `python -m grandequipe.embedded.keeper FOLDER durable|forgetful`.

Whoever uses the services holds a shared lock on `services.lock`, which the kernel takes back from
the dead. The keeper tries to hold it alone: when it can, the last user has left or was killed, and
nothing stays behind. Users ask for services by `run/wanted.json` and read `run/services.json`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from grandequipe.embedded import mail, postgres, records, redis
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import identity
from grandequipe.embedded.supervisor import Supervisor

PAUSE = 0.1


class Keeper:
    """Start what is wanted, start again what dies, stop all in the end."""

    def __init__(self, paths: Paths, *, durable: bool) -> None:
        self._paths = paths
        self._supervisor = Supervisor(paths, say)
        self._stopping = False
        self._addresses: dict[str, str] = {}
        self._starters: dict[str, Callable[[], str]] = {
            "DATABASE_URL": lambda: postgres.run(self._supervisor, paths, durable=durable),
            "REDIS_URL": lambda: redis.run(self._supervisor, paths),
            "MAIL_URL": lambda: mail.run(self._supervisor, paths),
        }

    def keep(self) -> None:
        """Serve until told to stop or until nobody is left."""
        records.write(self._paths.keeper, identity(os.getpid()))
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        with Lock(self._paths.services_lock) as users:
            try:
                while not self._stopping:
                    self._start_wanted()
                    self._supervisor.revive()
                    if users.try_alone():
                        break
                    time.sleep(PAUSE)
            finally:
                self._paths.services.unlink(missing_ok=True)
                self._paths.wanted.unlink(missing_ok=True)
                self._supervisor.stop()

    def _start_wanted(self) -> None:
        wanted = records.read(self._paths.wanted).get("services", [])
        missing = [name for name in wanted if name not in self._addresses]
        for name in missing:
            self._addresses[name] = self._starters[name]()
        if missing or not self._paths.services.exists():
            self._tell()

    def _tell(self) -> None:
        records.write(self._paths.services, {**self._addresses})

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True


def say(line: str) -> None:
    """Write a line to the keeper's log."""
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Keep the services of the folder on the command line, unless somebody does already."""
    os.umask(0o077)
    paths = Paths.of(sys.argv[1])
    with Lock(paths.keeper_lock) as only_one:
        if not only_one.try_alone():
            return
        try:
            Keeper(paths, durable=sys.argv[2] == "durable").keep()
        except OperatorError as error:
            records.write_text(paths.keeper_error, str(error))
            sys.exit(1)


if __name__ == "__main__":
    main()

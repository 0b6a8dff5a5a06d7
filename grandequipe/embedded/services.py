"""Use the services of a data folder: start what is missing, stop what nobody uses any more."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from grandequipe.embedded import records
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock, is_free, wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import find, last_line

SERVICES = ("DATABASE_URL", "REDIS_URL", "MAIL_URL")
STARTS_WITHIN = 120.0
STOPS_WITHIN = 90.0
DEFAULT_SITE_URL = "http://127.0.0.1:8000"


class Services:
    """One user of the services; they run at least as long as it holds them."""

    def __init__(self, paths: Paths, given: Mapping[str, str], *, durable: bool = True) -> None:
        self._paths = paths
        self._given = given
        self._durable = durable
        self._wanted = [name for name in SERVICES if not given.get(name)]
        self._keeper: subprocess.Popen[bytes] | None = None
        self._use = Lock(paths.services_lock)

    def acquire(self) -> dict[str, str]:
        """Start what is not given and does not run; give the whole environment."""
        self._use.wait(
            self._use.try_shared,
            within=STOPS_WITHIN,
            why=f"The services of {self._paths.root} are still stopping: try again in a moment.",
        )
        self.ensure()
        return self.environment()

    def ensure(self) -> None:
        """Have the wanted services run: they may have been killed since."""
        if not self._wanted or self._told():
            return
        with Lock(self._paths.start_lock) as starting:
            starting.wait(
                starting.try_alone,
                within=STARTS_WITHIN,
                why=f"Another command is starting the services of {self._paths.root} and hangs.",
            )
            self._ask()
            wait_until(
                self._are_there,
                within=STARTS_WITHIN,
                why=f"The services did not start in time; see {self._paths.logs}.",
            )

    def release(self) -> None:
        """Leave; the last one to leave waits until everything has stopped."""
        if self._use.try_alone():
            self._stop_keeper()
        self._use.release()
        if self._keeper is not None:
            self._keeper.poll()

    def environment(self) -> dict[str, str]:
        """Give every setting: the operator's own, and ours where there is none."""
        paths = self._paths
        ours = {
            "SECRET_KEY": records.secret(paths.secret_key),
            "SITE_URL": records.read(paths.site).get("url", DEFAULT_SITE_URL),
            "UPLOADS_URL": paths.uploads.as_uri(),
            "MAIL_FROM": "Grande Équipe <bonjour@grandequipe.example>",
            **{name: self._addresses()[name] for name in self._wanted},
        }
        if "MAIL_URL" in self._wanted:
            ours["MAIL_CATCHER_URL"] = paths.mail.as_uri()
        return ours | {name: value for name, value in self._given.items() if value}

    def _ask(self) -> None:
        wanted = set(records.read(self._paths.wanted).get("services", [])) | set(self._wanted)
        if is_free(self._paths.keeper_lock):
            self._paths.services.unlink(missing_ok=True)
            self._paths.keeper_error.unlink(missing_ok=True)
            records.write(self._paths.wanted, {"services": self._wanted})
            self._start_keeper()
        else:
            records.write(self._paths.wanted, {"services": sorted(wanted)})

    def _start_keeper(self) -> None:
        manner = "durable" if self._durable else "forgetful"
        command = [
            sys.executable,
            "-m",
            "grandequipe.embedded.keeper",
            str(self._paths.root),
            manner,
        ]
        with self._paths.log("keeper").open("ab") as log:
            self._keeper = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _are_there(self) -> bool:
        if self._told():
            return True
        with suppress(FileNotFoundError):
            raise OperatorError(self._paths.keeper_error.read_text(encoding="utf-8"))
        if self._keeper is not None and self._keeper.poll() is not None:
            reason = last_line(self._paths.log("keeper"))
            raise OperatorError(f"The embedded services did not start: {reason}")
        return False

    def _told(self) -> bool:
        return set(self._wanted) <= set(self._addresses())

    def _addresses(self) -> dict[str, str]:
        return records.read(self._paths.services) if self._find_keeper() else {}

    def _find_keeper(self) -> psutil.Process | None:
        return find(records.read(self._paths.keeper))

    def _stop_keeper(self) -> None:
        keeper = self._find_keeper()
        if keeper is not None:
            with suppress(psutil.NoSuchProcess):
                keeper.send_signal(signal.SIGTERM)
        wait_until(
            lambda: is_free(self._paths.keeper_lock) and self._find_keeper() is None,
            within=STOPS_WITHIN,
            why=f"The services did not stop in time; see {self._paths.logs}.",
        )
        if self._keeper is not None:
            self._keeper.wait()


@contextmanager
def start(
    data: str | Path, given: Mapping[str, str] | None = None, *, durable: bool = True
) -> Iterator[dict[str, str]]:
    """Give the environment of the services of a folder, which run for the time of the block.

    What `given` names (the operator's environment) is used instead of the embedded part.
    `durable=False` is for tests: faster, and safe against kill -9 but not against a power cut.
    """
    services = Services(Paths.of(data), given or {}, durable=durable)
    try:
        yield services.acquire()
    finally:
        services.release()

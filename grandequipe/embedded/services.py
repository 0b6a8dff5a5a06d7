"""Using the services of a data folder: start those missing, stop those unused."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from grandequipe.embedded import state_files
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import Lock, is_free, wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import find, last_line

SERVICES = ("DATABASE_URL", "REDIS_URL", "MAIL_URL")
STARTS_WITHIN = 120.0
STOPS_WITHIN = 90.0
DEFAULT_SITE_URL = "http://127.0.0.1:8000"


class Services:
    """A user of the services, which run at least from `acquire` to `release`."""

    def __init__(self, paths: Paths, settings: Mapping[str, str], *, durable: bool = True) -> None:
        self._paths = paths
        self._settings = settings
        self._durable = durable
        self._wanted = [name for name in SERVICES if not settings.get(name)]
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._use = Lock(paths.services_lock)

    def acquire(self) -> dict[str, str]:
        """Start the services that are neither set nor running; return the environment."""
        self._use.wait(
            self._use.try_shared,
            within=STOPS_WITHIN,
            why=f"The services of {self._paths.root} are still stopping: try again in a moment.",
        )
        self.ensure()
        return self.environment()

    def ensure(self) -> None:
        """Start the services again if they were killed."""
        if not self._wanted or self._are_running():
            return
        with Lock(self._paths.start_lock) as starting:
            starting.wait(
                starting.try_exclusive,
                within=STARTS_WITHIN,
                why=f"Another command is starting the services of {self._paths.root} and hangs.",
            )
            self._request()
            wait_until(
                self._have_started,
                within=STARTS_WITHIN,
                why=f"The services did not start in time; see {self._paths.logs}.",
            )

    def release(self) -> None:
        """Stop using the services; the last user waits until they have stopped."""
        if self._use.try_exclusive():
            self._stop_supervisor()
        self._use.release()
        if self._supervisor is not None:
            self._supervisor.poll()

    def environment(self) -> dict[str, str]:
        """Give every setting: the operator's, and those of the services where there is none."""
        paths = self._paths
        embedded = {
            "SECRET_KEY": state_files.secret(paths.secret_key),
            "SITE_URL": state_files.read(paths.site).get("url", DEFAULT_SITE_URL),
            "UPLOADS_URL": paths.uploads.as_uri(),
            "MAIL_FROM": "Grande Équipe <bonjour@grandequipe.example>",
            **{name: self._addresses()[name] for name in self._wanted},
        }
        if "MAIL_URL" in self._wanted:
            embedded["MAIL_CATCHER_URL"] = paths.mail.as_uri()
        return embedded | {name: value for name, value in self._settings.items() if value}

    def _request(self) -> None:
        wanted = set(state_files.read(self._paths.wanted).get("services", [])) | set(self._wanted)
        if is_free(self._paths.supervisor_lock):
            self._paths.services.unlink(missing_ok=True)
            self._paths.supervisor_error.unlink(missing_ok=True)
            state_files.write(self._paths.wanted, {"services": self._wanted})
            self._start_supervisor()
        else:
            state_files.write(self._paths.wanted, {"services": sorted(wanted)})

    def _start_supervisor(self) -> None:
        durability = "durable" if self._durable else "not_durable"
        module = "grandequipe.embedded.supervisor"
        command = [sys.executable, "-m", module, str(self._paths.root), durability]
        with self._paths.log("supervisor").open("ab") as log:
            self._supervisor = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _have_started(self) -> bool:
        if self._are_running():
            return True
        with suppress(FileNotFoundError):
            raise OperatorError(self._paths.supervisor_error.read_text(encoding="utf-8"))
        if self._supervisor is not None and self._supervisor.poll() is not None:
            reason = last_line(self._paths.log("supervisor"))
            raise OperatorError(f"The embedded services did not start: {reason}")
        return False

    def _are_running(self) -> bool:
        return set(self._wanted) <= set(self._addresses())

    def _addresses(self) -> dict[str, str]:
        return state_files.read(self._paths.services) if self._find_supervisor() else {}

    def _find_supervisor(self) -> psutil.Process | None:
        return find(state_files.read(self._paths.supervisor))

    def _stop_supervisor(self) -> None:
        supervisor = self._find_supervisor()
        if supervisor is not None:
            with suppress(psutil.NoSuchProcess):
                supervisor.send_signal(signal.SIGTERM)
        wait_until(
            lambda: is_free(self._paths.supervisor_lock) and self._find_supervisor() is None,
            within=STOPS_WITHIN,
            why=f"The services did not stop in time; see {self._paths.logs}.",
        )
        if self._supervisor is not None:
            self._supervisor.wait()


@contextmanager
def start(
    data: str | Path, settings: Mapping[str, str] | None = None, *, durable: bool = True
) -> Iterator[dict[str, str]]:
    """Run the services of a folder during the block, and give their environment.

    A service whose address `settings` (the operator's environment) has is used, not started.
    `durable=False` is for tests: faster, and safe against kill -9 but not against a power failure.
    """
    services = Services(Paths.of(data), settings or {}, durable=durable)
    try:
        yield services.acquire()
    finally:
        services.release()

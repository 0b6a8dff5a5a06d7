"""The files of the data folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from grandequipe.embedded.errors import OperatorError

LONGEST_LOG = 5 * 1024 * 1024


@dataclass(frozen=True)
class Paths:
    """The paths of a data folder (`var` unless the operator chose another)."""

    root: Path

    @classmethod
    def of(cls, data: str | Path) -> "Paths":
        """Create the folder and its subfolders; raise OperatorError where it cannot be used."""
        paths = cls(Path(data).expanduser().absolute())
        try:
            paths.root.mkdir(parents=True, exist_ok=True)
            for folder in (paths.postgres, paths.redis, paths.mail, paths.uploads, paths.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
            paths.run.mkdir(mode=0o700, exist_ok=True)
            paths._must_be_writable()
        except OSError as error:
            raise OperatorError(
                f"The data folder {paths.root} cannot be used ({error.strerror}): "
                "give it to this user (chown), or choose another with --data (make run DATA=…)."
            ) from None
        return paths

    @property
    def postgres(self) -> Path:
        """Folder of the cluster, its socket and its log, owned by the server's account."""
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        """Folder of the append-only file of Redis."""
        return self.root / "redis"

    @property
    def mail(self) -> Path:
        """Folder of the caught mails, a file for each."""
        return self.root / "mail"

    @property
    def uploads(self) -> Path:
        """Folder of members' files."""
        return self.root / "uploads"

    @property
    def logs(self) -> Path:
        """Folder of the logs, one for each process."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Folder of the state of running processes; meaningless once they have ended."""
        return self.root / "run"

    @property
    def secret_key(self) -> Path:
        """The key that signs sessions, made once."""
        return self.root / "secret_key"

    @property
    def services_lock(self) -> Path:
        """Lock file held, shared, by each process that uses the services."""
        return self.root / "services.lock"

    @property
    def start_lock(self) -> Path:
        """Lock file held while the supervisor is being started."""
        return self.root / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Lock file held by the supervisor; named as in earlier releases, which hold it too."""
        return self.root / "keeper.lock"

    @property
    def runner_lock(self) -> Path:
        """Lock file held by the `grandequipe run` of this folder."""
        return self.root / "runner.lock"

    @property
    def wanted(self) -> Path:
        """The services that the supervisor was asked for."""
        return self.run / "wanted.json"

    @property
    def supervisor(self) -> Path:
        """The process id of the present or last supervisor."""
        return self.run / "keeper.json"

    @property
    def services(self) -> Path:
        """The addresses of the running services."""
        return self.run / "services.json"

    @property
    def supervisor_error(self) -> Path:
        """The error that the supervisor ended with."""
        return self.run / "supervisor_error"

    @property
    def site(self) -> Path:
        """The address of the site that `grandequipe run` serves."""
        return self.run / "site.json"

    @property
    def beat(self) -> Path:
        """The schedule of Celery beat, with the last runs."""
        return self.run / "celerybeat-schedule"

    def log(self, name: str) -> Path:
        """Give the log of a process, rotated once when it is longer than `LONGEST_LOG` bytes."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LONGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path

    def _must_be_writable(self) -> None:
        trial = self.run / f".trial-{os.getpid()}"
        trial.write_bytes(b"")
        trial.unlink()
        for lock in (self.services_lock, self.start_lock, self.supervisor_lock, self.runner_lock):
            lock.touch(mode=0o600)

"""Where everything lies in the data folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from grandequipe.embedded.errors import OperatorError

LONGEST_LOG = 5 * 1024 * 1024


@dataclass(frozen=True)
class Paths:
    """Name every file of a data folder (`var` unless the operator chose another)."""

    root: Path

    @classmethod
    def of(cls, data: str | Path) -> "Paths":
        """Make the folder usable, or say why it cannot be used."""
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
        """Hold the cluster, its socket and its log; the account of the server owns it."""
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        """Hold the append-only file of Redis."""
        return self.root / "redis"

    @property
    def mail(self) -> Path:
        """Hold a file for each letter that was caught."""
        return self.root / "mail"

    @property
    def uploads(self) -> Path:
        """Hold what members send."""
        return self.root / "uploads"

    @property
    def logs(self) -> Path:
        """Hold a log for each process."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Hold what is known of the running processes; nothing here outlives them in meaning."""
        return self.root / "run"

    @property
    def secret_key(self) -> Path:
        """Hold the key that signs sessions, made once."""
        return self.root / "secret_key"

    @property
    def services_lock(self) -> Path:
        """Be held, shared, by everybody who uses the services."""
        return self.root / "services.lock"

    @property
    def start_lock(self) -> Path:
        """Be held by the one who starts the keeper."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Be held by the one keeper."""
        return self.root / "keeper.lock"

    @property
    def runner_lock(self) -> Path:
        """Be held by the one `grandequipe run` of this folder."""
        return self.root / "runner.lock"

    @property
    def wanted(self) -> Path:
        """Name the services that somebody asked the keeper for."""
        return self.run / "wanted.json"

    @property
    def keeper(self) -> Path:
        """Tell which process the keeper is, or was."""
        return self.run / "keeper.json"

    @property
    def services(self) -> Path:
        """Tell where the services of the keeper answer."""
        return self.run / "services.json"

    @property
    def keeper_error(self) -> Path:
        """Tell why the keeper gave up."""
        return self.run / "keeper_error"

    @property
    def site(self) -> Path:
        """Tell the address of the site that `grandequipe run` serves."""
        return self.run / "site.json"

    @property
    def beat(self) -> Path:
        """Hold what Celery's clock did last."""
        return self.run / "celerybeat-schedule"

    def log(self, name: str) -> Path:
        """Give the log of a process, put aside once when it has grown long."""
        path = self.logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LONGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path

    def _must_be_writable(self) -> None:
        trial = self.run / f".trial-{os.getpid()}"
        trial.write_bytes(b"")
        trial.unlink()
        for lock in (self.services_lock, self.start_lock, self.keeper_lock, self.runner_lock):
            lock.touch(mode=0o600)

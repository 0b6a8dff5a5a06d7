"""The processes that one process of a data folder started, and stops."""

from collections.abc import Callable

from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import ManagedProcess, ProcessSpec


class ProcessGroup:
    """The managed processes of this process, oldest first; `log` takes a line."""

    def __init__(self, paths: Paths, log: Callable[[str], None]) -> None:
        self._paths = paths
        self._log = log
        self.processes: list[ManagedProcess] = []

    def start(self, spec: ProcessSpec) -> ManagedProcess:
        """Start a process, which runs until `stop`."""
        process = ManagedProcess(spec, self._paths)
        self.processes.append(process)
        return process

    def restart_dead(self) -> None:
        """Restart the processes that died."""
        for process in self.processes:
            if process.restart_if_dead():
                name = process.spec.name
                self._log(f"{name} had ended and was started again (see {self._paths.log(name)}).")

    def stop(self) -> None:
        """Stop all, the newest first."""
        while self.processes:
            self.processes.pop().stop()

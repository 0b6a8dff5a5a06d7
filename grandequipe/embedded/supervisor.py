"""All the processes that one process of a data folder started, and ends."""

from collections.abc import Callable

from grandequipe.embedded.paths import Paths
from grandequipe.embedded.processes import Child, Program


class Supervisor:
    """The children of this process, oldest first."""

    def __init__(self, paths: Paths, say: Callable[[str], None]) -> None:
        self._paths = paths
        self._say = say
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        """Run a program until `stop`."""
        child = Child(program, self._paths)
        self.children.append(child)
        return child

    def revive(self) -> None:
        """Start again what died."""
        for child in self.children:
            if child.revive():
                log = self._paths.log(child.program.name)
                self._say(f"{child.program.name} had ended and was started again (see {log}).")

    def stop(self) -> None:
        """Stop all, the youngest first."""
        while self.children:
            self.children.pop().stop()

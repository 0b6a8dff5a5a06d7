"""Start the mail catcher of the data folder."""

import sys
from pathlib import Path

from grandequipe.embedded import state_files
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.ports import accepts, free_port
from grandequipe.embedded.process_group import ProcessGroup
from grandequipe.embedded.processes import ManagedProcess, ProcessSpec, last_line

NAME = "mail"
STARTS_WITHIN = 30.0


def run(processes: ProcessGroup, paths: Paths) -> str:
    """Start the catcher and return its URL, the same as last time unless its port is taken."""
    record = paths.run / "mail_address.json"
    port = free_port(state_files.read(record).get("port", 0))
    state_files.write(record, {"port": port})
    process = processes.start(_spec(paths, port))
    wait_until(
        lambda: _answers(process, paths, port),
        within=STARTS_WITHIN,
        why=f"The mail catcher did not answer in time; its log is {paths.log(NAME)}.",
    )
    return f"smtp://127.0.0.1:{port}"


def _spec(paths: Paths, port: int) -> ProcessSpec:
    module = "grandequipe.embedded.mail_catcher"
    command = [sys.executable, "-m", module, str(port), str(paths.mail)]
    return ProcessSpec(name=NAME, command=command, folder=Path("/"))


def _answers(process: ManagedProcess, paths: Paths, port: int) -> bool:
    if not process.is_alive():
        raise OperatorError(f"The mail catcher did not start: {last_line(paths.log(NAME))}")
    return accepts("127.0.0.1", port)

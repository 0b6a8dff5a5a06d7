"""Start the mail catcher of the data folder."""

import sys
from pathlib import Path

from grandequipe.embedded import records
from grandequipe.embedded.errors import OperatorError
from grandequipe.embedded.locks import wait_until
from grandequipe.embedded.paths import Paths
from grandequipe.embedded.ports import accepts, free_port
from grandequipe.embedded.processes import Child, Program, last_line
from grandequipe.embedded.supervisor import Supervisor

NAME = "mail"
STARTS_WITHIN = 30.0


def run(supervisor: Supervisor, paths: Paths) -> str:
    """Start the catcher and give its address, the same as last time unless its port was taken."""
    record = paths.run / "mail_address.json"
    port = free_port(records.read(record).get("port", 0))
    records.write(record, {"port": port})
    child = supervisor.start(_program(paths, port))
    wait_until(
        lambda: _answers(child, paths, port),
        within=STARTS_WITHIN,
        why=f"The mail catcher did not answer in time; its log is {paths.log(NAME)}.",
    )
    return f"smtp://127.0.0.1:{port}"


def _program(paths: Paths, port: int) -> Program:
    module = "grandequipe.embedded.mail_catcher"
    command = [sys.executable, "-m", module, str(port), str(paths.mail)]
    return Program(name=NAME, command=command, folder=Path("/"))


def _answers(child: Child, paths: Paths, port: int) -> bool:
    if not child.is_alive():
        raise OperatorError(f"The mail catcher did not start: {last_line(paths.log(NAME))}")
    return accepts("127.0.0.1", port)

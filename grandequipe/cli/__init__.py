"""The command line of operators: `grandequipe …`.

The modules here declare commands and options and import nothing else; what a command does is in
`actions`, imported in its body. So help and usage errors do not wait for the application to load.
"""

import sys
from importlib import import_module

import click

from grandequipe.cli.operator_errors import explain

INTERRUPTED = 130
NAMES = (
    "run", "migrate", "doctor", "members", "mails", "digests", "events", "search",
    "territories", "demo", "seed",
)  # fmt: skip
HIDDEN = ("prepare",)


class Commands(click.Group):
    """The commands, each in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands that `--help` shows."""
        return list(NAMES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command from its module; the modules of other commands are not loaded."""
        if name not in (*NAMES, *HIDDEN):
            return None
        command: click.Command = getattr(import_module(f"grandequipe.cli.{name}"), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grandequipe", message="%(version)s")
def commands() -> None:
    """Run a community platform."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; on an operator's error, write one line and exit non-zero."""
    try:
        status = commands.main(arguments, prog_name="grandequipe", standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except Exception as error:
        sys.exit(_report(error))
    sys.exit(status if isinstance(status, int) else 0)


def _report(error: Exception) -> int:
    line = explain(error)
    if line is None:
        raise error
    click.echo(f"grandequipe: {line}", err=True)
    return int(getattr(error, "exit_code", 1))

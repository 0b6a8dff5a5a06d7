"""What operators type: `grandequipe …`."""

import sys

import click

from grandequipe.cli.demo import demo
from grandequipe.cli.digests import digests
from grandequipe.cli.doctor import doctor
from grandequipe.cli.members import members
from grandequipe.cli.migrate import migrate
from grandequipe.cli.mistakes import explain
from grandequipe.cli.run import prepare, run
from grandequipe.cli.seed import seed

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grandequipe", message="%(version)s")
def commands() -> None:
    """Run a community platform."""


for command in (run, prepare, migrate, doctor, members, digests, demo, seed):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; tell a mistake of the operator's in one line, and exit non-zero."""
    try:
        status = commands.main(arguments, prog_name="grandequipe", standalone_mode=False)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except Exception as error:
        line = explain(error)
        if line is None:
            raise
        click.echo(f"grandequipe: {line}", err=True)
        sys.exit(getattr(error, "exit_code", 1))
    sys.exit(status if isinstance(status, int) else 0)

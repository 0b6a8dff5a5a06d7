"""Type `grandequipe` commands as an operator does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from grandequipe.cli import main
from grandequipe.config import Settings

PATIENCE = 120.0
OURS = {name.upper() for name in Settings.__dataclass_fields__} | {"GRANDEQUIPE_DATA"}
PLAIN = {name: value for name, value in os.environ.items() if name not in OURS}


def grandequipe(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    said: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing in its environment but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "grandequipe.cli", *arguments],
        env={**PLAIN, **(environment or {})},
        cwd=folder,
        input=said,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class CommandResult(NamedTuple):
    """How a command ended, and what it wrote."""

    status: object
    out: str
    error: str


class Terminal:
    """Type commands in this process: those that end before they make an application."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._captured = captured
        for name in OURS:
            patch.delenv(name, raising=False)

    def set(self, environment: Mapping[str, str]) -> None:
        """Set variables of the environment."""
        for name, value in environment.items():
            self._patch.setenv(name, value)

    def type(self, *arguments: str) -> CommandResult:
        """Run a command to its end."""
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return CommandResult(ended.value.code, *self._captured.readouterr())

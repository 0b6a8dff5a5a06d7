"""Type `grandequipe` commands as an operator does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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

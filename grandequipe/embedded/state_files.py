"""Small files in which the processes of a data folder find each other."""

import json
import os
import secrets
from pathlib import Path
from typing import Any


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a JSON object atomically, readable by its owner only."""
    write_text(path, json.dumps(record))


def write_text(path: Path, text: str) -> None:
    """Write a text atomically, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read(path: Path) -> dict[str, Any]:
    """Read a JSON object; an empty one where there is none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def secret(path: Path) -> str:
    """Read the secret of a file, made at the first call."""
    if not path.exists():
        write_text(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()

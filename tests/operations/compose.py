"""Read docker-compose.yml as Compose does, and run its commands here, where there is no engine."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:?[-?])([^}]*))?\})")
# What an operator writes into .env.
ANSWERS = {
    "SITE_URL": "https://reseau.example.org",
    "SECRET_KEY": "une longue suite de hasard, gardée",
    "MAIL_URL": "smtp://mail.example.org:587?tls=starttls",
    "MAIL_FROM": "Réseau <reseau@example.org>",
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "DATABASE_PASSWORD": "a1b2c3d4e5f60718",
    "REDIS_PASSWORD": "fedcba9876543210",
}


class Missing(Exception):
    """Say which variable Compose would refuse to do without."""


def read(answers: Mapping[str, str] = ANSWERS) -> dict[str, Any]:
    """Give the file with its variables replaced."""
    written = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    resolved: dict[str, Any] = _resolve(written, answers)
    return resolved


def _resolve(node: Any, answers: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        # A name without a value is handed on, or is not there.
        there = {key: answers.get(key) if value is None else value for key, value in node.items()}
        return {key: _resolve(value, answers) for key, value in there.items() if value is not None}
    if isinstance(node, list):
        return [_resolve(value, answers) for value in node]
    return VARIABLE.sub(lambda found: _value(found, answers), node) if _is_text(node) else node


def _is_text(node: Any) -> bool:
    return isinstance(node, str)


def _value(found: re.Match[str], answers: Mapping[str, str]) -> str:
    name, kind, default = found.groups()
    if name is None:
        return "$"
    if answers.get(name):
        return answers[name]
    if kind and "?" in kind:
        raise Missing(name)
    return default or ""


class Service:
    """One service of the file, run with its own command and nothing but its own environment."""

    def __init__(self, name: str, here: Mapping[str, str], port: int = 0) -> None:
        self._declared = read()["services"][name]
        self._port = port
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **self._declared["environment"],
            **{key: here[key] for key in self._declared["environment"] if key in here},
        }

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Run the service's command until it is stopped."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self._here(self._declared["command"]),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_healthy(self) -> bool:
        """Run the service's own health check."""
        test = self._declared["healthcheck"]["test"]
        command = ["sh", "-c", *test[1:]] if test[0] == "CMD-SHELL" else test[1:]
        return self._run(command).returncode == 0

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._here(command),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run a command that ends by itself."""
        return self._run(self._declared["command"])

    def _here(self, command: list[str]) -> list[str]:
        """Put this machine's port and folder in the place of the container's."""
        return [
            word.replace(":8000", f":{self._port}").replace("/tmp/", f"/tmp/compose-{self._port}-")
            for word in command
        ]

"""What lies beside the code for operators agrees with the code."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grandequipe.config import Settings
from grandequipe.live.connection_registry import MOST_SOCKETS_OF_A_MEMBER
from grandequipe.live.handshakes import MOST_WAITING, MOST_WAITING_HERE

ROOT = Path(__file__).parents[2]


def test_env_example_explains_every_setting() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = set(re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE))
    settings = {name.upper() for name in Settings.__dataclass_fields__}
    read = (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")
    read += (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r'environ\.get\("(\w+)"|\${(\w+)|^ +([A-Z_]+):$', read, re.MULTILINE))
    asked = {name for names in asked for name in names if name}
    assert (settings | asked) - {"VERSION"} <= listed


def test_every_file_that_the_image_copies_is_there_and_let_in() -> None:
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), flags=re.MULTILINE)
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
                assert any(fnmatch.fnmatch(source, pattern) for pattern in let_in), source


def test_the_image_speaks_every_catalogue(tmp_path: Path) -> None:
    """What it compiles, and no more: what stands compiled on this machine is not let in."""
    copy = tmp_path / "grandequipe/translations"
    shutil.copytree(
        ROOT / "grandequipe/translations", copy, ignore=shutil.ignore_patterns("*.mo", "*.pot")
    )
    dockerfile = (ROOT / "Dockerfile").read_text()
    for command in re.findall(r"pybabel (compile .+?)(?: \\)?$", dockerfile, re.MULTILINE):
        pybabel = [sys.executable, "-m", "babel.messages.frontend", *command.split()]
        subprocess.run(pybabel, cwd=tmp_path, check=True, capture_output=True)
    silent = {path for path in copy.rglob("*.po") if not path.with_suffix(".mo").is_file()}
    assert silent == set()


def test_the_image_does_not_run_as_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.findall(r"^USER (.+)$", last_stage, flags=re.MULTILINE) == ["grandequipe"]


@pytest.fixture
def bare_machine(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Give a copy of the Makefile on a machine with make, the basic commands and no Python."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "id", "mkdir", "rm", "touch", "find", "test", "awk", "echo"):
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    for lock in ROOT.glob("*.lock"):
        shutil.copy(lock, tmp_path)
    return tmp_path, {"PATH": str(programs)}


def _make_run(machine: tuple[Path, dict[str, str]]) -> subprocess.CompletedProcess[str]:
    folder, environment = machine
    make = shutil.which("make", path=os.environ["PATH"])
    assert make
    return subprocess.run(
        [make, "run"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_make_run_says_which_python_it_needs(bare_machine: tuple[Path, dict[str, str]]) -> None:
    done = _make_run(bare_machine)
    assert done.returncode
    assert "Python 3.11 or newer is needed" in done.stderr


def test_make_run_names_the_package_that_debian_splits_off(
    bare_machine: tuple[Path, dict[str, str]],
) -> None:
    python = bare_machine[0] / "bin" / "python3"
    python.write_text(
        '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *venv*) echo python3.11-venv;; esac\n'
    )
    python.chmod(0o755)
    done = _make_run(bare_machine)
    assert done.returncode
    assert "apt install python3.11-venv" in done.stderr


def test_what_docs_security_promises_is_what_the_code_holds() -> None:
    """Its numbers are the settings' defaults, and the tests that it names are there."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", text))
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).is_file()] == []
    promised = dict(re.findall(r"\(`(LIMIT_\w+)`\) \| ([0-9]+ per [\w ]+?)(?:;| \|)", text))
    assert len(promised) > 12
    defaults = {
        name.upper(): field.default for name, field in Settings.__dataclass_fields__.items()
    }
    assert promised == {name: defaults[name] for name in promised}
    assert f"{MOST_SOCKETS_OF_A_MEMBER} at the site" in text
    assert f"{MOST_WAITING} at the site, {MOST_WAITING_HERE} at one process" in text
    assert "(docs/security.md)" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "docs/security.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([\w/.-]+\.md)\)", text):
        assert (ROOT / "docs" / link).is_file(), link

"""The account that PostgreSQL runs under."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

FIRST_START = """
import sys
from grandequipe.embedded.accounts import server_account
print("loaded", flush=True)
sys.stdin.readline()
print(server_account(sys.argv[1]))
"""
PROCESSES = 4


@pytest.fixture
def new_account() -> Iterator[str]:
    """Give an unused account name; remove the account at the end."""
    name = f"ge-scene-{uuid4().hex[:8]}"
    yield name
    userdel = shutil.which("userdel", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if userdel:
        subprocess.run([userdel, name], capture_output=True, check=False)


def test_processes_that_start_first_together_have_one_account(new_account: str) -> None:
    """Without root no account is made: each process keeps its own."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_START, new_account],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "loaded\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    accounts = {process.communicate()[0] for process in processes}
    assert len(accounts) == 1, accounts
    assert accounts != {""}

"""Threads that copy files take nothing from those that hash passwords."""

import subprocess
import sys

# Two copies wait until a third piece of work, of another kind, has let them go.
SCENE = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
from grandequipe.core.threads import run_in_thread, run_large_copy

Event = monkey.get_original("threading", "Event")
free, done = Event(), []

def copy():
    done.append(run_large_copy(lambda: free.wait(10)))

joinall([spawn(copy), spawn(copy), spawn(run_in_thread, free.set)], raise_error=True)
print(*done)
"""


def test_two_copies_that_wait_let_a_password_be_hashed() -> None:
    said = subprocess.run([sys.executable, "-c", SCENE], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]

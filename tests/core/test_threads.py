"""Threads that copy files take nothing from those that hash passwords."""

import subprocess
import sys

# Two copies wait until a third piece of work, of another kind, has let them go. They wait as
# threads of the operating system do: locks are those of gevent by now.
SCENE = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
import os
from grandequipe.core.threads import run_in_thread, run_large_copy

select = monkey.get_original("select", "select")
reading, writing = os.pipe()
done = []

def copy():
    done.append(run_large_copy(lambda: select([reading], [], [], 10)[0] == [reading]))

let_go = spawn(run_in_thread, lambda: os.write(writing, b"."))
joinall([spawn(copy), spawn(copy), let_go], raise_error=True)
print(*done)
"""


def test_two_copies_that_wait_let_a_password_be_hashed() -> None:
    said = subprocess.run([sys.executable, "-c", SCENE], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]

"""While a password is hashed, a web process serves the others."""

import subprocess
import sys
from collections.abc import Mapping
from os import environ

import pytest

# A process as gunicorn makes it: whoever is asked first hashes, whoever comes next only answers.
SCENE = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
from grandequipe.app import create_app
from flask_security.utils import hash_password, verify_password

app, done = create_app(), []
with app.app_context():
    kept = hash_password("un mot de passe solide")

def work(action):
    with app.app_context():
        action()
    done.append("hashed")

actions = {
    "hash": lambda: hash_password("un autre mot de passe"),
    "verify": lambda: verify_password("un mot de passe solide", kept),
}
first = spawn(work, actions["ACTION"])
second = spawn(done.append, "answered")
joinall([first, second], raise_error=True)
print(*done)
"""


@pytest.mark.parametrize("action", ["hash", "verify"])
def test_others_are_answered_while_a_password_is_hashed(
    environment: Mapping[str, str], action: str
) -> None:
    scene = SCENE.replace("ACTION", action)
    answer = subprocess.run(
        [sys.executable, "-c", scene],
        env={**environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.stdout.split() == ["answered", "hashed"], answer.stderr

"""While a password is hashed, a web process serves the others."""

import subprocess
import sys
from collections.abc import Mapping
from os import environ

import pytest
from argon2 import Type, extract_parameters
from flask import Flask

# A process as gunicorn makes it: the first request hashes, the next one only answers.
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


HASH = """
from grandequipe.app import create_app
from flask_security.utils import hash_password

with create_app().app_context():
    print(hash_password("un mot de passe solide"))
"""

# Sixteen people log in at once, by the page and by programs; how many connections do they hold?
RUSH = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
from sqlalchemy import event
from grandequipe.app import create_app
from grandequipe.extensions import db
from tests.conftest import Visitor

app, held, most = create_app(), set(), []
app.test_client_class, app.testing = Visitor, True
with app.app_context():
    pool = db.engine.pool

def note(connection, *_):
    held.add(connection)
    most.append(len(held))

event.listen(pool, "checkout", note)
event.listen(pool, "checkin", lambda connection, *_: held.discard(connection))

def log_in(number):
    form = {"email": f"n{number}@example.org", "password": "pas le bon du tout"}
    with app.app_context():
        if number % 2:
            return app.test_client().post("/api/v1/tokens", json=form).status_code
        return app.test_client().send("/connexion", form).status_code

rush = [spawn(log_in, number) for number in range(16)]
joinall(rush, raise_error=True)
print(max(most), *sorted({each.value for each in rush}))
"""


def run(scene: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a scene in a process of its own, for it is patched from its first line on."""
    return subprocess.run(
        [sys.executable, "-c", scene],
        env={**environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_rush_at_the_door_leaves_connections_to_those_inside(
    app: Flask, environment: Mapping[str, str]
) -> None:
    answer = run(RUSH, environment)
    assert answer.stdout, answer.stderr
    most, *statuses = answer.stdout.split()
    assert statuses == ["401", "422"]
    assert int(most) < 10, "there are twenty"


@pytest.mark.parametrize("action", ["hash", "verify"])
def test_others_are_answered_while_a_password_is_hashed(
    environment: Mapping[str, str], action: str
) -> None:
    answer = run(SCENE.replace("ACTION", action), environment)
    assert answer.stdout.split() == ["answered", "hashed"], answer.stderr


def test_production_hashes_at_the_cost_that_owasp_asks_for(
    environment: Mapping[str, str],
) -> None:
    """19 MiB in two passes at least (OWASP, Password Storage Cheat Sheet); scenes hash cheaply."""
    hashed = extract_parameters(run(HASH, environment).stdout.strip())
    assert hashed.type is Type.ID
    assert hashed.memory_cost >= 19 * 1024
    assert hashed.time_cost >= 2

"""A large upload is digested beside the requests of others."""

import subprocess
import sys

# The file can be read no further until another request of the same process has let it go on.
SCENE = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
from io import BytesIO
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from flask import Flask, Request, g
from grandequipe.web.submissions import current_submission

# A lock of the operating system: gevent does not see who waits for it.
held, went_on = monkey.get_original("_thread", "allocate_lock")(), []
held.acquire()

def wait():
    went_on.append(held.acquire(timeout=5))
    held.release()

class HeldFile(SpooledTemporaryFile):
    def read(self, *size):
        wait()
        return super().read(*size)

    def readinto(self, buffer):
        wait()
        return super().readinto(buffer)

class HeldRequest(Request):
    def _get_file_stream(self, *sizes, **more):
        return HeldFile()

app = Flask("site")
app.request_class = HeldRequest
app.config["SETTINGS"] = SimpleNamespace(secret_key="a secret of this test")
app.secret_key = "a secret of this test"

def digest(name, content):
    data = {"title": "x", "upload": (BytesIO(content), name)}
    with app.test_request_context("/", method="POST", data=data):
        g._login_user = None
        return current_submission("k" * 16, with_content=True).content

jobs = [spawn(digest, "a.pdf", b"a" * 300_000), spawn(held.release)]
joinall(jobs, raise_error=True)
print(all(went_on) and len(went_on) > 0)
first = jobs[0].value
print(first == digest("a.pdf", b"a" * 300_000))
print(first != digest("b.pdf", b"a" * 300_000) and first != digest("a.pdf", b"b" * 300_000))
"""


def test_a_large_upload_is_digested_beside_the_requests_of_others() -> None:
    command = [sys.executable, "-c", SCENE]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.split() == ["True", "True", "True"], said.stderr

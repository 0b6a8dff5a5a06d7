"""What the machine gives to anyone: the barest site on the same parts, beside this one.

The goals were set where two gevent workers gave 580 bare pages, or took 816 bare comments, a
second. On another machine, or on one that does other things too, these two rows say how to read
all others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare import DATABASE, TABLE
from benchmarks.comments import BODY
from benchmarks.load import Request, run
from benchmarks.pages import CONNECTIONS, must_be_ok, told
from benchmarks.rows import Row
from benchmarks.stack import Program, Stack, answers, free_port, wait_until
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db

BARE = ("gunicorn", "--worker-class", "gevent", "--workers", "2", "--keep-alive", "75")
PAGES, COMMENTS = 580, 816


def measure_bare_page(stack: Stack) -> Row:
    """Have sixteen visitors read the bare page."""
    return _measure(stack, "the bare stack: a page of 20 rows", Request("GET", "/", {}), 200, PAGES)


def measure_bare_comment(stack: Stack) -> Row:
    """Have sixteen programs add a row."""
    adding = Request("POST", "/", {"Content-Type": "application/json"}, BODY)
    return _measure(stack, "the bare stack: a comment", adding, 201, COMMENTS)


def _measure(stack: Stack, work: str, request: Request, status: int, there: int) -> Row:
    with _bare_site(stack) as port:
        reached = run(port, [request] * CONNECTIONS)
    must_be_ok(reached, str(status))
    share = reached.per_second / there
    return Row(
        work, f"{there}/s where the goals were set", "", f"{told(reached)}: {share:.0%} of it"
    )


@contextmanager
def _bare_site(stack: Stack) -> Iterator[int]:
    with stack.app.app_context(), atomic():
        db.session.execute(db.text("DROP TABLE IF EXISTS bare_comment"))
        db.session.execute(TABLE)
    port = free_port()
    given = {DATABASE: stack.app.config["SQLALCHEMY_DATABASE_URI"]}
    command = (*BARE, "--bind", f"127.0.0.1:{port}", "benchmarks.bare:create_app()")
    with TemporaryDirectory() as folder:
        site = Program(command, given, Path(folder) / "bare.log")
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/", site), "the bare site answers")
            yield port
        finally:
            site.stop()

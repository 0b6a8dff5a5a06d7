"""How many statements each page sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import event, select

from benchmarks.rows import Row
from benchmarks.stack import Stack
from grandequipe.core.transactions import atomic
from grandequipe.demo.seeding.people import EMAIL
from grandequipe.extensions import db
from grandequipe.feed.models import PostCounters
from grandequipe.members.models import Member
from grandequipe.members.services import begin_session

MOST = 12


def count_queries(stack: Stack) -> list[Row]:
    """Count the statements behind each kind of page, for a visitor and for a member."""
    with stack.app.app_context():
        post_id = db.session.scalar(
            select(PostCounters.post_id).where(PostCounters.comment_count > 5).limit(1)
        )
        member = db.session.scalars(select(Member).where(Member.email == EMAIL.format(2))).one()
        with atomic():
            key, _session = begin_session(member)
    open_to_all = ["/groupes", "/groupes/bench-1", f"/publications/{post_id}"]
    own = ["/", *open_to_all, "/notifications", f"/api/v1/posts/{post_id}/comments"]
    return [
        *(_row(stack, "visitor", path, None) for path in open_to_all),
        *(_row(stack, "member", path, key) for path in own),
    ]


def _row(stack: Stack, who: str, path: str, key: str | None) -> Row:
    reader = stack.app.test_client()
    if key is not None:
        log_in(reader, key)
    reader.get(path)
    with _counted(stack) as statements:
        answer = reader.get(path)
    if answer.status_code != 200:
        raise ValueError(f"{path} was answered by {answer.status_code}.")
    page = path.translate({ord(digit): None for digit in "0123456789"})
    reached = f"{len(statements)} queries, {len(answer.data) / 1000:.0f} KB"
    return Row(f"{who}: {page}", reached, f"{MOST} queries", len(statements) <= MOST)


def log_in(reader: FlaskClient, key: str) -> None:
    """Give a client the cookies of a log-in, by its key."""
    with reader.session_transaction() as kept:
        kept["_user_id"] = key
        kept["_fresh"] = True
        kept["fs_cc"] = "set"


@contextmanager
def _counted(stack: Stack) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with stack.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)

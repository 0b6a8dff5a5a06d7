"""Reading a discussion: its threads in the order of time, a part at a time, the newest part first.

However long it is, a page shows so many threads, and so many answers under each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import ARRAY, BigInteger, Select, bindparam, func, select, true, tuple_
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import TwoWayWindow, make_cursor, read_two_way_window
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.queries.comments import HAS_FILES, IN_TIME, load_files

MOST_THREADS = 20
MOST_ANSWERS = 10
NO_ANSWERS: TwoWayWindow[Comment] = TwoWayWindow((), None, None)

_THREAD = (
    func.unnest(bindparam("firsts", type_=ARRAY(BigInteger))).table_valued("id").render_derived()
)
_ANSWER = aliased(Comment)
# One more of each thread than is shown says that it has more.
_NEWEST = (
    select(_ANSWER.id)
    .where(_ANSWER.first_id == _THREAD.c.id)
    .order_by(_ANSWER.created_at.desc(), _ANSWER.id.desc())
    .limit(MOST_ANSWERS + 1)
    .lateral()
)
# Whom an answer answers may not be among those that are shown.
_ANSWERED = joinedload(Comment.reply_to)
NEWEST = (
    select(Comment)
    .options(_ANSWERED, HAS_FILES)
    .select_from(_THREAD)
    .join(_NEWEST, true())
    .join(Comment, Comment.id == _NEWEST.c.id)
    .order_by(IN_TIME.at, IN_TIME.id)
)


@dataclass(frozen=True)
class Thread:
    """What is said under a post, and a part of the answers to it."""

    comment: Comment
    answers: TwoWayWindow[Comment]


@dataclass(frozen=True)
class CommentLocation:
    """What an address asks for to show a comment: the part that begins with it or its thread.

    `thread_id` names the thread where its answers are so many that the comment is not among the
    newest of them. What stands on the page as it opens asks for nothing.
    """

    thread_id: int | None = None
    after: str | None = None


def list_threads(
    post: Post, before: str | None = None, after: str | None = None
) -> TwoWayWindow[Thread]:
    """List threads under a post that the viewer was shown, each with its newest answers."""
    window = read_two_way_window(_firsts(post), IN_TIME, MOST_THREADS, before, after)
    answers = _newest_answers([comment.id for comment in window.items])
    threads = [Thread(each, answers.get(each.id, NO_ANSWERS)) for each in window.items]
    _load_files(threads)
    return TwoWayWindow(threads, window.earlier, window.later)


def get_thread(
    post: Post, comment_id: int, before: str | None = None, after: str | None = None
) -> Thread:
    """Get a thread by the comment that began it, with a window of its answers."""
    first = _get(post, comment_id, HAS_FILES)
    if first.first_id is not None:
        raise NotFound
    answers = read_two_way_window(_answers(first), IN_TIME, MOST_ANSWERS, before, after)
    return _with_files(Thread(first, answers))


def get_said(post: Post, comment_id: int) -> Thread:
    """Get a comment, even a removed one, with the newest answers to it where it began a thread."""
    comment = _get(post, comment_id, _ANSWERED, HAS_FILES)
    if comment.first_id is not None:
        return _with_files(Thread(comment, NO_ANSWERS))
    answers = read_two_way_window(_answers(comment), IN_TIME, MOST_ANSWERS)
    return _with_files(Thread(comment, answers))


def get_location(post: Post, comment_id: int) -> CommentLocation:
    """Say where a comment stands in the discussion."""
    comment = _get(post, comment_id)
    first = comment if comment.first_id is None else _get(post, comment.first_id)
    is_answer = comment is not first
    if is_answer and _is_further_back(_answers(first), comment, MOST_ANSWERS):
        return CommentLocation(first.id, _just_before(comment))
    if _is_further_back(_firsts(post), first, MOST_THREADS):
        return CommentLocation(after=_just_before(first))
    return CommentLocation()


def _with_files(thread: Thread) -> Thread:
    _load_files([thread])
    return thread


def _load_files(threads: Sequence[Thread]) -> None:
    load_files(chain.from_iterable((each.comment, *each.answers.items) for each in threads))


def _get(post: Post, comment_id: int, *options: ORMOption) -> Comment:
    comment = db.session.get(Comment, comment_id, options=options)
    if comment is None or comment.post_id != post.id:
        raise NotFound
    return comment


def _is_further_back(query: Select[Comment], comment: Comment, most: int) -> bool:
    """Return whether so many came after a comment that the newest part does not reach it."""
    place = tuple_(*IN_TIME.position_of(comment))
    newer = query.where(tuple_(IN_TIME.at, IN_TIME.id) > place)
    counted = newer.with_only_columns(Comment.id).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) == most


def _just_before(comment: Comment) -> str:
    return make_cursor(comment.created_at, comment.id - 1)


def _firsts(post: Post) -> Select[Comment]:
    first = select(Comment).options(HAS_FILES)
    return first.where(Comment.post_id == post.id, Comment.reply_to_id.is_(None))


def _answers(first: Comment) -> Select[Comment]:
    return select(Comment).options(_ANSWERED, HAS_FILES).where(Comment.first_id == first.id)


def _newest_answers(first_ids: Sequence[int]) -> Mapping[int | None, TwoWayWindow[Comment]]:
    """Read the newest answers of several threads at once, and of each whether it has more."""
    found: dict[int | None, list[Comment]] = defaultdict(list)
    if first_ids:
        for answer in db.session.scalars(NEWEST, {"firsts": list(first_ids)}):
            found[answer.first_id].append(answer)
    return {first_id: _as_part(answers) for first_id, answers in found.items()}


def _as_part(answers: Sequence[Comment]) -> TwoWayWindow[Comment]:
    """Keep the newest; one more says that earlier ones are left."""
    shown = answers[-MOST_ANSWERS:]
    is_whole = len(shown) == len(answers)
    return TwoWayWindow(
        shown, None if is_whole else make_cursor(*IN_TIME.position_of(shown[0])), None
    )

"""Reading a discussion: its threads in the order of time, a part at a time, the newest part first.

However long it is, a page shows so many threads, and so many answers under each of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import TwoWayWindow, make_cursor, read_two_way_window
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.queries.comments import IN_TIME, SHOWN, load_files, reactions_of
from grandequipe.members.models import Member

MOST_THREADS = 20
MOST_ANSWERS = 10
NO_ANSWERS: TwoWayWindow[Comment] = TwoWayWindow((), None, None)

_THREAD = (
    func.unnest(bindparam("firsts", type_=ARRAY(BigInteger))).table_valued("id").render_derived()
)
_ANSWER = aliased(Comment)


def _is_shown(comment: Any, under: Any) -> ColumnElement[bool]:
    """Say that a comment is shown: a removed one is, where another that is not is `under` it."""
    kept = aliased(Comment)
    below = select(kept.id).where(under(kept) == comment.id, kept.removed_at.is_(None))
    # Asked of each that was removed, by an index: without OFFSET, PostgreSQL may read them all.
    stub = below.correlate(comment).offset(literal_column("0")).exists()
    return or_(comment.removed_at.is_(None), stub)


def _is_shown_answer(comment: Any) -> ColumnElement[bool]:
    return _is_shown(comment, lambda kept: kept.reply_to_id)


_IS_SHOWN_FIRST = _is_shown(Comment, lambda kept: kept.first_id)
# One more of each thread than is shown says that it has more.
_NEWEST = (
    select(_ANSWER.id)
    .where(_ANSWER.first_id == _THREAD.c.id, _is_shown_answer(_ANSWER))
    .order_by(_ANSWER.created_at.desc(), _ANSWER.id.desc())
    .limit(MOST_ANSWERS + 1)
    .lateral()
)
_ALL = (
    select(func.count().label("number"))
    .where(_ANSWER.first_id == _THREAD.c.id, _is_shown_answer(_ANSWER))
    .lateral()
)
# Whom an answer answers may not be among those that are shown.
_ANSWERED = joinedload(Comment.reply_to)
NEWEST = (
    select(Comment, _ALL.c.number)
    .options(_ANSWERED, *SHOWN)
    .select_from(_THREAD)
    .join(_ALL, true())
    .join(_NEWEST, true())
    .join(Comment, Comment.id == _NEWEST.c.id)
    .order_by(IN_TIME.at, IN_TIME.id)
)


@dataclass(frozen=True)
class Thread:
    """What is said under a post, and a part of the answers to it."""

    comment: Comment
    answers: TwoWayWindow[Comment]
    # How many answers came before those that are shown.
    earlier_count: int = 0


@dataclass(frozen=True)
class CommentLocation:
    """What an address asks for to show a comment: the part that begins with it or its thread.

    `thread_id` names the thread where its answers are so many that the comment is not among the
    newest of them. What stands on the page as it opens asks for nothing.
    """

    thread_id: int | None = None
    after: str | None = None


def list_threads(
    post: Post, before: str | None = None, after: str | None = None, *, seen_by: Member | None
) -> TwoWayWindow[Thread]:
    """List threads under a post that the viewer was shown, each with its newest answers."""
    first = _firsts(post).options(reactions_of(seen_by))
    window = read_two_way_window(first, IN_TIME, MOST_THREADS, before, after)
    answers = _newest_answers([comment.id for comment in window.items], seen_by)
    threads = [Thread(each, *answers.get(each.id, (NO_ANSWERS,))) for each in window.items]
    _load_files(threads)
    return TwoWayWindow(threads, window.earlier, window.later)


def get_thread(
    post: Post,
    comment_id: int,
    before: str | None = None,
    after: str | None = None,
    *,
    seen_by: Member | None,
) -> Thread:
    """Get a thread by the comment that began it, with a window of its answers."""
    first = _get(post, comment_id, *SHOWN, reactions_of(seen_by))
    if first.first_id is not None:
        raise NotFound
    return _with_answers(first, seen_by, before, after)


def get_said(post: Post, comment_id: int, *, seen_by: Member | None) -> Thread:
    """Get a comment, even a removed one, with the newest answers to it where it began a thread."""
    comment = _get(post, comment_id, _ANSWERED, *SHOWN, reactions_of(seen_by))
    if comment.first_id is not None:
        return _with_files(Thread(comment, NO_ANSWERS))
    return _with_answers(comment, seen_by)


def _with_answers(
    first: Comment, seen_by: Member | None, before: str | None = None, after: str | None = None
) -> Thread:
    query = _answers(first).options(reactions_of(seen_by))
    answers = read_two_way_window(query, IN_TIME, MOST_ANSWERS, before, after)
    count = _count_before(first, answers.items[0]) if answers.earlier else 0
    return _with_files(Thread(first, answers, count))


def _count_before(first: Comment, answer: Comment) -> int:
    place = tuple_(*IN_TIME.position_of(answer))
    earlier = _answers(first).where(tuple_(IN_TIME.at, IN_TIME.id) < place)
    counted = earlier.with_only_columns(Comment.id).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def is_shown(comment: Comment) -> bool:
    """Return whether a comment has a place: a removed one does where another was said under it."""
    shown = _IS_SHOWN_FIRST if comment.first_id is None else _is_shown_answer(Comment)
    return bool(db.session.scalar(select(Comment.id).where(Comment.id == comment.id, shown)))


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
    anew = bool(options)
    comment = db.session.get(Comment, comment_id, options=options, populate_existing=anew)
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
    first = select(Comment).options(*SHOWN)
    return first.where(Comment.post_id == post.id, Comment.reply_to_id.is_(None), _IS_SHOWN_FIRST)


def _answers(first: Comment) -> Select[Comment]:
    answer = select(Comment).options(_ANSWERED, *SHOWN)
    return answer.where(Comment.first_id == first.id, _is_shown_answer(Comment))


def _newest_answers(
    first_ids: Sequence[int], seen_by: Member | None
) -> Mapping[int | None, tuple[TwoWayWindow[Comment], int]]:
    """Read the newest answers of several threads at once, and of each how many it has more."""
    found: dict[int | None, list[Comment]] = defaultdict(list)
    numbers: dict[int | None, int] = {}
    if first_ids:
        query = NEWEST.options(reactions_of(seen_by))
        for answer, number in db.session.execute(query, {"firsts": list(first_ids)}):
            found[answer.first_id].append(answer)
            numbers[answer.first_id] = number
    return {
        first_id: (_as_part(answers), max(0, numbers[first_id] - MOST_ANSWERS))
        for first_id, answers in found.items()
    }


def _as_part(answers: Sequence[Comment]) -> TwoWayWindow[Comment]:
    """Keep the newest; one more says that earlier ones are left."""
    shown = answers[-MOST_ANSWERS:]
    is_whole = len(shown) == len(answers)
    return TwoWayWindow(
        shown, None if is_whole else make_cursor(*IN_TIME.position_of(shown[0])), None
    )

"""Reading what members say under posts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, BigInteger, Select, any_, bindparam, select
from sqlalchemy.orm import aliased

from grandequipe.core.errors import NotFound
from grandequipe.core.pages import DEFAULT_LIMIT, Order, Page, paginate
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post, Reaction
from grandequipe.feed.queries.faces import Face
from grandequipe.feed.queries.visibility import VIEWER, as_viewer, visible_to
from grandequipe.groups.models import Group
from grandequipe.members.models import Member

THREADS_A_PAGE = 50
OLDEST_COMMENT_LAST = Order(Comment.created_at, Comment.id)


@dataclass
class Thread:
    """What is said under a post, and all answers to it, oldest first."""

    comment: Comment
    answers: list[Comment] = field(default_factory=list)


def get_comment(comment_id: int, seen_by: Member | None) -> Comment:
    """Get a comment under a post that the viewer may see, or raise NotFound."""
    found = db.session.scalar(
        select(Comment)
        .join(Comment.post)
        .join(Group, Post.group_id == Group.id)
        .where(Comment.id == comment_id, Comment.removed_at.is_(None), visible_to(seen_by))
    )
    if found is None:
        raise NotFound
    return found


def list_comments(
    post: Post, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Comment]:
    """List what is said under a post that the viewer was shown, newest first."""
    query = select(Comment).where(Comment.post_id == post.id)
    return paginate(query, OLDEST_COMMENT_LAST, cursor, limit)


def list_threads(post: Post, cursor: str | None = None) -> Page[Thread]:
    """List the threads under a post that the viewer was shown: a page of the newest, in order."""
    first = select(Comment).where(Comment.post_id == post.id, Comment.reply_to_id.is_(None))
    page = paginate(first, OLDEST_COMMENT_LAST, cursor, THREADS_A_PAGE)
    return Page(_threads(post, list(reversed(page.items))), page.next)


def get_thread(post: Post, comment_id: int) -> tuple[Comment, Thread]:
    """Get a comment, even a removed one, and the thread that it stands in."""
    found = db.session.get(Comment, comment_id)
    if found is None or found.post_id != post.id:
        raise NotFound
    return found, _threads(post, [_first_of_thread(found)])[0]


def _first_of_thread(comment: Comment) -> Comment:
    """Find the comment that began the thread, in one question however deep the answers go."""
    if comment.reply_to_id is None:
        return comment
    above = aliased(Comment)
    chain = (
        select(Comment.id, Comment.reply_to_id)
        .where(Comment.id == comment.id)
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(
        select(above.id, above.reply_to_id).join(chain, above.id == chain.c.reply_to_id)
    )
    first = select(Comment).join(chain, Comment.id == chain.c.id)
    return db.session.scalars(first.where(chain.c.reply_to_id.is_(None))).one()


def _threads(post: Post, firsts: Sequence[Comment]) -> list[Thread]:
    threads = {comment.id: Thread(comment) for comment in firsts}
    if threads:
        for answer, first_id in db.session.execute(_answers(post, list(threads))):
            threads[first_id].answers.append(answer)
    return list(threads.values())


def _answers(post: Post, first_ids: Sequence[int]) -> Select[Comment, int]:
    """Follow answers to answers up to the comment that began the thread."""
    tree = (
        select(Comment.id, Comment.reply_to_id.label("first_id"))
        .where(Comment.post_id == post.id, Comment.reply_to_id.in_(first_ids))
        .cte("tree", recursive=True)
    )
    deeper = aliased(Comment)
    tree = tree.union_all(
        select(deeper.id, tree.c.first_id).where(
            deeper.post_id == post.id, deeper.reply_to_id == tree.c.id
        )
    )
    return (
        select(Comment, tree.c.first_id)
        .join(tree, tree.c.id == Comment.id)
        .order_by(Comment.created_at, Comment.id)
    )


MY_REACTIONS = select(Reaction.post_id, Reaction.name).where(
    Reaction.member_id == VIEWER,
    Reaction.post_id == any_(bindparam("posts", type_=ARRAY(BigInteger))),
)


def find_reactions(
    member: Member | None, posts: Sequence[Post] | Sequence[Face]
) -> Mapping[int, set[str]]:
    """Find what a person said with one touch about some posts, by post id."""
    said: dict[int, set[str]] = {post.id: set() for post in posts}
    if member is None or not posts:
        return said
    for post_id, name in db.session.execute(
        MY_REACTIONS, {"posts": list(said)} | as_viewer(member)
    ):
        said[post_id].add(name)
    return said

"""What is said under a post: the part of it that an address asks for, and the address of each."""

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from flask import render_template, url_for

from grandequipe.core.errors import NotFound
from grandequipe.core.windows import TwoWayWindow
from grandequipe.feed import policies
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.queries import CommentLocation, Thread, get_location, get_thread, list_threads
from grandequipe.feed.views.request_args import requested_cursor, requested_thread
from grandequipe.members.models import Member


@dataclass(frozen=True)
class Discussion:
    """A part of the threads under a post, or a part of the answers in one of them."""

    threads: TwoWayWindow[Thread]
    is_one_thread: bool

    @cached_property
    def comments(self) -> list[Comment]:
        """List all that is shown of it."""
        shown = ([thread.comment, *thread.answers.items] for thread in self.threads.items)
        return list(chain.from_iterable(shown))

    @cached_property
    def answerable(self) -> set[int]:
        """Give the ids of all that one may answer in it."""
        return {comment.id for comment in self.comments if not comment.is_removed}


def requested_discussion(post: Post, seen_by: Member | None) -> Discussion:
    """Read the part that the address asks for; the newest one where it asks for none."""
    thread_id = requested_thread()
    return _part(post, seen_by, requested_cursor(), requested_cursor("after"), thread_id)


def discussion_around(post: Post, comment_id: int | None, seen_by: Member | None) -> Discussion:
    """Read the part that shows a comment; the newest one where there is no such comment."""
    try:
        place = get_location(post, comment_id) if comment_id else CommentLocation()
    except NotFound:
        place = CommentLocation()
    return _part(post, seen_by, None, place.after, place.thread_id)


def _part(
    post: Post,
    seen_by: Member | None,
    before: str | None,
    after: str | None,
    thread_id: int | None,
) -> Discussion:
    if thread_id is None:
        threads = list_threads(post, before, after, seen_by=seen_by)
        return Discussion(threads, is_one_thread=False)
    thread = get_thread(post, thread_id, before, after, seen_by=seen_by)
    return Discussion(TwoWayWindow([thread], None, None), is_one_thread=True)


def show_more(post: Post, member: Member | None) -> str:
    """Write what stands beside a part that an open page shows already."""
    policies.require_reader(member, post)
    discussion = requested_discussion(post, member)
    return render_template(
        "feed/_more_comments.html",
        post=post,
        discussion=discussion,
        side="later" if requested_cursor("after") else "earlier",
        may_comment=policies.may_comment(member, post),
        removable=policies.removable_comments(member, post, discussion.comments),
    )


def address_of(post: Post, comment_id: int) -> str:
    """Give the address of a comment: of the page of the discussion that shows it."""
    place = get_location(post, comment_id)
    return url_for(
        "feed.post_page",
        post_id=post.id,
        thread=place.thread_id,
        after=place.after,
        _anchor=f"comment-{comment_id}",
    )

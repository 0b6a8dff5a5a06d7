"""What members keep of posts for themselves: bookmarks with a private note."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas import bookmarks as schemas
from grandequipe.api.views.posts import shown_page
from grandequipe.core.windows import Window
from grandequipe.feed.models import Bookmark
from grandequipe.feed.queries import bookmarks as queries, get_post_to_answer
from grandequipe.feed.queries.lists import list_posts_by_id
from grandequipe.feed.services import bookmarks as services

TAG = "Bookmarks"
ONE = "/posts/<id:post_id>/bookmark"


@call("PUT", ONE, tag=TAG, answers=schemas.BookmarkSchema, body=schemas.BookmarkBody)
@limited("reactions")
def put_bookmark(data: dict[str, Any], post_id: int) -> Bookmark:
    """Keep a post, with a note that only the caller reads; without `note` it stays as it is."""
    member = acting_member()
    post = get_post_to_answer(post_id, seen_by=member)
    return services.add_bookmark(member, post, data.get("note"))


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
@limited("reactions")
def remove_bookmark(post_id: int) -> None:
    """Keep a post no more; idempotent."""
    member = acting_member()
    services.remove_bookmark(member, get_post_to_answer(post_id, seen_by=member))


@call(
    "GET",
    "/me/bookmarks",
    tag=TAG,
    answers=schemas.BookmarkPageSchema,
    query=schemas.BookmarkQuery,
)
def list_bookmarks(params: dict[str, Any]) -> Window[dict[str, Any]]:
    """List the posts that the caller keeps and may still read, the last kept first."""
    member = acting_member()
    page = queries.list_bookmarks(member, params["q"], params["cursor"], params["limit"])
    posts = list_posts_by_id([each.post_id for each in page.items], member)
    shown = {each.id: each for each in shown_page(Window(posts, None)).items}
    items = [
        {"post": shown[each.post_id], "note": each.note, "created_at": each.created_at}
        for each in page.items
        if each.post_id in shown
    ]
    return Window(items, page.next)

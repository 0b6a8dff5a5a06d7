"""What members keep of posts for themselves: bookmarks, reminders, followed conversations."""

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
from grandequipe.notifications.models import ConversationChoice, Reminder
from grandequipe.notifications.queries import wishes as wish_queries
from grandequipe.notifications.services import wishes

TAG = "Bookmarks"
ONE = "/posts/<id:post_id>/bookmark"
REMINDER = "/posts/<id:post_id>/reminder"
CONVERSATION = "/posts/<id:post_id>/conversation"


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


@call("PUT", REMINDER, tag=TAG, answers=schemas.ReminderSchema, body=schemas.ReminderBody)
@limited("reactions")
def put_reminder(data: dict[str, Any], post_id: int) -> Reminder:
    """Remind the caller of a post, in the place of an earlier reminder of it."""
    member = acting_member()
    post = get_post_to_answer(post_id, seen_by=member)
    return wishes.set_reminder(member, post, data["due_at"], data["note"])


@call("DELETE", REMINDER, tag=TAG, answers=None, status=204)
@limited("reactions")
def remove_reminder(post_id: int) -> None:
    """Remind the caller of a post no more; idempotent."""
    member = acting_member()
    wishes.remove_reminder(member, get_post_to_answer(post_id, seen_by=member).id)


@call("GET", "/me/reminders", tag=TAG, answers=schemas.RemindersSchema)
def list_reminders() -> dict[str, Any]:
    """List the caller's reminders to come of posts that they still see, the next one first."""
    return {"items": wish_queries.list_reminders(acting_member())}


@call("PUT", CONVERSATION, tag=TAG, answers=schemas.ChoiceSchema, body=schemas.ChoiceBody)
@limited("reactions")
def put_conversation(data: dict[str, Any], post_id: int) -> dict[str, str]:
    """Mute the conversation under a post, or follow it, whatever the levels of its groups.

    Of a muted one nothing reaches the caller, mentions included.
    """
    member = acting_member()
    post = get_post_to_answer(post_id, seen_by=member)
    wishes.choose_conversation(member, post, ConversationChoice(data["choice"]))
    return {"choice": data["choice"]}


@call("DELETE", CONVERSATION, tag=TAG, answers=None, status=204)
@limited("reactions")
def remove_conversation(post_id: int) -> None:
    """Neither mute nor follow a conversation any more; idempotent."""
    member = acting_member()
    wishes.choose_conversation(member, get_post_to_answer(post_id, seen_by=member), None)

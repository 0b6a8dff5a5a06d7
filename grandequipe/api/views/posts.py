"""Posts."""

from contextlib import nullcontext
from typing import Any

from flask import current_app, url_for

from grandequipe.api.calls import call
from grandequipe.api.drafts import changed_post_draft, post_draft, with_default_language
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.limits import REFUSAL, limited
from grandequipe.api.queries import ShownPost, show_posts
from grandequipe.api.schemas.posts import (
    PostBody,
    PostPageSchema,
    PostPatch,
    PostQuery,
    PostSchema,
)
from grandequipe.api.views.groups import LOCATION
from grandequipe.core.errors import Unauthenticated
from grandequipe.core.pages import Page
from grandequipe.core.policies import require
from grandequipe.feed import queries, services
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.policies import may_approve, may_edit_post
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.models import Member
from grandequipe.web.limits import counted

TAG = "Posts"
LIST = "/groups/<slug:slug>/posts"
ONE = "/posts/<id:post_id>"


@call(
    "GET",
    LIST,
    tag=TAG,
    answers=PostPageSchema,
    query=PostQuery,
    visitors=True,
    refusals=[403],
)
def list_posts(asked: dict[str, Any], slug: str) -> Page[ShownPost]:
    """List what a group published, newest first."""
    group = get_group(slug, seen_by=viewer())
    _require_reader(viewer(), group)
    kind = Kind(asked["kind"]) if asked["kind"] else None
    page = queries.list_group_posts(group, viewer(), kind, asked["cursor"], asked["limit"])
    return shown_page(page)


@call("POST", LIST, tag=TAG, answers=PostSchema, status=201, body=PostBody, headers=LOCATION)
@limited("posts")
def publish_post(given: dict[str, Any], slug: str) -> Any:
    """Publish a post; `pending` where a moderator must read it first."""
    author = acting_member()
    group = get_group(slug, seen_by=author)
    kind = Kind(given.pop("kind"))
    given.pop("status")
    with_default_language(given, author, "title", "body_html")
    post = services.publish_post(author, group, post_draft(kind, given))
    return _shown(post), 201, {"Location": url_for("api.show_post", post_id=post.id)}


@call("GET", ONE, tag=TAG, answers=PostSchema, visitors=True)
def show_post(post_id: int) -> ShownPost:
    """Show a post."""
    return _shown(queries.get_post(post_id, seen_by=viewer()))


@call("PATCH", ONE, tag=TAG, answers=PostSchema, body=PostPatch, refusals=[REFUSAL])
def edit_post(given: dict[str, Any], post_id: int) -> ShownPost:
    """Change what is given of a post; a moderator also publishes or refuses one that waits."""
    post = queries.get_post(post_id, seen_by=acting_member())
    # Here, too: where nothing changes no service asks, and the answer shows the whole post.
    require(may_edit_post(acting_member(), post), services.MAY_NOT_EDIT)
    status = given.pop("status", None)
    with counted("edits", acting_member().id) if given else nullcontext():
        if given:
            draft, over = changed_post_draft(post, given), post.text_version
            services.edit_post(acting_member(), post, draft, over)
        if status == "removed":
            _remove(acting_member(), post)
        elif status == "published" and not post.is_published:
            services.approve_post(acting_member(), post)
    return _shown(post)


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def remove_post(post_id: int) -> None:
    """Take a post away from every page, feed and letter to come."""
    services.remove_post(acting_member(), queries.get_post(post_id, seen_by=acting_member()))


def shown_page(page: Page[Post]) -> Page[ShownPost]:
    """Write a page of posts for the one who calls."""
    return Page(show_posts(page.items, viewer(), _address()), page.next)


def _shown(post: Post) -> ShownPost:
    return show_posts([post], viewer(), _address())[0]


def _address() -> str:
    """Give the address of post pages, without the id at their end."""
    path = url_for("feed.post_page", post_id=0).removesuffix("0")
    return current_app.config["SETTINGS"].site_url.rstrip("/") + path


def _remove(actor: Member, post: Post) -> None:
    remove = services.refuse_post if may_approve(actor, post) else services.remove_post
    remove(actor, post)


def _require_reader(member: Member | None, group: Group) -> None:
    if member is None and not group.is_public:
        raise Unauthenticated
    require(may_read(member, group), "Only members read this group.")

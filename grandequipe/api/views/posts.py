"""Posts."""

from contextlib import nullcontext
from typing import Any

from flask import current_app, url_for

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.inputs import changed_post_input, post_input, with_default_language
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
from grandequipe.core.errors import Conflict, Invalid, Unauthenticated
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed import queries, services
from grandequipe.feed.models import Kind, Post, PostProposal
from grandequipe.feed.policies import may_approve, may_edit_post
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.models import Member
from grandequipe.web.rate_limits import rate_limited

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
def list_posts(asked: dict[str, Any], slug: str) -> Window[ShownPost]:
    """List what a group published, newest first."""
    group = get_group(slug, seen_by=viewer())
    _require_reader(viewer(), group)
    kind = Kind(asked["kind"]) if asked["kind"] else None
    page = queries.list_group_posts(group, viewer(), kind, asked["cursor"], asked["limit"])
    return shown_page(page)


@call("POST", LIST, tag=TAG, answers=PostSchema, status=201, body=PostBody, headers=LOCATION)
@limited("posts")
def publish_post(data: dict[str, Any], slug: str) -> Any:
    """Publish a post; `pending` where a moderator must read it first."""
    author = acting_member()
    group = get_group(slug, seen_by=author)
    kind = Kind(data.pop("kind"))
    data.pop("status")
    with_default_language(data, author, "title", "body_html")
    post = services.publish_post(author, group, post_input(kind, data))
    return shown_post(post), 201, {"Location": url_for("api.show_post", post_id=post.id)}


@call("GET", ONE, tag=TAG, answers=PostSchema, visitors=True)
def show_post(post_id: int) -> ShownPost:
    """Show a post."""
    return shown_post(queries.get_post(post_id, seen_by=viewer()))


@call(
    "PATCH",
    ONE,
    tag=TAG,
    answers=PostSchema,
    otherwise=202,
    body=PostPatch,
    refusals=[REFUSAL],
)
def edit_post(data: dict[str, Any], post_id: int) -> Any:
    """Change what is given of a post; a moderator also publishes or refuses one that waits.

    Answers 202 where a moderator must read the change first: it is kept as the post's proposal
    (`/posts/{post_id}/proposal`), in the place of an earlier one, and the post stays as it is.
    Answers 200 where the post says it already: nothing is proposed, an earlier proposal withdrawn.
    Approving names the `version` that was read: 422 without one, 409 where the post moved.
    """
    actor = acting_member()
    post = queries.get_post(post_id, seen_by=actor)
    # Here, too: where nothing changes no service asks, and the answer shows the whole post.
    require(may_edit_post(actor, post), services.MAY_NOT_EDIT)
    status, version, reason = (data.pop(name, None) for name in ("status", "version", "reason"))
    approves = status == "published" and not post.is_published
    if approves:
        require(may_moderate(actor, post.group), "Only moderators can approve posts.")
        _require_read(post, version)
    kept = None
    with rate_limited("edits", actor.id) if data else nullcontext():
        if data:
            kept = _change(actor, post, data)
        if status == "removed":
            _remove(actor, post, reason or "")
        elif approves:
            services.approve_post(actor, post, post.text_version)
    return (shown_post(post), 202) if kept else shown_post(post)


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def remove_post(post_id: int) -> None:
    """Take a post away from every page, feed and letter to come."""
    services.remove_post(acting_member(), queries.get_post(post_id, seen_by=acting_member()))


def shown_page(page: Window[Post]) -> Window[ShownPost]:
    """Write a page of posts for the one who calls."""
    return Window(show_posts(page.items, viewer(), _address()), page.next)


def shown_post(post: Post) -> ShownPost:
    """Write a post for the one who calls."""
    return show_posts([post], viewer(), _address())[0]


def _address() -> str:
    """Give the address of post pages, without the id at their end."""
    path = url_for("feed.post_page", post_id=0).removesuffix("0")
    return current_app.config["SETTINGS"].site_url.rstrip("/") + path


def _change(actor: Member, post: Post, data: dict[str, Any]) -> PostProposal | None:
    """Change a post, or its author's existing proposal where there is one."""
    is_own = actor.id == post.author_id and post.has_proposal
    existing_proposal = queries.find_proposal(post, actor) if is_own else None
    source = services.proposed_post(existing_proposal) if existing_proposal else post
    over = existing_proposal.version if existing_proposal else post.text_version
    return services.edit_post(actor, post, changed_post_input(source, data), over)


def _require_read(post: Post, version: int | None) -> None:
    """Refuse to approve what was not read, or was changed since."""
    if version is None:
        raise Invalid({"version": "Name the version that you read."})
    if version != post.version:
        raise Conflict(
            "This post has changed since you read it. Please read it again before you decide."
        )


def _remove(actor: Member, post: Post, reason: str) -> None:
    if may_approve(actor, post) and actor.id != post.author_id:
        services.refuse_post(actor, post, reason)
    else:
        services.remove_post(actor, post)


def _require_reader(member: Member | None, group: Group) -> None:
    if member is None and not group.is_public:
        raise Unauthenticated
    require(may_read(member, group), "Only members read this group.")

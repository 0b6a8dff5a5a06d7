"""Posts."""

from contextlib import nullcontext
from typing import Any

from flask import current_app, url_for

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member, viewer
from grandequipe.api.inputs import changed_post_input, post_input, with_default_language
from grandequipe.api.limits import REFUSAL, limited
from grandequipe.api.queries import ShownPost, show_posts
from grandequipe.api.schemas.drafts import POST_OR_DRAFT, DraftSchema, created
from grandequipe.api.schemas.lists import PageQuery
from grandequipe.api.schemas.posts import (
    PlacementBody,
    PostBody,
    PostPageSchema,
    PostPatch,
    PostQuery,
    PostSchema,
    VersionPageSchema,
)
from grandequipe.api.views import drafts
from grandequipe.api.views.groups import LOCATION
from grandequipe.core.errors import Conflict, Invalid, NotFound, Unauthenticated
from grandequipe.core.policies import require
from grandequipe.core.windows import Window
from grandequipe.feed import queries, services
from grandequipe.feed.models import Kind, Post, PostProposal, PostVersion
from grandequipe.feed.policies import history_since, may_approve, may_edit_post
from grandequipe.feed.queries import history
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_read
from grandequipe.groups.queries import get_group
from grandequipe.members.models import Member
from grandequipe.web.rate_limits import rate_limited

TAG = "Posts"
LIST = "/groups/<slug:slug>/posts"
ONE = "/posts/<id:post_id>"
PLACEMENT = f"{ONE}/placements/<slug:slug>"
HISTORY = f"{ONE}/history"
VERSION = ("version", "at", "actor", "minor")


@call(
    "GET",
    LIST,
    tag=TAG,
    answers=PostPageSchema,
    query=PostQuery,
    visitors=True,
    refusals=[403],
)
def list_posts(params: dict[str, Any], slug: str) -> Window[ShownPost]:
    """List what a group published, newest first."""
    group = get_group(slug, seen_by=viewer())
    _require_reader(viewer(), group)
    kind = Kind(params["kind"]) if params["kind"] else None
    page = queries.list_group_posts(group, viewer(), kind, params["cursor"], params["limit"])
    return shown_page(page, group)


@call("POST", LIST, tag=TAG, answers=POST_OR_DRAFT, status=201, body=PostBody, headers=LOCATION)
@limited("posts")
def publish_post(data: dict[str, Any], slug: str) -> Any:
    """Publish a post; `pending` where a moderator must read it first.

    With the status `draft` or `scheduled` it is saved as a draft, and that is answered.
    """
    author = acting_member()
    group = get_group(slug, seen_by=author)
    kind = Kind(data.pop("kind"))
    if data["publish_at"] and data["status"] != "scheduled":
        raise Invalid({"publish_at": "Only a post with the status `scheduled` has one."})
    if data["status"] != "published":
        with_default_language(data, author, "title", "body_html")
        draft = drafts.begin_draft(author, group, kind, data)
        shown = drafts.show_drafts([draft], author)[0]
        return created(DraftSchema, shown, url_for("api.show_draft", draft_id=draft.id))
    del data["status"], data["publish_at"]
    others = [_group_named(each, author) for each in data.pop("groups")]
    with_default_language(data, author, "title", "body_html")
    post = services.publish_post(author, group, post_input(kind, data), others)
    return created(PostSchema, shown_post(post), url_for("api.show_post", post_id=post.id))


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
    Approving names the `version` that was read: 422 without one. Answers 409 where a version is
    named that is not the post's.
    """
    actor = acting_member()
    post = queries.get_post(post_id, seen_by=actor)
    # Here, too: where nothing changes no service asks, and the answer shows the whole post.
    if (locked := data.pop("locked", None)) is not None:
        services.lock_comments(actor, post, locked=locked, reason=data.get("reason", ""))
        if set(data) <= {"minor", "reason"}:
            return shown_post(post)
    services.require_writable(actor, post)
    require(may_edit_post(actor, post), services.MAY_NOT_EDIT)
    status, version, reason = (data.pop(name, None) for name in ("status", "version", "reason"))
    is_minor = data.pop("minor")
    waits = any(may_approve(actor, each) for each in post.placements)
    approves = status == "published" and (waits or not post.is_published)
    if approves:
        moderates = any(may_moderate(actor, each.group) for each in post.placements)
        require(moderates, "Only moderators can approve posts.")
    if approves or version is not None:
        _require_read(post, version)
    kept = None
    with rate_limited("edits", actor.id) if data else nullcontext():
        if data:
            kept = _change(actor, post, data, is_minor)
        if status == "removed":
            _remove(actor, post, reason or "")
        elif approves:
            services.approve_post(actor, post, post.text_version)
    return (shown_post(post), 202) if kept else shown_post(post)


@call("GET", HISTORY, tag=TAG, answers=VersionPageSchema, query=PageQuery, visitors=True)
def list_versions(params: dict[str, Any], post_id: int) -> Window[dict[str, Any]]:
    """List what a post said, newest first, for those who read it."""
    post = queries.get_post(post_id, seen_by=viewer())
    since = history_since(viewer(), post)
    page = history.list_versions(post, since, params["cursor"], params["limit"], with_content=True)
    return Window([_shown_version(each) for each in page.items], page.next)


def _shown_version(version: PostVersion) -> dict[str, Any]:
    content = version.content or {}
    said = {name: content.get(name) for name in ("title", "body_html")}
    return {name: getattr(version, name) for name in VERSION} | said


@call("DELETE", ONE, tag=TAG, answers=None, status=204)
def remove_post(post_id: int) -> None:
    """Take a post away from every page, feed and later digest."""
    services.remove_post(acting_member(), queries.get_post(post_id, seen_by=acting_member()))


@call("PUT", PLACEMENT, tag=TAG, answers=PostSchema, body=PlacementBody, refusals=[REFUSAL])
def put_placement(data: dict[str, Any], post_id: int, slug: str) -> ShownPost:
    """Place one's own post in one more group, or decide on it there as a moderator.

    It waits where a moderator must read it first. Placing it where it stands changes nothing. 403
    where a moderator took it out; 409 where others commented for fewer people than would read them.
    A moderator pins or features what the group reads: nothing else is done then.
    """
    actor = acting_member()
    post = queries.get_post(post_id, seen_by=actor)
    group = get_group(slug, seen_by=actor)
    placement = post.placement_in(group)
    if "pinned" in data or "featured" in data:
        _highlight(actor, post, group, data)
    elif data["status"] == "removed":
        services.take_out(actor, post, group, data.get("reason", ""))
    elif data["status"] in ("refused", "returned"):
        give_back = services.refuse_post if data["status"] == "refused" else services.return_post
        give_back(actor, post, data.get("reason", ""), group)
    elif placement is not None and may_approve(actor, placement):
        _require_read(post, data.get("version"))
        services.approve_post(actor, post, post.text_version, group)
    else:
        with rate_limited("posts", actor.id):
            services.place_post(actor, post, group)
    return shown_post(post, group)


@call("DELETE", PLACEMENT, tag=TAG, answers=None, status=204)
def remove_placement(post_id: int, slug: str) -> None:
    """Take a post out of a group, as its author or as a moderator of that group."""
    actor = acting_member()
    post = queries.get_post(post_id, seen_by=actor)
    services.take_out(actor, post, get_group(slug, seen_by=actor))


def _highlight(actor: Member, post: Post, group: Group, data: dict[str, Any]) -> None:
    if "pinned" in data:
        services.pin_post(actor, post, group, pinned=data["pinned"])
    if "featured" in data:
        services.feature_post(actor, post, group, featured=data["featured"])


def shown_page(page: Window[Post], group: Group | None = None) -> Window[ShownPost]:
    """Write a page of posts for the one who calls, of one group or of several."""
    return Window(show_posts(page.items, viewer(), _address(), group), page.next)


def shown_post(post: Post, group: Group | None = None) -> ShownPost:
    """Write a post for the one who calls; with a group, as it stands there."""
    return show_posts([post], viewer(), _address(), group)[0]


def _address() -> str:
    """Give the address of post pages, without the id at their end."""
    path = url_for("feed.post_page", post_id=0).removesuffix("0")
    return current_app.config["SETTINGS"].site_url.rstrip("/") + path


def _change(actor: Member, post: Post, data: dict[str, Any], is_minor: bool) -> PostProposal | None:
    """Change a post, or its author's existing proposal where there is one."""
    is_own = actor.id == post.author_id and post.has_proposal
    existing_proposal = queries.find_proposal(post, actor) if is_own else None
    source = services.proposed_post(existing_proposal) if existing_proposal else post
    over = existing_proposal.version if existing_proposal else post.text_version
    changed = changed_post_input(source, data)
    return services.edit_post(actor, post, changed, over, is_minor=is_minor)


def _group_named(slug: str, author: Member) -> Group:
    """Find a further group of a post; raise Invalid where there is none for its author."""
    try:
        return get_group(slug, seen_by=author)
    except NotFound:
        raise Invalid({"groups": f"There is no group {slug!r}."}) from None


def _require_read(post: Post, version: int | None) -> None:
    """Refuse to approve what was not read, or was changed since."""
    if version is None:
        raise Invalid({"version": "Name the version that you read."})
    if version != post.version:
        raise Conflict("This post has changed since you read it. Please read it again first.")


def _remove(actor: Member, post: Post, reason: str) -> None:
    if actor.id != post.author_id and any(may_approve(actor, each) for each in post.placements):
        services.refuse_post(actor, post, reason)
    else:
        services.remove_post(actor, post)


def _require_reader(member: Member | None, group: Group) -> None:
    if member is None and not group.is_public:
        raise Unauthenticated
    require(may_read(member, group), "Only members read this group.")

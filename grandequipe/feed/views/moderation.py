"""What waits for those who look after a group."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup

from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.core.words import quoted
from grandequipe.feed import services
from grandequipe.feed.models import Post
from grandequipe.feed.queries import get_post, list_pending_posts
from grandequipe.groups.models import MembershipState
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import find_membership, get_group, list_members
from grandequipe.members.identity import acting_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.typed import filled, typed


def moderation(slug: str) -> str:
    """List the posts to read and the requests to answer."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_moderate(member, group), _l("Only moderators see what waits."))
    return render_template(
        "feed/moderation.html",
        group=group,
        membership=find_membership(member, group),
        posts=list_pending_posts(group, member, request.args.get("posts")),
        requests=list_members(group, MembershipState.REQUESTED, request.args.get("requests")),
    )


@repeatable("a post is published once")
def approve_post(post_id: int) -> ResponseReturnValue:
    """Publish what waited."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    with atomic():
        services.approve_post(member, post, request.form.get("read"))
    flash(_quoting(_("“%(title)s” is published."), post), "success")
    return redirect(url_for("feed.moderation", slug=post.group.slug), 303)


@repeatable("a post is refused once")
def refuse_post(post_id: int) -> ResponseReturnValue:
    """Leave unpublished what waited."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    with atomic():
        services.refuse_post(member, post)
    flash(_quoting(_("“%(title)s” was refused; its author is told."), post), "success")
    return redirect(url_for("feed.moderation", slug=post.group.slug), 303)


def _quoting(sentence: str, post: Post) -> Markup:
    return filled(sentence, title=typed(quoted(post.title), post.language))

"""A change that its author proposes, compared with the post, and what is decided on it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import RefusalForm
from grandequipe.feed.models import Post
from grandequipe.feed.queries import find_proposal, get_post
from grandequipe.feed.views.differences import compare
from grandequipe.feed.views.moderation import overtaken_page, quoting, read_version, refuse
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page


def proposal(post_id: int) -> ResponseReturnValue:
    """Show what a proposal would change, to its author and to moderators.

    Leads them to the post where it was decided or withdrawn.
    """
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    found = find_proposal(post, seen_by=member)
    if found is None:
        if not (member.id == post.author_id or policies.may_decide(member, post)):
            raise NotFound
        flash(_("No change of this post waits any more: it was approved or withdrawn."), "info")
        return redirect(url_for("feed.post_page", post_id=post_id), 303)
    after = services.proposed_post(found)
    return render_page(
        "feed/proposal.html",
        post=post,
        proposal=found,
        after=after,
        comparison=compare(post, after, with_room=policies.may_read_room_address(member, post)),
        group=policies.shown_placements(member, post)[0].group,
        moderates=policies.may_decide(member, post),
    )


def _group_to_decide_in(member: Member, post: Post) -> Group:
    """Give the group in whose name a moderator decides; raise Refused for who may not."""
    require(policies.may_decide(member, post), _l("Only moderators can decide on changes."))
    groups = policies.deciding_groups(post)
    return next(group for group in groups if may_moderate(member, group))


@repeatable("a change is published once")
def approve_proposal(post_id: int) -> ResponseReturnValue:
    """Have the post say what its author proposes."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    group = _group_to_decide_in(member, post)
    try:
        with atomic():
            services.approve_proposal(member, post, read_version())
    except Conflict as overtaken:
        return overtaken_page(post_id, group, overtaken)
    flash(quoting(_("The change to “%(title)s” has been published."), post), "success")
    return redirect(url_for("feed.moderation", slug=group.slug), 303)


@takes(RefusalForm)
@repeatable("a change is refused once")
def refuse_proposal(post_id: int) -> ResponseReturnValue:
    """Leave the post as it is, with a word to its author."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    group = _group_to_decide_in(member, post)
    found = find_proposal(post, seen_by=member)
    if found is None or not found.is_open:
        gone = Conflict(_("This change is no longer waiting for a moderator."))
        return overtaken_page(post_id, group, gone)
    return refuse(post, group, found)


@repeatable("what is withdrawn stays withdrawn")
def withdraw_proposal(post_id: int) -> ResponseReturnValue:
    """Give one's own proposal up."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    with atomic():
        services.withdraw_proposal(member, post)
    flash(_("Your change has been withdrawn. The post stays as it is."), "success")
    return redirect(url_for("feed.post_page", post_id=post_id), 303)

"""In which groups a post stands: placing it in one more, and taking it out of one."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import SelectChoice

from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms.placements import PlacementForm
from grandequipe.feed.models import Post
from grandequipe.feed.queries import get_post
from grandequipe.groups.models import Group
from grandequipe.groups.queries import get_group, list_memberships
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.typed import filled, typed


@takes(PlacementForm)
@limited_form("posts")
@repeatable("a post is placed in a group once")
def placements(post_id: int) -> ResponseReturnValue:
    """Show in which groups a post stands, and place it in one more."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    services.require_writable(member, post)
    require(policies.may_arrange(member, post), _l("You can’t choose the groups of this post."))
    form = PlacementForm()
    further = _further_groups(member, post)
    form.group.choices = [SelectChoice(group.slug, group.name) for group in further]
    status = 200
    if form.validate_on_submit():
        group = next(each for each in further if each.slug == form.group.data)
        try:
            with atomic():
                placement = services.place_post(member, post, group)
                sentence = _said(placement.is_published)
            flash(filled(sentence, group=typed(group.name, group.language)), "success")
            return redirect(url_for("feed.post_page", post_id=post_id), 303)
        except Conflict as refused:
            form.form_errors.append(refused.message)
            status = 409
    shown = policies.shown_placements(member, post)
    page = render_page(
        "feed/placements.html",
        post=post,
        place=shown[0],
        placements=shown,
        removable=[each.id for each in shown if policies.may_take_out(member, each)],
        form=form,
    )
    return page, 422 if form.errors and status == 200 else status


@repeatable("what is taken out stays out")
def take_out(post_id: int, slug: str) -> ResponseReturnValue:
    """Take a post out of one group."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    group = get_group(slug, seen_by=member)
    with atomic():
        was_there = services.take_out(member, post, group)
    if was_there:
        sentence = _("The post has been removed from %(group)s.")
        flash(filled(sentence, group=typed(group.name, group.language)), "success")
    return redirect(url_for("feed.group_page", slug=slug), 303)


def _further_groups(member: Member, post: Post) -> Sequence[Group]:
    groups = [membership.group for membership in list_memberships(member)]
    return [group for group in groups if policies.may_place(member, post, group)]


def _said(is_published: bool) -> str:
    if is_published:
        return str(_("The post is now in %(group)s, too."))
    return str(_("A moderator of %(group)s will review the post first."))

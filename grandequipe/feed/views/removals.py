"""What moderators remove with a reason: a post, a comment, all that a person published."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import RefusalForm
from grandequipe.feed.forms.removals import RemovalForm
from grandequipe.feed.queries import get_comment, get_post
from grandequipe.feed.queries.removals import get_removal, list_removals
from grandequipe.feed.services import bulk_removal
from grandequipe.groups.policies import may_moderate, may_sanction
from grandequipe.groups.queries import find_membership, list_sanctions
from grandequipe.groups.services import checked_reason
from grandequipe.groups.slots import TABS
from grandequipe.groups.views.members_page import load_actor_and_group
from grandequipe.groups.views.memberships import load_with_target, with_name
from grandequipe.members.identity import acting_member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot

FOR_MODERATORS = _l("Only moderators can see what was removed.")


@takes(RemovalForm)
@limited("managing")
@repeatable("what is removed stays so")
def remove_contents(slug: str, member_id: int) -> ResponseReturnValue:
    """Ask since when and why, then remove what a person published in the group."""
    member, group, target = load_with_target(slug, member_id)
    require(may_sanction(member, group, target), bulk_removal.MAY_NOT)
    form = RemovalForm()
    if request.method == "GET":
        # The reason of a sanction that was just imposed is not written again.
        latest = list_sanctions(group, member=target, only_in_force=True, limit=1).items
        form.reason.data = latest[0].reason if latest else ""

    def write() -> str:
        reason = form.reason.data or ""
        bulk_removal.remove_contents(member, group, target, form.since, reason)
        return with_name(_("What %(name)s published has been removed."), target)

    def load() -> dict[str, object]:
        _member, group, target = load_with_target(slug, member_id)
        back = local_path(request.values.get("next"), "")
        return {"group": group, "target": target, "next": back}

    page = FormPage("feed/remove_contents.html", form, load)
    return page.answer(write, url_for("feed.removals", slug=slug))


def removals(slug: str) -> ResponseReturnValue:
    """List what was removed at once in a group."""
    member, group = load_actor_and_group(slug)
    require(may_moderate(member, group), FOR_MODERATORS)
    return render_page(
        "feed/removals.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        page=list_removals(group, request.args.get("cursor")),
    )


@limited("managing")
@repeatable("it is put back once")
def restore_contents(slug: str, removal_id: int) -> ResponseReturnValue:
    """Put back what was removed at once."""
    member, group = load_actor_and_group(slug)
    require(may_moderate(member, group), FOR_MODERATORS)
    removal = get_removal(removal_id, group)
    target = removal.member
    with atomic():
        bulk_removal.restore_contents(member, removal)
    flash(with_name(_("What %(name)s published is back where it was."), target), "success")
    return redirect(url_for("feed.removals", slug=slug), 303)


@takes(RefusalForm)
@limited("managing")
@repeatable("what is removed stays removed")
def moderate_post(post_id: int) -> ResponseReturnValue:
    """Ask a moderator why a post is removed from their groups, which its author reads."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    require(policies.may_remove_post(member, post), services.MAY_NOT_REMOVE_POST)
    group = policies.shown_placements(member, post)[0].group
    back = url_for("feed.group_page", slug=group.slug)
    return _remove(lambda why: services.remove_post(member, post, why), back, post_id)


@takes(RefusalForm)
@limited("managing")
@repeatable("what is removed stays removed")
def moderate_comment(comment_id: int) -> ResponseReturnValue:
    """Ask a moderator why a comment is removed, which its author reads."""
    member = acting_member()
    comment = get_comment(comment_id, seen_by=member)
    require(policies.may_remove_comment(member, comment), services.MAY_NOT_REMOVE_COMMENT)
    post_id = comment.post_id
    back = url_for("feed.post_page", post_id=post_id, _anchor="comments")
    return _remove(
        lambda why: services.remove_comment(member, comment, why), back, post_id, comment_id
    )


def _remove(
    remove: Callable[[str], None], back: str, post_id: int, comment_id: int | None = None
) -> ResponseReturnValue:
    """Remove what a moderator gives a reason for, and go back; else ask for the reason."""
    member, form = acting_member(), RefusalForm()

    def write() -> str:
        remove(checked_reason(form.reason.data or ""))
        return _("It has been removed. Its author can see why.")

    def load() -> dict[str, object]:
        post = get_post(post_id, seen_by=member)
        comment = get_comment(comment_id, seen_by=member) if comment_id else None
        author = comment.author if comment else post.author
        return {
            "post": post,
            "group": policies.shown_placements(member, post)[0].group,
            "comment": comment,
            "sanctioning": policies.sanctioning_groups(member, post, author),
            "back": back,
        }

    return FormPage("feed/remove.html", form, load).answer(write, back)

"""What moderators set on a post: pinned, featured, its comments locked."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import RefusalForm
from grandequipe.feed.queries import get_post
from grandequipe.groups.queries import get_group
from grandequipe.groups.services import checked_reason
from grandequipe.members.identity import acting_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited

SAID: dict[str, LazyString] = {
    "pinned": _l("The post is pinned on top of the group’s page."),
    "unpinned": _l("The post is no longer pinned."),
    "featured": _l("The post is featured: it’s larger than the others."),
    "unfeatured": _l("The post is no longer featured."),
}


@repeatable("sets what a post is in a group")
def arrange_post(post_id: int, slug: str) -> ResponseReturnValue:
    """Pin or feature a post in a group, or take that back."""
    moderator = acting_member()
    post = get_post(post_id, seen_by=moderator)
    group = get_group(slug, seen_by=moderator)
    change = request.form.get("change", "")
    if change not in SAID:
        raise Invalid({"change": _("Choose what to do from the post’s page.")})
    try:
        with atomic():
            if change.endswith("pinned"):
                services.pin_post(moderator, post, group, pinned=change == "pinned")
            else:
                services.feature_post(moderator, post, group, featured=change == "featured")
        flash(SAID[change], "success")
    except Conflict as refused:
        flash(refused.message, "danger")
    return redirect(url_for("feed.post_page", post_id=post_id), 303)


@takes(RefusalForm)
@limited("managing")
@repeatable("sets whether comments are locked")
def lock_comments(post_id: int) -> ResponseReturnValue:
    """Lock the comments of a post, or open them again; a moderator says why to its author."""
    moderator, form = acting_member(), RefusalForm()
    post = get_post(post_id, seen_by=moderator)
    back = url_for("feed.post_page", post_id=post_id, _anchor="comments")
    locked = request.form.get("locked") != "0"
    is_explained = locked and moderator.id != post.author_id
    if form.validate_on_submit():
        try:
            reason = checked_reason(form.reason.data or "") if is_explained else ""
            with atomic():
                services.lock_comments(moderator, post, locked=locked, reason=reason)
        except Invalid as refused:
            form.show(refused)
        else:
            said = _("The comments are locked.") if locked else _("The comments are open again.")
            flash(said, "success")
            return redirect(back, 303)
    post = get_post(post_id, seen_by=moderator)
    require(policies.may_lock(moderator, post), services.MAY_NOT_LOCK)
    if post.is_locked and not form.errors:
        return redirect(back, 303)
    group = policies.shown_placements(moderator, post)[0].group
    page = render_page("feed/lock_comments.html", post=post, group=group, form=form, back=back)
    return page, 422 if form.errors else 200

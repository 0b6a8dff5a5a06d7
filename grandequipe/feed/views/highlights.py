"""What moderators set on a post: pinned, featured, its comments locked."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.transactions import atomic
from grandequipe.feed import services
from grandequipe.feed.queries import get_post
from grandequipe.groups.queries import get_group
from grandequipe.members.identity import acting_member
from grandequipe.web.form_rules import repeatable

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


@repeatable("sets whether comments are locked")
def lock_comments(post_id: int) -> ResponseReturnValue:
    """Lock the comments of a post, or open them again."""
    moderator = acting_member()
    post = get_post(post_id, seen_by=moderator)
    locked = request.form.get("locked") != "0"
    with atomic():
        services.lock_comments(moderator, post, locked=locked)
    said = _("The comments are locked.") if locked else _("The comments are open again.")
    flash(said, "success")
    return redirect(url_for("feed.post_page", post_id=post_id, _anchor="comments"), 303)

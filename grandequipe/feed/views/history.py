"""What a post said before, and what a comment did."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup

from grandequipe.core.differences import marked
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.models import Post, PostVersion
from grandequipe.feed.queries import get_comment, get_post, history as queries
from grandequipe.feed.views.differences import Comparison, compare
from grandequipe.feed.views.request_args import requested_cursor, requested_id
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.pages import render_page


def history(post_id: int) -> str:
    """List the versions of a post, and show what one of them changed."""
    member = viewer()
    post = get_post(post_id, seen_by=member)
    since = policies.history_since(member, post)
    page = queries.list_versions(post, since, requested_cursor())
    newest = page.items[0].version if page.items else post.version
    shown = queries.get_version(post, requested_id("version") or newest, since)
    earlier = queries.find_version_before(post, shown, since)
    return render_page(
        "feed/history.html",
        post=post,
        group=policies.shown_placements(member, post)[0].group,
        page=page,
        shown=shown,
        earlier=earlier,
        after=None if shown.is_hidden else services.post_of_version(post, shown),
        comparison=_compared(member, post, earlier, shown),
        may_hide=policies.may_hide_version(member, post),
    )


@repeatable("what is erased stays erased")
def hide_version(post_id: int, version: int) -> ResponseReturnValue:
    """Erase what an earlier version said."""
    moderator = acting_member()
    post = get_post(post_id, seen_by=moderator)
    with atomic():
        services.hide_version(moderator, post, version)
    flash(_("What that version said has been erased."), "success")
    return redirect(url_for("feed.history", post_id=post_id), 303)


def comment_history(comment_id: int) -> str:
    """Show its author and moderators what a comment said before it was changed."""
    member = acting_member()
    comment = get_comment(comment_id, seen_by=member)
    require(
        policies.may_remove_comment(member, comment),
        _l("Only its author and moderators can see what a comment said before."),
    )
    versions = queries.list_comment_versions(comment)
    texts = [comment.body_html, *(version.body_html for version in versions)]
    written = [comment.edited_at or comment.created_at, *(version.at for version in versions)]
    pairs = zip(texts, [*texts[1:], None], written, strict=True)
    return render_page(
        "feed/comment_history.html",
        comment=comment,
        post=comment.post,
        group=policies.shown_placements(member, comment.post)[0].group,
        changes=[
            (at, Markup(after if before is None else marked(before, after) or after))  # noqa: S704
            for after, before, at in pairs
        ],
    )


def _compared(
    reader: Member | None, post: Post, earlier: PostVersion | None, shown: PostVersion
) -> Comparison | None:
    """Compare a version with the one before it; None where there is none, or one was erased."""
    if earlier is None or earlier.is_hidden or shown.is_hidden:
        return None
    before, after = (services.post_of_version(post, each) for each in (earlier, shown))
    return compare(before, after, with_room=policies.may_read_room_address(reader, post))

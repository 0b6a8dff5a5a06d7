"""The bin: what one removed and can put back."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.queries import bin as queries
from grandequipe.feed.views.comments import lead_to_held
from grandequipe.feed.views.discussion import address_of
from grandequipe.members.identity import acting_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.pages import render_page


def show_bin() -> str:
    """List the posts and comments that one removed."""
    member = acting_member()
    return render_page(
        "feed/bin.html",
        posts=queries.list_removed_posts(member),
        comments=queries.list_removed_comments(member),
        days=IN_BIN.days,
    )


@repeatable("what is put back stays there")
def restore_post(post_id: int) -> ResponseReturnValue:
    """Put a post back."""
    author = acting_member()
    post = queries.get_removed_post(post_id, author)
    with atomic():
        restored = services.restore_post(author, post)
        is_read = any(each.is_published for each in restored)
    said = _("The post is back.") if is_read else _("A moderator will review the post first.")
    flash(said, "success")
    return redirect(url_for("feed.post_page", post_id=post_id), 303)


@repeatable("what is put back stays there")
def restore_comment(comment_id: int) -> ResponseReturnValue:
    """Put a comment back."""
    author = acting_member()
    comment = queries.get_removed_comment(comment_id, author)
    policies.require_reader(author, comment.post)
    with atomic():
        services.restore_comment(author, comment)
    if comment.is_removed:
        return lead_to_held(comment)
    flash(_("The comment is back."), "success")
    return redirect(address_of(comment.post, comment.id), 303)

"""Answering a post, and taking an answer back."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import CommentForm
from grandequipe.feed.queries import get_comment, get_post, get_said
from grandequipe.feed.views.discussion import address_of
from grandequipe.feed.views.posts import show_post
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.request_kind import wants_fragment


@takes(CommentForm)
@limited_form("comments")
def add_comment(post_id: int) -> ResponseReturnValue:
    """Answer a post, or a comment under it."""
    author, form = acting_member(), CommentForm()
    post = get_post(post_id, seen_by=author)
    if form.validate():
        try:
            with atomic():
                said = services.add_comment(
                    author, post, form.body_html.html, form.answered, form.written_in
                )
            return redirect(address_of(post, said.id), 303)
        except Invalid as refused:
            form.show(refused)
    return show_post(post, author, form), 422


def comment(post_id: int, comment_id: int) -> ResponseReturnValue:
    """Lead to a comment where it stands; an open page that learnt of it is given it alone."""
    member = viewer()
    post = get_post(post_id, seen_by=member)
    policies.require_reader(member, post)
    if not wants_fragment():
        return redirect(address_of(post, comment_id), 302)
    said = get_said(post, comment_id)
    return render_template(
        "feed/_comment.html",
        comment=said.comment,
        answers=said.answers,
        post=post,
        may_comment=policies.may_comment(member, post),
        removable=policies.removable_comments(member, post, [said.comment, *said.answers.items]),
    )


@repeatable("what is removed stays removed")
def remove_comment(comment_id: int) -> ResponseReturnValue:
    """Take a comment away, and lead to its place, which says so."""
    actor = acting_member()
    found = get_comment(comment_id, seen_by=actor)
    address = address_of(found.post, found.id)
    with atomic():
        services.remove_comment(actor, found)
    return redirect(address, 303)

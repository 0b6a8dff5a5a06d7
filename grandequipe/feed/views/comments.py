"""Answering a post, and taking an answer back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.attachments.forms import FILES_BODY
from grandequipe.attachments.services import Subject, attachable_files, describe_files
from grandequipe.attachments.views.receiving import receive_sent
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import CommentForm
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.models.posts import COMMENT_SUBJECT
from grandequipe.feed.queries import get_comment, get_post, get_said, is_shown
from grandequipe.feed.views.discussion import address_of
from grandequipe.feed.views.posts import show_post
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.bodies import reads_files
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.request_kind import wants_fragment


@reads_files(FILES_BODY)
@takes(CommentForm)
@limited_form("comments", previews=True)
def add_comment(post_id: int) -> ResponseReturnValue:
    """Answer a post, or a comment under it; the button that adds files writes nothing else."""
    author = acting_member()
    get_post(post_id, seen_by=author)
    received = receive_sent(author.id)
    post, form = get_post(post_id, seen_by=author), CommentForm()
    form.files.add(*received)
    if "preview" in request.form:
        return _ask_again(post, author, form), 422 if form.files.errors else 200
    if form.validate():
        try:
            with atomic():
                said = _add(author, post, form)
            if said.is_removed:
                return lead_to_held(said)
            return redirect(address_of(post, said.id), 303)
        except Invalid as refused:
            form.show(refused)
        except Conflict as refused:
            # The typed text is given back, though it cannot be sent now.
            form.form_errors.append(refused.message)
            return _ask_again(get_post(post_id, seen_by=author), author, form), 409
    return _ask_again(post, author, form), 422


def lead_to_held(said: Comment) -> ResponseReturnValue:
    """Show the author of a comment that it waits, where it stands for them."""
    flash(_("Thank you. A moderator will read your comment before the others do."), "success")
    anchor = f"held-{said.id}"
    return redirect(url_for("feed.post_page", post_id=said.post_id, _anchor=anchor), 303)


def _add(author: Member, post: Post, form: CommentForm) -> Comment:
    said = services.add_comment(
        author, post, form.body_html.html, form.answered, form.written_in, form.files.data
    )
    describe_files(said.files, form.files.descriptions, [Subject(COMMENT_SUBJECT, said.id)])
    return said


def _ask_again(post: Post, author: Member, form: CommentForm) -> str:
    form.files.shown = attachable_files(author, form.files.data)
    return show_post(post, author, form)


def comment(post_id: int, comment_id: int) -> ResponseReturnValue:
    """Lead to a comment where it stands; an open page that learnt of it is given it alone."""
    member = viewer()
    post = get_post(post_id, seen_by=member)
    policies.require_reader(member, post)
    if not wants_fragment():
        return redirect(address_of(post, comment_id), 302)
    said = get_said(post, comment_id, seen_by=member)
    return render_template(
        "feed/_comment.html",
        comment=said.comment,
        answers=said.answers,
        earlier_count=said.earlier_count,
        post=post,
        may_comment=policies.may_comment(member, post),
        removable=policies.removable_comments(member, post, [said.comment, *said.answers.items]),
    )


@takes(CommentForm)
@limited_form("edits")
@repeatable("sets what a comment says")
def edit_comment(comment_id: int) -> ResponseReturnValue:
    """Change what one said."""
    author = acting_member()
    found = get_comment(comment_id, seen_by=author)
    services.require_writable(author, found.post)
    require(policies.may_edit_comment(author, found), _l("You can’t edit this comment."))
    form, status = CommentForm(data=_typed(found)), 200
    if form.is_submitted() and form.validate():
        try:
            with atomic():
                services.edit_comment(author, found, form.body_html.html, form.written_in)
            return redirect(address_of(found.post, found.id), 303)
        except Invalid as refused:
            form.show(refused)
    if form.errors:
        status = 422
    return render_page(
        "feed/edit_comment.html",
        comment=found,
        post=found.post,
        group=policies.shown_placements(author, found.post)[0].group,
        form=form,
    ), status


def _typed(comment: Comment) -> dict[str, str]:
    return {"body_html": comment.body_html, "language": comment.language or ""}


@repeatable("what is removed stays removed")
def remove_comment(comment_id: int) -> ResponseReturnValue:
    """Take one's own comment away, and lead to its place where answers keep one.

    A moderator is asked for a reason first.
    """
    actor = acting_member()
    found = get_comment(comment_id, seen_by=actor, with_held=True)
    post = found.post
    if found.author_id != actor.id:
        require(policies.may_remove_comment(actor, found), services.MAY_NOT_REMOVE_COMMENT)
        return redirect(url_for("feed.moderate_comment", comment_id=comment_id), 303)
    with atomic():
        services.remove_comment(actor, found)
    said = _("The comment has been deleted. You can put it back from the bin for 30 days.")
    flash(said, "success")
    if is_shown(found):
        return redirect(address_of(post, comment_id), 303)
    return redirect(url_for("feed.post_page", post_id=post.id, _anchor="comments"), 303)

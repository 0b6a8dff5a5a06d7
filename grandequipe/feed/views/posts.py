"""A post's own page."""

from collections.abc import Sequence

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import find_claimed_elsewhere
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import CommentForm
from grandequipe.feed.models import BOOKMARK, Post
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.queries import bookmarks, find_proposal, get_post, load_whole
from grandequipe.feed.queries.bin import find_post_removed_by_others
from grandequipe.feed.queries.comments import list_held_comments
from grandequipe.feed.signals import post_shown
from grandequipe.feed.slots import (
    POST_ACTIONS,
    POST_DATES,
    POST_RESOURCE,
    POST_WEBINAR,
    REMOVED_POST,
)
from grandequipe.feed.views.discussion import discussion_around, requested_discussion, show_more
from grandequipe.feed.views.sharing import is_indexed, moved_to_words, sharing_of
from grandequipe.groups.policies import is_member
from grandequipe.groups.queries import find_membership
from grandequipe.link_previews.queries import list_previews
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.request_kind import is_page_view, wants_fragment
from grandequipe.web.slots import load_slot


def post_page(post_id: int, words: str | None = None) -> ResponseReturnValue:
    """Show a post and what is said under it, or more of that to an open page.

    Words in the address that are not those of its title lead to those: see `views.sharing`.
    """
    member = viewer()
    try:
        post = get_post(post_id, seen_by=member)
    except NotFound:
        removed = find_post_removed_by_others(post_id, member)
        if removed is None or wants_fragment():
            raise
        return _show_removed(removed), 410
    if wants_fragment():
        return show_more(post, member)
    if moved := moved_to_words(post, words):
        return moved
    if member and is_page_view():
        post_shown.send(current_app._get_current_object(), member=member, post=post)  # type: ignore[attr-defined]
    return show_post(post, member)


def _show_removed(post: Post) -> str:
    """Say to the author of a post that moderators removed it, with its text."""
    load_whole(post)
    return render_page("feed/removed_post.html", load_slot(REMOVED_POST, post=post), post=post)


def show_post(post: Post, member: Member | None, form: CommentForm | None = None) -> str:
    """Write a post's page, with the comment or the answer that is being written."""
    load_whole(post)
    is_answered = form is not None
    discussion = None
    if policies.may_read_thread(member, post):
        discussion = (
            discussion_around(post, form.answered, member)
            if form
            else requested_discussion(post, member)
        )
    may_comment, may_react = policies.may_comment(member, post), policies.may_react(member, post)
    is_answer = form and discussion and form.answered in discussion.answerable and may_comment
    answer = form if is_answer else None
    if (form is None or answer) and may_comment:
        form = CommentForm(formdata=None)
    may_edit = policies.may_edit_post(member, post)
    placements = policies.shown_placements(member, post)
    place = placements[0]
    marks = bookmarks.find_marks(member, [post])[post.id]
    sharing = sharing_of(post)
    allow_index(sharing.url, is_public=is_indexed(post) and not is_answered)
    return render_page(
        "feed/post.html",
        load_slot(POST_ACTIONS, post=post),
        load_slot(POST_WEBINAR, post=post, reader=member),
        load_slot(POST_RESOURCE, post=post, reader=member),
        load_slot(POST_DATES, post=post),
        post=post,
        sharing=sharing,
        files=post.files,
        previews=list_previews(POST_SUBJECT, post.id) if post.has_links else (),
        undescribed=_undescribed_by(member, post) if may_edit else (),
        place=place,
        placements=placements,
        elsewhere=len([each for each in placements[1:] if each.is_published]),
        discussion=discussion,
        held=list_held_comments(post, member) if member and post.has_held_comments else (),
        form=form if may_react else None,
        answer=answer,
        reacted=marks,
        bookmark=bookmarks.find_bookmark(member, post) if member and BOOKMARK in marks else None,
        is_member=is_member(member, place.group),
        membership=find_membership(member, policies.banning_group(member, post) or place.group),
        may_comment=may_comment,
        owes=policies.charter_before_comment(member, post) if member and may_comment else None,
        may_react=may_react,
        may_lock=policies.may_lock(member, post),
        highlightable=[each for each in placements if policies.may_highlight(member, each)],
        sanctioning=policies.sanctioning_groups(member, post, post.author),
        may_edit=may_edit,
        to_approve=[each for each in placements if policies.may_approve(member, each)],
        may_place=policies.may_arrange(member, post),
        proposal=find_proposal(post, member) if may_edit and post.has_proposal else None,
        removable=policies.removable_comments(
            member, post, discussion.comments if discussion else ()
        ),
    )


def _undescribed_by(member: Member | None, post: Post) -> Sequence[File]:
    """List the pictures of which their author has not said what they show, and can."""
    if member is None or member.id != post.author_id:
        return ()
    files = [file for file in post.files if file.is_ready and file.lacks_alternative]
    if not files:
        return ()
    described_by = services.subjects_described_by(member, post)
    fixed = find_claimed_elsewhere([file.id for file in files], described_by)
    return [file for file in files if file.id not in fixed]


@repeatable("what is removed stays removed")
def remove_post(post_id: int) -> ResponseReturnValue:
    """Take one's own post away; a moderator is asked for a reason first."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    if member.id != post.author_id:
        require(policies.may_remove_post(member, post), services.MAY_NOT_REMOVE_POST)
        return redirect(url_for("feed.moderate_post", post_id=post_id), 303)
    group = policies.shown_placements(member, post)[0].group
    group_address = url_for("feed.group_page", slug=group.slug)
    with atomic():
        services.remove_post(member, post, with_later="later" in request.form)
    said = _("The post has been deleted. You can put it back from the bin for 30 days.")
    flash(said, "success")
    return redirect(group_address, 303)

"""Saying something with one touch."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies
from grandequipe.feed.models import Comment, Post, ReactionName
from grandequipe.feed.queries import find_reactions, get_comment, get_post, get_said
from grandequipe.feed.services import (
    add_reaction,
    react_to_comment as add_to_comment,
    remove_reaction,
    take_back_from_comment,
)
from grandequipe.feed.views.discussion import address_of
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.web.request_kind import wants_fragment


@limited("reactions")
@unkeyed("says what is on or off; its form stands in cards that are kept")
def react(post_id: int) -> ResponseReturnValue:
    """Say one word about a post or take it back; when only read, show what was said."""
    if request.method == "GET":
        member = viewer()
        post = get_post(post_id, seen_by=member)
        policies.require_reader(member, post)
        return _shown(post, member)
    actor = acting_member()
    post = get_post(post_id, seen_by=actor)
    with atomic():
        if "take_back" in request.form:
            remove_reaction(actor, post, _name("take_back"))
        else:
            add_reaction(actor, post, _name("add"))
    if wants_fragment():
        return _shown(post, actor)
    address = url_for("feed.post_page", post_id=post.id, _anchor=f"reactions-{post.id}")
    return redirect(address, 303)


@limited("reactions")
@unkeyed("says what is on or off; its form stands under each comment")
def react_to_comment(comment_id: int) -> ResponseReturnValue:
    """Say one word about a comment or take it back; when only read, show what can be said."""
    if request.method == "GET":
        member = viewer()
        comment = get_comment(comment_id, seen_by=member)
        return _shown_of_comment(comment, member)
    actor = acting_member()
    comment = get_comment(comment_id, seen_by=actor)
    with atomic():
        if "take_back" in request.form:
            take_back_from_comment(actor, comment, _name("take_back"))
        else:
            add_to_comment(actor, comment, _name("add"))
    if wants_fragment():
        return _shown_of_comment(comment, actor)
    return redirect(address_of(comment.post, comment.id), 303)


def _shown_of_comment(comment: Comment, member: Member | None) -> str:
    """Give the buttons to an open page, and as a page of their own where no script runs."""
    shown = {
        "comment": get_said(comment.post, comment.id, seen_by=member).comment,
        "may_react": policies.may_react(member, comment.post),
    }
    if wants_fragment():
        return render_template("feed/_comment_reactions.html", **shown)
    group = policies.shown_placements(member, comment.post)[0].group
    return render_page("feed/react.html", post=comment.post, group=group, **shown)


def _name(field: str) -> ReactionName:
    try:
        return ReactionName(request.form.get(field, ""))
    except ValueError:
        raise Invalid({field: _("That isn’t one of the four reactions.")}) from None


def _shown(post: Post, member: Member | None) -> str:
    return render_template(
        "feed/_reactions.html",
        post=post,
        reacted=find_reactions(member, [post])[post.id],
        may_react=policies.may_react(member, post),
    )

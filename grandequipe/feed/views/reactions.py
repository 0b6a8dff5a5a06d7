"""Saying something with one touch."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies
from grandequipe.feed.models import Post, ReactionName
from grandequipe.feed.queries import find_reactions, get_post
from grandequipe.feed.services import add_reaction, remove_reaction
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import unkeyed
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

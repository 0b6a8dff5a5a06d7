"""« Qui a déjà fait cela ? » on the page of a call or a question."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.transactions import atomic
from grandequipe.directory.policies import may_ask_experience
from grandequipe.directory.queries.experience import find_question
from grandequipe.directory.services.experience import ask_experience
from grandequipe.feed.models import Post
from grandequipe.feed.queries import get_post
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import repeatable
from grandequipe.web.rate_limits import limited
from grandequipe.web.slots import Variables


@limited("managing")
@repeatable("a post is asked of once")
def ask(post_id: int) -> ResponseReturnValue:
    """Ask members who agreed whether they have done what a post asks for."""
    author = acting_member()
    post = get_post(post_id, seen_by=author)
    try:
        with atomic():
            count = ask_experience(author, post)
    except Conflict as conflict:
        flash(conflict.message, "info")
    except Invalid as refused:
        flash(next(iter(refused.errors.values())), "danger")
    else:
        flash(ngettext("%(num)d member finds your question in their notifications.",
                       "%(num)d members find your question in their notifications.", count),
              "success")  # fmt: skip
    return redirect(url_for("feed.post_page", post_id=post_id), 303)


def load_question(post: Post) -> Variables | None:
    """Load whether the reader of a post may ask who has done this, or has asked."""
    member = viewer()
    if member is None or not may_ask_experience(member, post):
        return None
    return {"was_asked": find_question(post.id) is not None}

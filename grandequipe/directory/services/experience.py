"""« Qui a déjà fait cela ? »: asking members who agreed, and whom themes and territory fit."""

from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import insert, select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.policies import require
from grandequipe.directory.events import ExperienceAsked
from grandequipe.directory.models import ExperienceQuestion, ExperienceRecipient
from grandequipe.directory.policies import may_ask_experience
from grandequipe.directory.queries.experience import count_asked_by, find_experienced
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.members.models import Member

MOST_A_WEEK = 3
WEEK = timedelta(days=7)


def ask_experience(author: Member, post: Post) -> int:
    """Ask members whom a post fits, once; return how many.

    Raises Refused for others than its author, Conflict where it was asked already, Invalid of
    `limit` where nobody fits, or where the author asked often.
    """
    # Of two who press at once, the second waits and finds what the first wrote.
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True))
    require(may_ask_experience(author, post), _l("Only its author can ask this of a call or a "
                                                 "question."))  # fmt: skip
    if db.session.get(ExperienceQuestion, post.id) is not None:
        raise Conflict(_("You have asked this already."))
    if count_asked_by(author, clock.now() - WEEK) >= MOST_A_WEEK:
        raise Invalid({"limit": _("You have asked this of %(number)d posts this week. Wait a few "
                                  "days.", number=MOST_A_WEEK)})  # fmt: skip
    people = find_experienced(post, author)
    if not people:
        raise Invalid({"limit": _("No member who agreed to be asked fits the themes and "
                                  "territories of this post.")})  # fmt: skip
    question = {"post_id": post.id, "author_id": author.id, "asked_at": clock.now()}
    db.session.execute(insert(ExperienceQuestion).values(question))
    rows = [{"post_id": post.id, "member_id": id} for id in people]
    db.session.execute(insert(ExperienceRecipient), rows)
    record(author.stream, ExperienceAsked(subject_id=post.id, actor_id=author.id))
    return len(people)

"""Saying something with one touch."""

from typing import Any

from flask_babel import lazy_gettext as _l

from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import ReactionChanged
from grandequipe.feed.models import Post, ReactionName
from grandequipe.feed.services.counters import (
    add_reaction_statement,
    expire_counters,
    remove_reaction_statement,
)
from grandequipe.feed.services.texts import hold_memberships, hold_post, record_in_groups
from grandequipe.members.models import Member


def add_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Say it; saying it twice changes nothing."""
    _write(member, post, add_reaction_statement(name))


def remove_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Take it back; nothing happens where it was never said."""
    _write(member, post, remove_reaction_statement(name))


def _write(member: Member, post: Post, statement: Any) -> None:
    hold_memberships(member, [placement.group for placement in post.published])
    hold_post(post)
    require(policies.may_react(member, post), _l("Join the group to react."))
    params = {"post": post.id, "member": member.id}
    if db.session.connection().execute(statement, params).first() is None:
        return
    expire_counters(post)
    record_in_groups(
        post,
        lambda group: ReactionChanged(subject_id=post.id, actor_id=member.id, group_id=group.id),
    )

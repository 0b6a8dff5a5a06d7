"""Saying something with one touch."""

from typing import Any

from flask_babel import lazy_gettext as _l

from grandequipe.core.events import broadcast
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import ReactionCounts
from grandequipe.feed.models import Post, ReactionName
from grandequipe.feed.services.counters import (
    add_reaction_statement,
    expire_counters,
    remove_reaction_statement,
)
from grandequipe.feed.services.texts import hold_memberships, hold_post
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
    counted = db.session.connection().execute(statement, params).first()
    if counted is None:
        return
    expire_counters(post)
    *counts, at = counted
    reactions = {name.value: count for name, count in zip(ReactionName, counts, strict=True)}
    changes = [
        (
            placement.group.stream,
            ReactionCounts(
                subject_id=post.id,
                at=at,
                actor_id=member.id,
                group_slug=placement.group.slug,
                reactions={name: count for name, count in reactions.items() if count},
            ),
        )
        for placement in post.published
    ]
    # The values are those of the commit: the counters are locked until then.
    broadcast(lambda: changes)

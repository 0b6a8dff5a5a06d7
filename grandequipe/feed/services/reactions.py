"""Saying something with one touch."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from grandequipe.core.events import broadcast
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import CommentReactionCounts, ReactionCounts
from grandequipe.feed.models import Comment, Post, ReactionName
from grandequipe.feed.services.counters import (
    TO_COMMENT,
    TO_POST,
    add_reaction_statement,
    erase_reactions_statement,
    expire_counters,
    remove_reaction_statement,
)
from grandequipe.feed.services.texts import hold_memberships, hold_post
from grandequipe.groups.services import require_to_write
from grandequipe.members.models import Member


def add_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Say it; saying it twice changes nothing."""
    if counted := _write(member, post, post.id, add_reaction_statement(TO_POST, name)):
        _announce(member, post, counted)


def remove_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Take it back; nothing happens where it was never said."""
    if counted := _write(member, post, post.id, remove_reaction_statement(TO_POST, name)):
        _announce(member, post, counted)


def react_to_comment(member: Member, comment: Comment, name: ReactionName) -> None:
    """Say it of a comment."""
    statement = add_reaction_statement(TO_COMMENT, name)
    if counted := _write(member, comment.post, comment.id, statement):
        _announce(member, comment, counted)


def take_back_from_comment(member: Member, comment: Comment, name: ReactionName) -> None:
    """Take it back."""
    statement = remove_reaction_statement(TO_COMMENT, name)
    if counted := _write(member, comment.post, comment.id, statement):
        _announce(member, comment, counted)


def erase_reactions_to_comments(member: Member) -> None:
    """Delete what a member said of comments by one touch, and count it no more."""
    for name in ReactionName:
        statement = erase_reactions_statement(TO_COMMENT, name)
        db.session.connection().execute(statement, {"member": member.id})
    db.session.expire_all()


def _write(member: Member, post: Post, subject_id: int, statement: Any) -> Row[Any] | None:
    """Run a statement for a member who may react; give the counts where it changed any."""
    groups = [placement.group for placement in post.published]
    hold_memberships(member, groups)
    hold_post(post)
    require_to_write(
        member, policies.may_react(member, post), groups, _l("Join the group to react.")
    )
    params = {"subject": subject_id, "member": member.id}
    return db.session.connection().execute(statement, params).first()


def _announce(member: Member, subject: Post | Comment, counted: Row[Any]) -> None:
    """Broadcast the counts of a post or a comment to all who read it."""
    at: datetime = counted[-1]
    counts: tuple[int, ...] = counted[:-1]
    said = {name.value: count for name, count in zip(ReactionName, counts, strict=True) if count}
    values: dict[str, Any] = {"subject_id": subject.id, "at": at, "actor_id": member.id}
    value: Callable[..., ReactionCounts]
    if isinstance(subject, Post):
        post, value = subject, partial(ReactionCounts, **values, reactions=said)
        expire_counters(post)
    else:
        post = subject.post
        value = partial(CommentReactionCounts, **values, reactions=said, post=post.id)
        db.session.expire(subject, ["counters"])
    changes = [
        (placement.group.stream, value(group_slug=placement.group.slug))
        for placement in post.published
    ]
    # The values are those of the commit: the counters are locked until then.
    broadcast(lambda: changes)

"""Saying something with one touch."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import ReactionChanged
from grandequipe.feed.models import Post, Reaction, ReactionName
from grandequipe.feed.services.texts import hold_memberships, hold_post, record_in_groups
from grandequipe.members.models import Member


def add_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Say it; saying it twice changes nothing."""
    hold_memberships(member, [placement.group for placement in post.published])
    hold_post(post)
    require(policies.may_react(member, post), _l("Join the group to react."))
    said = db.session.execute(
        insert(Reaction)
        .values(post_id=post.id, member_id=member.id, name=name)
        .on_conflict_do_nothing()
        .returning(Reaction.post_id)
    ).first()
    if said:
        _recount(member, post)


def remove_reaction(member: Member, post: Post, name: ReactionName) -> None:
    """Take it back; nothing happens where it was never said."""
    hold_memberships(member, [placement.group for placement in post.published])
    hold_post(post)
    require(policies.may_react(member, post), _l("Join the group to react."))
    taken = db.session.execute(
        delete(Reaction)
        .where(
            Reaction.post_id == post.id,
            Reaction.member_id == member.id,
            Reaction.name == name,
        )
        .returning(Reaction.post_id)
    ).first()
    if taken:
        _recount(member, post)


def _recount(member: Member, post: Post) -> None:
    """Count again under the post's lock, so that two at once are both counted."""
    # NO KEY UPDATE: each reaction of someone else's points to the post and so holds a share of it;
    # two who asked for all of it would wait for each other forever.
    db.session.execute(select(Post.id).where(Post.id == post.id).with_for_update(key_share=True))
    counted = db.session.execute(
        select(Reaction.name, func.count())
        .where(Reaction.post_id == post.id)
        .group_by(Reaction.name)
    )
    counts = {name.value: number for name, number in counted}
    db.session.execute(
        update(Post)
        .where(Post.id == post.id)
        .values(reaction_counts=counts, version=Post.version + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(post, ["reaction_counts", "version"])
    record_in_groups(
        post,
        lambda group: ReactionChanged(subject_id=post.id, actor_id=member.id, group_id=group.id),
    )

"""Random sequences of moderating acts: the log, the state, visibility and counters agree."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound, Refused
from grandequipe.core.moderation_log import Act, LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Placement, Post, PostCounters, Removal
from grandequipe.feed.policies import may_comment, may_publish
from grandequipe.feed.queries import visible_to
from grandequipe.feed.services import (
    approve_post,
    feature_post,
    lock_comments,
    pin_post,
    refuse_post,
    remove_comment,
    remove_post,
    return_post,
    take_out,
)
from grandequipe.feed.services.bulk_removal import remove_contents, restore_contents
from grandequipe.groups.models import Membership, MembershipState, Sanction, SanctionKind
from grandequipe.groups.policies import is_banned, is_muted
from grandequipe.groups.services import (
    ban_member,
    join_group,
    lift_sanction,
    mute_member,
    remove_member,
    warn_member,
)
from grandequipe.members.models import Member
from grandequipe.moderation.models import Decision, DecisionKind, SubjectType
from tests.factories import Cast, make_comment, make_post

STEPS = 25
WHY = "Hors sujet."
BEFORE_ALL = {"year": 2000, "month": 1, "day": 1}
# What the log says of an act, and how the state shows it: counted at the end.
LOGGED = {
    Act.MEMBER_WARNED: SanctionKind.WARNING,
    Act.MEMBER_MUTED: SanctionKind.MUTE,
    Act.MEMBER_BANNED: SanctionKind.BAN,
}


# What the log says of an act on somebody else, and the kind of decision that gives the reasons.
DECIDED = {
    Act.MEMBER_REMOVED: (DecisionKind.EXPEL, SubjectType.MEMBER),
    Act.COMMENTS_LOCKED: (DecisionKind.LOCK, SubjectType.POST),
    Act.COMMENT_REMOVED: (DecisionKind.REMOVE, SubjectType.COMMENT),
    Act.POST_REMOVED: (DecisionKind.REMOVE, SubjectType.POST),
    Act.CONTENTS_REMOVED: (DecisionKind.REMOVE, SubjectType.MEMBER),
    Act.MEMBER_WARNED: (DecisionKind.WARN, SubjectType.MEMBER),
    Act.MEMBER_MUTED: (DecisionKind.MUTE, SubjectType.MEMBER),
    Act.MEMBER_BANNED: (DecisionKind.BAN, SubjectType.MEMBER),
}


class Community:
    """Two groups, their moderators, and members who write; acts are drawn from a seed."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random = cast, random.Random(seed)
        self.groups = (cast.ess, cast.moderated)
        self.done: list[str] = []

    def act(self) -> None:
        """Carry one act out, or have it refused: then nothing has changed."""
        name, act = self.random.choice(list(ACTS.items()))
        before = snapshot()
        try:
            with atomic():
                act(self)
        except (Conflict, Invalid, NotFound, Refused):
            assert snapshot() == before, f"a refused {name} changed something after {self.done}"
        else:
            self.done.append(name)

    def any(self, model: Any) -> Any:
        """Give any row of a table; raise NotFound where it is empty."""
        ids = db.session.scalars(select(model.id).order_by(model.id)).all()
        if not ids:
            raise NotFound
        return db.session.get_one(model, self.random.choice(ids))

    @property
    def group(self) -> Any:
        """Draw a group."""
        return self.random.choice(self.groups)

    @property
    def moderator(self) -> Member:
        """Draw a person who acts: moderators of all, and one of none."""
        return self.random.choice((self.cast.amina, self.cast.bruno, self.cast.chloe))

    @property
    def writer(self) -> Member:
        """Draw a person who is acted on."""
        return self.random.choice((self.cast.chloe, self.cast.driss, self.cast.bruno))


def _since(community: Community) -> Any:
    del community
    return clock.now().replace(**BEFORE_ALL)


ACTS: dict[str, Callable[[Community], object]] = {
    "warn": lambda c: warn_member(c.moderator, c.group, c.writer, WHY),
    "mute": lambda c: mute_member(c.moderator, c.group, c.writer, WHY),
    "ban": lambda c: ban_member(c.moderator, c.group, c.writer, WHY),
    "expel": lambda c: remove_member(c.moderator, c.group, c.writer, WHY),
    "lift": lambda c: lift_sanction(c.moderator, c.any(Sanction)),
    "join": lambda c: join_group(c.writer, c.group),
    "approve": lambda c: approve_post(c.moderator, (post := c.any(Post)), post.text_version),
    "refuse": lambda c: refuse_post(c.moderator, c.any(Post), WHY),
    "return": lambda c: return_post(c.moderator, c.any(Post), WHY),
    "remove": lambda c: remove_post(c.moderator, c.any(Post), WHY),
    "take out": lambda c: take_out(c.moderator, c.any(Post), c.group, WHY),
    "pin": lambda c: pin_post(c.moderator, c.any(Post), c.group, pinned=c.random.random() > 0.3),
    "feature": lambda c: feature_post(c.moderator, c.any(Post), c.group, featured=True),
    "lock": lambda c: lock_comments(c.moderator, c.any(Post), locked=c.random.random() > 0.5),
    "remove comment": lambda c: remove_comment(c.moderator, c.any(Comment), WHY),
    "remove all": lambda c: remove_contents(c.moderator, c.group, c.writer, _since(c), WHY),
    "restore all": lambda c: restore_contents(c.moderator, c.any(Removal)),
}


def snapshot() -> dict[str, Any]:
    """Read all that moderating acts change, but the log."""
    db.session.expire_all()
    tables = {
        Placement: (
            Placement.id, Placement.status, Placement.pinned, Placement.featured,
            Placement.returned, Placement.refusal, Placement.published_at,
            Placement.decided_by_id, Placement.decided_at,
        ),
        Comment: (Comment.id, Comment.removed_at, Comment.removed_by_id),
        PostCounters: (PostCounters.post_id, PostCounters.comment_count),
        Sanction: (Sanction.id, Sanction.lifted_at),
        Removal: (Removal.id, Removal.restored_at),
        LogEntry: (LogEntry.id,),
    }  # fmt: skip
    return {
        model.__name__: db.session.execute(select(*columns).order_by(columns[0])).all()
        for model, columns in tables.items()
    }


def check_all(community: Community) -> None:
    """Check that the counters, the log, the sanctions and what is seen agree with the rows."""
    db.session.expire_all()
    cast = community.cast
    present = (
        select(Comment.post_id, func.count())
        .where(Comment.removed_at.is_(None))
        .group_by(Comment.post_id)
    )
    counted = select(PostCounters.post_id, PostCounters.comment_count).where(
        PostCounters.comment_count > 0
    )
    assert dict(db.session.execute(counted).all()) == dict(db.session.execute(present).all())
    acts = db.session.scalars(select(LogEntry.act)).all()
    kinds = db.session.scalars(select(Sanction.kind)).all()
    for act, kind in LOGGED.items():
        assert acts.count(act) == kinds.count(kind), act
    decided = db.session.execute(select(Decision.kind, Decision.subject_type)).all()
    assert {act: acts.count(act) for act in DECIDED} == {
        act: decided.count(kind_and_subject) for act, kind_and_subject in DECIDED.items()
    }
    restored = db.session.scalars(select(Removal.restored_at)).all()
    assert acts.count(Act.CONTENTS_REMOVED) == len(restored)
    assert acts.count(Act.CONTENTS_RESTORED) == len([each for each in restored if each])
    for group in community.groups:
        pinned = select(func.count()).where(Placement.group_id == group.id, Placement.pinned)
        assert (db.session.scalar(pinned) or 0) <= 3
        active = select(func.count()).where(
            Membership.group_id == group.id, Membership.state == MembershipState.ACTIVE
        )
        assert db.session.scalar(active) == group.member_count
        for person in (cast.chloe, cast.driss, cast.bruno):
            in_force = [
                each.kind
                for each in db.session.query(Sanction).filter_by(
                    group_id=group.id, member_id=person.id
                )
                if each.is_in_force
            ]
            assert is_banned(person, group) == (SanctionKind.BAN in in_force)
            if is_muted(person, group):
                assert SanctionKind.MUTE in in_force
            if in_force:
                assert not may_publish(person, group)
    seen = set(db.session.scalars(select(Post.id).where(visible_to(None))))
    published = set(
        db.session.scalars(select(Placement.post_id).where(Placement.status == "published"))
    )
    assert seen == published, "both groups are public"
    for post in db.session.query(Post).filter(Post.id.in_(published)):
        if any(is_banned(cast.chloe, each.group) for each in post.published):
            assert not may_comment(cast.chloe, post)


@pytest.mark.parametrize("seed", range(4))
def test_log_state_visibility_and_counters_agree_after_any_acts(cast: Cast, seed: int) -> None:
    with atomic():
        join_group(cast.driss, cast.ess)
    for group in (cast.ess, cast.moderated):
        for author in (cast.chloe, cast.bruno):
            post = make_post(author, group)
            if post.is_published:
                make_comment(cast.amina, post)
                make_comment(cast.chloe, post)
    community = Community(cast, seed)
    for _step in range(STEPS):
        community.act()
    check_all(community)
    assert community.done, "some act was carried out"


@pytest.mark.parametrize("seed", range(2))
def test_undoing_a_bulk_removal_gives_back_the_state_that_any_acts_had_left(
    cast: Cast, seed: int
) -> None:
    for group in (cast.ess, cast.moderated):
        for _number in range(2):
            post = make_post(cast.chloe, group)
            if post.is_published:
                make_comment(cast.chloe, post)
    community = Community(cast, 100 + seed)
    for _step in range(STEPS // 2):
        community.act()
    make_post(cast.amina, cast.ess)
    fresh = ("Placement", "Comment", "PostCounters")
    before = {name: snapshot()[name] for name in fresh}
    try:
        with atomic():
            removal = remove_contents(cast.amina, cast.ess, cast.chloe, _since(community), WHY)
    except Conflict:
        return
    with atomic():
        restore_contents(cast.amina, removal)
    assert {name: snapshot()[name] for name in fresh} == before

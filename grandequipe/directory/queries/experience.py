"""Finding members who may have done what a post asks for, among those who agreed to be asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from grandequipe.directory.models import ExperienceQuestion, MessageBlock
from grandequipe.extensions import db
from grandequipe.feed.models import Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED
from grandequipe.groups.models import Group, Membership, MembershipState, Visibility
from grandequipe.members.models import Member, MemberProfile, member_theme
from grandequipe.taxonomies.models import Territory

MOST_ASKED = 15


def find_question(post_id: int) -> ExperienceQuestion | None:
    """Find what was asked of a post."""
    return db.session.get(ExperienceQuestion, post_id)


def count_asked_by(author: Member, since: datetime) -> int:
    """Count of how many posts an author asked since an instant."""
    query = select(func.count()).where(
        ExperienceQuestion.author_id == author.id, ExperienceQuestion.asked_at > since
    )
    return db.session.scalar(query) or 0


def find_experienced(post: Post, author: Member) -> Sequence[int]:
    """Find up to 15 members who agreed to be asked, read the post, and fit.

    They have one of its themes, where it has any, and are within its territories or in one that
    holds them, where it has any; those nearest come first. A post with neither fits nobody.
    """
    themes = [theme.id for theme in post.themes]
    codes = [territory.code for territory in post.territories]
    if not themes and not codes:
        return []
    blocks = exists().where(
        or_(
            and_(MessageBlock.member_id == Member.id, MessageBlock.blocked_id == author.id),
            and_(MessageBlock.member_id == author.id, MessageBlock.blocked_id == Member.id),
        )
    )
    query = (
        select(Member.id)
        .join(MemberProfile, MemberProfile.member_id == Member.id)
        .where(
            MemberProfile.answers_questions,
            Member.active,
            Member.confirmed_at.is_not(None),
            Member.id != author.id,
            _reads(post),
            ~blocks,
        )
    )
    if themes:
        has_theme = exists().where(
            member_theme.c.member_id == Member.id, member_theme.c.theme_id.in_(themes)
        )
        query = query.where(has_theme)
    nearest: Any = literal(0)
    if codes:
        within, above = _within(codes), _above(codes)
        query = query.where(
            or_(MemberProfile.territory_code.in_(within), MemberProfile.territory_code.in_(above))
        )
        nearest = case((MemberProfile.territory_code.in_(codes), 0), else_=1)
    # Of those who fit alike, others are asked by the next post.
    turn = func.hashint8(Member.id + post.id)
    return db.session.scalars(query.order_by(nearest, turn, Member.id).limit(MOST_ASKED)).all()


def _reads(post: Post) -> Any:
    belongs = exists().where(
        Membership.group_id == Group.id,
        Membership.member_id == Member.id,
        Membership.state == MembershipState.ACTIVE,
    )
    return exists().where(
        Placement.post_id == post.id,
        PUBLISHED,
        Group.id == Placement.group_id,
        or_(Group.visibility == Visibility.PUBLIC, belongs.correlate(Group, Member)),
    ).correlate(Member)  # fmt: skip


def _within(codes: Sequence[str]) -> Any:
    inside = select(Territory.code).where(Territory.code.in_(codes)).cte("inside", recursive=True)
    child = aliased(Territory)
    inside = inside.union(select(child.code).join(inside, child.parent_code == inside.c.code))
    return select(inside.c.code)


def _above(codes: Sequence[str]) -> Any:
    """Select the départements and régions that hold territories, and what stands beside them there.

    A commune's neighbours in the département fit, too.
    """
    parents = select(Territory.parent_code).where(Territory.code.in_(codes))
    return select(Territory.code).where(
        or_(Territory.code.in_(parents), Territory.parent_code.in_(parents)),
        Territory.kind != "region",
    )

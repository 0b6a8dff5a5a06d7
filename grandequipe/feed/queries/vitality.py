"""How alive a group is, in figures of twelve weeks, and whom its moderators might write to.

Each statement reads one index of the group within twelve weeks: the group's stream by kind of
event, or its placements by date. Events are kept for longer than that.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, cast, exists, func, not_, or_, select, union
from sqlalchemy.orm import contains_eager

from grandequipe.core import clock
from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from grandequipe.feed.events import CommentAdded
from grandequipe.feed.models import Comment, Kind, Placement, Post
from grandequipe.feed.queries.member_history import commented_since, posted_since
from grandequipe.feed.queries.visibility import LISTED, PUBLISHED
from grandequipe.groups.events import MemberJoined, MemberLeft
from grandequipe.groups.models import Group, Level, Membership, MembershipState
from grandequipe.members.models import Member

WEEKS = 12
A_WEEK = timedelta(days=7)
# A figure about fewer people would be about each of them.
FEWEST_PEOPLE = 5
NEW, SILENT = timedelta(days=30), timedelta(days=28)
MOST_LISTED = 50


@dataclass(frozen=True)
class Week:
    """What happened in seven days that began on `since`; people are None for one to four."""

    since: datetime
    members: int | None
    active: int | None
    posts: Mapping[Kind, int]
    answers: int
    unanswered: int

    @property
    def post_count(self) -> int:
        """Count the posts of all kinds."""
        return sum(self.posts.values())


class Unanswered(NamedTuple):
    """A post without an answer, and its author."""

    post: Post
    author: Member


def find_weeks(group: Group) -> Sequence[Week] | None:
    """Give the last twelve weeks, oldest first; None for a group of fewer than five people."""
    if group.member_count < FEWEST_PEOPLE:
        return None
    now = clock.now()
    begins = [now - A_WEEK * (WEEKS - number) for number in range(WEEKS)]
    params = _Numbers(group, begins[0])
    posts, answers, unanswered = params.posts(), params.answers(), params.unanswered()
    active, members = params.active(), params.members()
    return [
        Week(
            since=since,
            members=of_people(members[number]),
            active=of_people(active.get(number, 0)),
            posts={kind: posts.get((number, kind), 0) for kind in Kind},
            answers=answers.get(number, 0),
            unanswered=unanswered.get(number, 0),
        )
        for number, since in enumerate(begins)
    ]


def of_people(number: int) -> int | None:
    """Give a number of people; None for one to four."""
    return number if number == 0 or number >= FEWEST_PEOPLE else None


def number_of_week(at: Any, since: datetime) -> Any:
    """Say in which week an instant is, 0 for the one that begins on `since`."""
    seconds = func.extract("epoch", at - since)
    return cast(func.floor(seconds / A_WEEK.total_seconds()), Integer).label("week")


class _Numbers:
    """The statements behind the figures of a group since an instant, by the number of the week."""

    def __init__(self, group: Group, since: datetime) -> None:
        self.group, self.since = group, since

    def _placed(self) -> Any:
        return and_(
            Placement.group_id == self.group.id, LISTED, Placement.published_at >= self.since
        )

    def _recorded(self, *kinds: str) -> Any:
        return and_(
            EventRecord.stream_id == self.group.stream_id,
            EventRecord.kind.in_(kinds),
            EventRecord.at >= self.since,
        )

    def posts(self) -> Mapping[tuple[int, Kind], int]:
        """Count posts by week and kind."""
        week = number_of_week(Placement.published_at, self.since)
        query = select(week, Placement.kind, func.count()).where(self._placed())
        rows = db.session.execute(query.group_by(week, Placement.kind))
        return {(number, kind): count for number, kind, count in rows}

    def answers(self) -> Mapping[int, int]:
        """Count comments by week."""
        week = number_of_week(EventRecord.at, self.since)
        query = select(week, func.count()).where(self._recorded(CommentAdded.kind))
        return dict(db.session.execute(query.group_by(week)).all())

    def unanswered(self) -> Mapping[int, int]:
        """Count the posts of each week that have no answer yet."""
        week = number_of_week(Placement.published_at, self.since)
        query = select(week, func.count()).join(Placement.post)
        query = query.where(self._placed(), _is_unanswered())
        return dict(db.session.execute(query.group_by(week)).all())

    def active(self) -> Mapping[int, int]:
        """Count the people who published or commented in each week."""
        week = number_of_week(Placement.published_at, self.since)
        authors = select(week, Post.author_id.label("member")).join(Placement.post)
        week = number_of_week(EventRecord.at, self.since)
        commenters = select(week, EventRecord.actor_id).where(self._recorded(CommentAdded.kind))
        people = union(authors.where(self._placed()), commenters).subquery()
        query = select(people.c.week, func.count()).group_by(people.c.week)
        return dict(db.session.execute(query).all())

    def members(self) -> Sequence[int]:
        """Count the members at the end of each week: those of today without what came since."""
        week = number_of_week(EventRecord.at, self.since)
        query = select(week, EventRecord.kind, func.count()).where(
            self._recorded(MemberJoined.kind, MemberLeft.kind)
        )
        change: Counter[int] = Counter()
        for number, kind, count in db.session.execute(query.group_by(week, EventRecord.kind)):
            change[number] += count if kind == MemberJoined.kind else -count
        after, numbers = self.group.member_count, []
        for number in reversed(range(WEEKS)):
            numbers.append(max(0, after))
            after -= change[number]
        return numbers[::-1]


def _is_unanswered() -> Any:
    answered = exists().where(
        Comment.post_id == Placement.post_id,
        Comment.author_id != Post.author_id,
        Comment.removed_at.is_(None),
    )
    return not_(answered)


def list_newcomers(group: Group, seen_by: Member) -> Sequence[Member]:
    """List who joined in the last 30 days, newest first."""
    now = clock.now()
    query = _members(group, seen_by).where(Membership.since > now - NEW)
    return db.session.scalars(query.order_by(Membership.since.desc(), Member.id)).all()


def list_silent(group: Group, seen_by: Member) -> Sequence[Member]:
    """List who wrote in the last twelve weeks, and not in the last four."""
    now = clock.now()
    lately, before = now - SILENT, now - A_WEEK * WEEKS
    authors = (
        select(Post.author_id)
        .join(Placement, Placement.post_id == Post.id)
        .where(Placement.group_id == group.id, PUBLISHED, Placement.published_at >= before)
    )
    commenters = select(EventRecord.actor_id).where(
        EventRecord.stream_id == group.stream_id,
        EventRecord.kind == CommentAdded.kind,
        EventRecord.at >= before,
    )
    query = _members(group, seen_by).where(
        Member.id.in_(union(authors, commenters)),
        not_(or_(posted_since(lately), commented_since(lately))),
    )
    return db.session.scalars(query.order_by(Member.display_name, Member.id)).all()


def list_unanswered(group: Group) -> Sequence[Unanswered]:
    """List the posts of twelve weeks that nobody but their author answered, newest first."""
    query = (
        select(Post)
        .join(Placement, Placement.post_id == Post.id)
        .join(Post.author)
        .options(contains_eager(Post.author))
        .where(
            Placement.group_id == group.id,
            LISTED,
            Placement.published_at >= clock.now() - A_WEEK * WEEKS,
            _is_unanswered(),
        )
        .order_by(Placement.published_at.desc(), Post.id.desc())
        .limit(MOST_LISTED)
    )
    return [Unanswered(post, post.author) for post in db.session.scalars(query).unique()]


def _members(group: Group, seen_by: Member) -> Any:
    """Select the active members of a group but the viewer, and those who want nothing from it."""
    return (
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.level != Level.NONE,
            Member.id != seen_by.id,
            Member.active,
        )
        .limit(MOST_LISTED)
    )

"""The recipients of notifications about events."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Exists,
    Select,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grandequipe.core.events import EventRecord
from grandequipe.feed.models import Comment, Mention, Placement, Post
from grandequipe.feed.queries.visibility import PUBLISHED, published
from grandequipe.groups import queries as groups
from grandequipe.groups.models import Group, Level, Membership, MembershipState
from grandequipe.members.models import Member
from grandequipe.notifications.models import (
    ChosenConversation,
    ConversationChoice,
    Notification,
    NotificationKind,
    SubjectType,
)


def wanting(group_id: Any, *levels: Level) -> Select[int]:
    """Select the members of a group who chose one of the levels: members read their group."""
    return select(Membership.member_id).where(
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.level.in_(levels),
    )


def moderating() -> Select[int]:
    """Select the moderators of groups."""
    return select(Membership.member_id).where(
        Membership.state == MembershipState.ACTIVE, groups.MODERATES
    )


def not_notified_of(post_id: int) -> ColumnElement[bool]:
    """Filter the members who have no notification of a post yet, in any of its groups."""
    notified = exists().where(
        Notification.member_id == Membership.member_id,
        Notification.topic == topic_of(NotificationKind.POST_PUBLISHED, SubjectType.POST, post_id),
    )
    return not_(notified)


@dataclass(frozen=True)
class EachMember:
    """The member of each row of a statement, in the place of one viewer."""

    id: Any
    is_admin: bool = False


def has_chosen(member_id: Any, post_id: Any, choice: ConversationChoice) -> Exists:
    """Filter the members who muted the conversation under a post, or who follow it."""
    chosen = aliased(ChosenConversation)
    return exists().where(
        chosen.member_id == member_id, chosen.post_id == post_id, chosen.choice == choice
    )


def is_read_by(member_id: Any) -> ColumnElement[bool]:
    """Filter the groups that the member of each row reads; the statement joins Member."""
    return or_(Member.is_admin, groups.readable_by(EachMember(member_id)))


def topic_of(kind: NotificationKind, subject_type: SubjectType, subject_id: int) -> str:
    """Name what belongs to one line."""
    return f"{kind.value}:{subject_type.value}:{subject_id}"


_before = aliased(Notification)
_answered = aliased(Comment)
_is_answered = and_(_answered.id == Comment.reply_to_id, _answered.removed_at.is_(None))


def _concerned(
    kind: NotificationKind,
    member_id: InstrumentedAttribute[int],
    *conditions: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """Select one entry for each comment and each member whom it concerns as this kind.

    A comment is recorded in each group that reads the post, and is one entry: the most generous of
    the levels that a person chose in these groups counts. A follower of the conversation is
    notified whatever the level, and a member who muted it never.
    """
    follows = has_chosen(member_id, Post.id, ConversationChoice.FOLLOWED)
    by_level = member_id.in_(wanting(Placement.group_id, Level.ALL, Level.MENTIONS))
    topic = func.concat(f"{kind.value}:post:", Post.id)
    was_notified = exists().where(
        _before.member_id == member_id,
        _before.topic == topic,
        Comment.id == any_(_before.comment_ids),
    )
    query = (
        select(
            member_id.label("member_id"),
            literal(kind, Notification.kind.type).label("kind"),
            topic.label("topic"),
            Post.id.label("post_id"),
            Placement.group_id,
            EventRecord.id.label("event_id"),
            Comment.author_id.label("actor_id"),
            Comment.id.label("comment_id"),
        )
        .join(Comment, Comment.id == EventRecord.subject_id)
        .join(Post, Post.id == Comment.post_id)
        .join(Placement, Placement.post_id == Post.id)
        .join(Group, Group.id == Placement.group_id)
        .outerjoin(_answered, _is_answered)
    )
    if member_id.class_ is ChosenConversation:
        query = query.join(ChosenConversation, ChosenConversation.post_id == Post.id)
    return (
        query.join(Member, and_(Member.id == member_id, Member.active))
        .where(
            EventRecord.id == any_(bindparam("events", type_=ARRAY(BigInteger))),
            Comment.removed_at.is_(None),
            PUBLISHED,
            member_id != Comment.author_id,
            or_(by_level, and_(follows, is_read_by(member_id))),
            not_(has_chosen(member_id, Post.id, ConversationChoice.MUTED)),
            not_(was_notified),
            *conditions,
        )
        .ext(distinct_on(member_id, Comment.id))
        .order_by(member_id, Comment.id, EventRecord.id, Placement.id)
    )


def _gathered() -> Select[*tuple[Any, ...]]:
    """Gather the entries of each member and topic in one row, in the columns of the table.

    A member who is both answered and the author of the post is notified as the one answered; and
    one who follows the post, as its author.
    """
    entry = union_all(
        _concerned(NotificationKind.ANSWER_TO_MY_COMMENT, _answered.author_id).subquery().select(),
        _concerned(
            NotificationKind.COMMENT_ON_MY_POST,
            Post.author_id,
            Post.author_id.is_distinct_from(_answered.author_id),
        )
        .subquery()
        .select(),
        _concerned(
            NotificationKind.COMMENT_ON_FOLLOWED_POST,
            ChosenConversation.member_id,
            ChosenConversation.choice == ConversationChoice.FOLLOWED,
            ChosenConversation.member_id.is_distinct_from(_answered.author_id),
            ChosenConversation.member_id != Post.author_id,
        )
        .subquery()
        .select(),
    ).subquery("entry")

    def newest_first(value: Any) -> Any:
        return func.array_agg(aggregate_order_by(value, entry.c.event_id.desc()))

    return (
        select(
            entry.c.member_id,
            entry.c.kind,
            entry.c.topic,
            literal(SubjectType.POST, Notification.subject_type.type),
            entry.c.post_id,
            _newest(entry.c.group_id, entry.c.event_id),
            newest_first(entry.c.event_id),
            newest_first(entry.c.actor_id),
            newest_first(entry.c.comment_id),
            func.count(),
            bindparam("now", type_=DateTime(timezone=True)),
            bindparam("due", type_=DateTime(timezone=True)),
        )
        .group_by(entry.c.member_id, entry.c.kind, entry.c.topic, entry.c.post_id)
        # In the order of the events, which is the one in which pages list the rows.
        .order_by(func.max(entry.c.event_id))
    )


def _newest(value: Any, event_id: Any) -> Any:
    return func.array_agg(aggregate_order_by(value, event_id.desc()), type_=ARRAY(BigInteger))[1]


ABOUT_COMMENTS = _gathered()


def _mentioned() -> Select[*tuple[Any, ...]]:
    """Select whom a post or comments mention and were not notified of, with a group to name.

    They read the post in that group. Levels are asked as for comments; a reader who belongs to none
    of the groups has none. Left out are members who muted the conversation, were banned from a
    group of the post, or are notified of the same comment for another reason.
    """
    belongs = exists().where(
        Membership.member_id == Mention.member_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.group_id.in_(_groups_of_post()),
    )
    is_banned = exists().where(
        Membership.member_id == Mention.member_id,
        Membership.state == MembershipState.BANNED,
        Membership.group_id.in_(_groups_of_post()),
    )
    by_level = exists().where(
        Membership.member_id == Mention.member_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.level.in_((Level.ALL, Level.MENTIONS)),
        Membership.group_id.in_(_groups_of_post()),
    )
    is_known = exists().where(
        _before.member_id == Mention.member_id,
        _before.subject_type == SubjectType.POST,
        _before.subject_id == Post.id,
        Mention.comment_id == any_(_before.comment_ids),
    )
    is_here = exists().where(
        Membership.member_id == Mention.member_id,
        Membership.group_id == Placement.group_id,
        Membership.state == MembershipState.ACTIVE,
    )
    writer = func.coalesce(Comment.author_id, Post.author_id)
    return (
        select(
            Mention.id,
            Mention.member_id,
            Mention.comment_id,
            Post.id.label("post_id"),
            Placement.group_id,
            writer.label("writer_id"),
        )
        .outerjoin(Comment, Comment.id == Mention.comment_id)
        .join(Post, Post.id == func.coalesce(Mention.post_id, Comment.post_id))
        .join(Placement, Placement.post_id == Post.id)
        .join(Group, Group.id == Placement.group_id)
        .join(Member, Member.id == Mention.member_id)
        .where(
            or_(
                Mention.post_id == bindparam("post", type_=BigInteger),
                Mention.comment_id == any_(bindparam("comments", type_=ARRAY(BigInteger))),
            ),
            Mention.notified_at.is_(None),
            Mention.removed_at.is_(None),
            Comment.removed_at.is_(None),
            Member.active,
            Mention.member_id != writer,
            PUBLISHED,
            is_read_by(Mention.member_id),
            or_(by_level, not_(belongs), has_chosen(*_its, ConversationChoice.FOLLOWED)),
            not_(has_chosen(*_its, ConversationChoice.MUTED)),
            not_(is_banned),
            not_(is_known),
        )
        .ext(distinct_on(Mention.id))
        .order_by(Mention.id, is_here.desc(), Placement.id)
    )


_its = (Mention.member_id, Post.id)


def _groups_of_post() -> Select[int]:
    placed = aliased(Placement)
    return (
        select(placed.group_id).where(placed.post_id == Post.id, published(placed)).correlate(Post)
    )


MENTIONED = _mentioned()

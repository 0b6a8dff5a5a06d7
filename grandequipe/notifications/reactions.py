"""Who is told what: the bell's answer to each fact.

What concerns me (an answer to me, a comment on my post) obeys the level that I chose for the
group; what is said to me by name (an invitation, an answer to my request, what became of my
post) and a moderator's duties always come. See `docs/decisions/notification-levels.md`.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Select, select

from grandequipe.core import journal
from grandequipe.core.journal import Fact
from grandequipe.extensions import db
from grandequipe.feed.events import (
    CommentAdded,
    PostPublished,
    PostRefused,
    PostSubmitted,
    ProposalApproved,
    ProposalRefused,
    ProposalSubmitted,
)
from grandequipe.feed.models import Post
from grandequipe.groups.events import JoinRefused, JoinRequested, MemberInvited, MemberJoined
from grandequipe.groups.models import Level, Membership, MembershipState
from grandequipe.groups.queries import find_group
from grandequipe.members.models import OWN_STREAM, Member
from grandequipe.notifications.models import NotificationKind
from grandequipe.notifications.queries import moderating, wanting
from grandequipe.notifications.services import News, tell, tell_of_comments

DECISIONS = {
    PostRefused.kind: NotificationKind.POST_REFUSED,
    ProposalApproved.kind: NotificationKind.PROPOSAL_APPROVED,
    ProposalRefused.kind: NotificationKind.PROPOSAL_REFUSED,
}


@journal.reacts_to(PostPublished)
def tell_of_post(fact: Fact) -> None:
    """Tell those who want every post; tell the author when someone else published it."""
    post = db.session.get(Post, fact.subject_id)
    if post is None or not post.is_published:
        return
    kind = NotificationKind.POST_PUBLISHED
    by_author = News(kind, post.author_id, post.group_id, post.id)
    everyone = wanting(post.group_id, Level.ALL).where(Membership.member_id != post.author_id)
    approved = News(kind, fact.actor_id, post.group_id, post.id)
    tell(fact.actor_id, fact, (by_author, everyone), (approved, _only(post.author_id)))


@journal.reacts_to(PostSubmitted)
def tell_moderators_of_post(fact: Fact) -> None:
    """Tell those who look after the group that a post waits for them."""
    post = db.session.get(Post, fact.subject_id)
    if post is None or not post.is_pending:
        return
    news = News(NotificationKind.POST_PENDING, fact.actor_id, post.group_id, post.id)
    tell(fact.actor_id, fact, (news, _moderators(post.group_id)))


@journal.reacts_to(ProposalSubmitted)
def tell_moderators_of_proposal(fact: Fact) -> None:
    """Tell those who look after the group that a change of a post waits for them."""
    post = db.session.get(Post, fact.subject_id)
    if post is None or not post.is_published:
        return
    news = News(NotificationKind.PROPOSAL_PENDING, fact.actor_id, post.group_id, post.id)
    tell(fact.actor_id, fact, (news, _moderators(post.group_id)))


@journal.reacts_to(PostRefused, ProposalApproved, ProposalRefused)
def tell_author_of_refusal(fact: Fact) -> None:
    """Tell the author what a moderator decided on their post or their change of it."""
    post = db.session.get(Post, fact.subject_id)
    if post is None:
        return
    news = News(DECISIONS[fact.kind], fact.actor_id, post.group_id, post.id)
    tell(fact.actor_id, fact, (news, _only(post.author_id)))


@journal.reacts_together_to(CommentAdded)
def tell_of_comment(facts: Sequence[Fact]) -> None:
    """Tell the one who is answered, and the author of the post; whoever is both, once."""
    tell_of_comments(facts)


@journal.reacts_to(JoinRequested)
def tell_moderators_of_request(fact: Fact) -> None:
    """Tell those who look after the group that someone asks to join."""
    if _state_in(fact.subject_id, fact.actor_id) is MembershipState.REQUESTED:
        news = News(NotificationKind.JOIN_REQUESTED, fact.actor_id, fact.subject_id)
        tell(fact.actor_id, fact, (news, _moderators(fact.subject_id)))


@journal.reacts_to(JoinRefused)
def tell_of_refused_request(fact: Fact) -> None:
    """Tell the person whose request was not accepted, where the group is there still."""
    if find_group(fact.subject_id) is None:
        return
    news = News(NotificationKind.REQUEST_REFUSED, fact.actor_id, fact.subject_id)
    tell(fact.actor_id, fact, (news, _only(_whose(fact))))


@journal.reacts_to(MemberInvited)
def tell_of_invitation(fact: Fact) -> None:
    """Tell the person that they are invited."""
    guest_id = _whose(fact)
    if _state_in(fact.subject_id, guest_id) is MembershipState.INVITED:
        news = News(NotificationKind.INVITED, fact.actor_id, fact.subject_id)
        tell(fact.actor_id, fact, (news, _only(guest_id)))


@journal.reacts_to(MemberJoined)
def tell_of_acceptance(fact: Fact) -> None:
    """Tell the person whose request was accepted."""
    event = cast(MemberJoined, fact.event)
    if event.how == "request":
        news = News(NotificationKind.REQUEST_ACCEPTED, fact.actor_id, event.group_id)
        tell(fact.actor_id, fact, (news, _only(event.subject_id)))


def _whose(fact: Fact) -> int:
    """Read whose stream a fact is told in."""
    return int(fact.stream_name.removeprefix(OWN_STREAM))


def _moderators(group_id: int) -> Select[int]:
    return moderating().where(Membership.group_id == group_id)


def _only(member_id: int) -> Select[int]:
    return select(Member.id).where(Member.id == member_id)


def _state_in(group_id: int, member_id: int | None) -> MembershipState | None:
    tie = db.session.get(Membership, (group_id, member_id)) if member_id else None
    return tie.state if tie else None

"""Queries of what responses contain beside the rows themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.queries import list_files
from grandequipe.core.errors import NotFound
from grandequipe.core.links import address_words
from grandequipe.extensions import db
from grandequipe.feed.models import (
    Comment,
    CommentReaction,
    Placement,
    PlacementStatus,
    Post,
    Reaction,
    Webinar,
)
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.policies import may_read_room_address, may_read_thread, shown_placements
from grandequipe.feed.queries import find_reactions, list_my_groups
from grandequipe.groups.models import Group, Membership
from grandequipe.groups.policies import may_read
from grandequipe.groups.queries import find_memberships, remember_membership
from grandequipe.members.models import Member
from grandequipe.webinars.models import Registration, RegistrationState
from grandequipe.webinars.queries import PlaceCounts, count_places, find_states


@dataclass(frozen=True)
class ShownGroup:
    """A group, with the caller's membership and unread counter."""

    group: Group
    membership: Membership | None
    unread: int

    def __getattr__(self, name: str) -> Any:
        """Give an attribute of the group."""
        return getattr(self.group, name)

    @property
    def role(self) -> str | None:
        """Name what the reader is in the group, if a member."""
        return self.membership.role.value if self.membership and self.membership.is_active else None

    @property
    def state(self) -> str | None:
        """Name how the reader stands to the group."""
        return self.membership.state.value if self.membership else None


class Seats(NamedTuple):
    """The places of a webinar, and the reader's registration."""

    counts: PlaceCounts
    own: Registration | None


@dataclass(frozen=True)
class ShownPost:
    """A post, with its words, the groups in which its reader may see it, and their reactions.

    `place` is the placement by which they have it.
    """

    post: Post
    place: Placement
    placements: Sequence[Placement]
    body_html: str
    my_reactions: Sequence[str]
    web_url: str
    room: str
    reads_thread: bool
    reads_room_address: bool
    seats: Seats | None

    @property
    def group(self) -> Group:
        """Give the group in which the reader has it."""
        return self.place.group

    @property
    def status(self) -> PlacementStatus:
        """Give its status there."""
        return self.place.status

    @property
    def published_at(self) -> datetime | None:
        """Give the instant since when the group reads it."""
        return self.place.published_at

    @property
    def refusal(self) -> str | None:
        """Give why it was refused there."""
        return self.place.refusal

    @property
    def join_url(self) -> str | None:
        """Give the address of a webinar's room, to those who read it; other kinds have none."""
        url: str | None = self.post.join_url  # type: ignore[attr-defined]
        return url if self.reads_room_address else None

    @property
    def room_url(self) -> str | None:
        """Give the address that leads into it."""
        return self.room if self.post.join_url else None  # type: ignore[attr-defined]

    @property
    def places_taken(self) -> int:
        """Count the places that are taken."""
        return self._seats.counts.taken

    @property
    def places_waited_for(self) -> int:
        """Count the places that the line waits for."""
        return self._seats.counts.waiting

    @property
    def my_registration(self) -> RegistrationState | None:
        """Give the state of the reader's registration."""
        return self._seats.own.state if self._seats.own else None

    @property
    def _seats(self) -> Seats:
        """Give the places of a webinar; AttributeError for other kinds, which have none."""
        if self.seats is None:
            raise AttributeError
        return self.seats

    @property
    def comment_count(self) -> int:
        """Count what is said under it, for its readers there."""
        return self.post.comment_count if self.reads_thread else 0

    @property
    def reaction_counts(self) -> Mapping[str, Any]:
        """Count the reactions to it, for the same readers."""
        return self.post.reaction_counts if self.reads_thread else {}

    def __getattr__(self, name: str) -> Any:
        """Give what the post itself says."""
        return getattr(self.post, name)


def show_groups(groups: Sequence[Group], seen_by: Member | None) -> list[ShownGroup]:
    """Say of each group how the reader stands to it and what is new, in two queries."""
    memberships = find_memberships(seen_by, groups)
    mine = list_my_groups(seen_by) if seen_by and memberships else ()
    unread = {each.group.id: each.unread for each in mine}
    return [
        ShownGroup(group, memberships.get(group.id), unread.get(group.id, 0)) for group in groups
    ]


def show_posts(
    posts: Sequence[Post], seen_by: Member | None, address: str, group: Group | None = None
) -> list[ShownPost]:
    """Load the bodies of posts and the caller's reactions; `address` is that of post pages.

    With a group, posts are shown as they stand there.
    """
    bodies, mine = _find_bodies(posts), find_reactions(seen_by, posts)
    _find_memberships(posts, seen_by)
    seats = _find_seats([post.id for post in posts if isinstance(post, Webinar)], seen_by)
    unread = [post for post in posts if "files" not in post.__dict__]
    files = list_files(POST_SUBJECT, [post.id for post in unread])
    for post in unread:
        set_committed_value(post, "files", list(files.get(post.id, ())))
    return [
        ShownPost(
            post,
            *_places(post, seen_by, group),
            bodies[post.id],
            sorted(mine[post.id]),
            "-".join(filter(None, (f"{address}{post.id}", address_words(post.title)))),
            f"{address}{post.id}/salle",
            may_read_thread(seen_by, post),
            may_read_room_address(seen_by, post),
            seats.get(post.id),
        )
        for post in posts
    ]


def _find_seats(ids: Sequence[int], seen_by: Member | None) -> Mapping[int, Seats]:
    """Count the places of webinars and find the reader's registrations, in two queries."""
    counts, own = count_places(ids), find_states(ids, seen_by)
    return {each: Seats(counts[each], own.get(each)) for each in ids}


def _places(
    post: Post, seen_by: Member | None, group: Group | None
) -> tuple[Placement, Sequence[Placement]]:
    """Choose the placements that the reader may know, and the one by which they have the post.

    A member who has just removed a post is shown it once more, in a group that they may read.
    """
    shown = shown_placements(seen_by, post)
    removed = [] if shown else [each for each in post.placements if may_read(seen_by, each.group)]
    found = sorted(shown or removed, key=lambda each: group is None or each.group_id != group.id)
    if not found:
        raise NotFound
    return found[0], shown


def _find_memberships(posts: Sequence[Post], seen_by: Member | None) -> None:
    """Read how the reader stands to the groups of several posts, in one query."""
    groups = {each.group_id: each.group for post in posts for each in post.placements}
    if seen_by is not None and len(groups) > 1:
        found = find_memberships(seen_by, list(groups.values()))
        for group_id, group in groups.items():
            remember_membership(seen_by, group, found.get(group_id))


def count_reactions(post: Post, seen_by: Member) -> Mapping[str, Any]:
    """Count the reactions to a post by name, and list the caller's."""
    return _counts(Reaction, Reaction.post_id == post.id, seen_by)


def count_comment_reactions(comment: Comment, seen_by: Member) -> Mapping[str, Any]:
    """Count the reactions to a comment in the same way."""
    return _counts(CommentReaction, CommentReaction.comment_id == comment.id, seen_by)


def _counts(
    reaction: type[Reaction | CommentReaction], condition: ColumnElement[bool], seen_by: Member
) -> Mapping[str, Any]:
    rows = db.session.execute(
        select(reaction.name, func.count(), func.bool_or(reaction.member_id == seen_by.id))
        .where(condition)
        .group_by(reaction.name)
        .order_by(reaction.name)
    ).all()
    return {
        "reactions": {name.value: number for name, number, _mine in rows},
        "my_reactions": [name.value for name, _number, is_mine in rows if is_mine],
    }


def _find_bodies(posts: Sequence[Post]) -> Mapping[int, str]:
    loaded = {post.id: post.body_html for post in posts if "body_html" in post.__dict__}
    missing = [post.id for post in posts if post.id not in loaded]
    if not missing:
        return loaded
    rows = db.session.execute(select(Post.id, Post.body_html).where(Post.id.in_(missing)))
    return loaded | dict(rows.all())

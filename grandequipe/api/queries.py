"""Queries of what responses contain beside the rows themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from grandequipe.extensions import db
from grandequipe.feed.models import Post, Reaction
from grandequipe.feed.queries import find_reactions, list_my_groups
from grandequipe.groups.models import Group, Membership
from grandequipe.groups.queries import find_memberships
from grandequipe.members.models import Member


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


@dataclass(frozen=True)
class ShownPost:
    """A post, with its words and what its reader said about it with one touch."""

    post: Post
    body_html: str
    my_reactions: Sequence[str]
    web_url: str

    @property
    def refusal(self) -> str | None:
        """Give why it was refused: of other posts it is not even read."""
        return self.post.refusal if self.post.is_refused else None

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


def show_posts(posts: Sequence[Post], seen_by: Member | None, address: str) -> list[ShownPost]:
    """Load the bodies of posts and the caller's reactions; `address` is that of post pages."""
    bodies, mine = _find_bodies(posts), find_reactions(seen_by, posts)
    return [
        ShownPost(post, bodies[post.id], sorted(mine[post.id]), f"{address}{post.id}")
        for post in posts
    ]


def count_reactions(post: Post, seen_by: Member) -> Mapping[str, Any]:
    """Count the reactions to a post by name, and list the caller's."""
    rows = db.session.execute(
        select(Reaction.name, func.count(), func.bool_or(Reaction.member_id == seen_by.id))
        .where(Reaction.post_id == post.id)
        .group_by(Reaction.name)
        .order_by(Reaction.name)
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

"""What a letter tells one member: read with their rights, moments before it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grandequipe.core.journal.queries import get_heads
from grandequipe.digests.models import Digest
from grandequipe.digests.queries import Window, list_promised, list_published, list_removed
from grandequipe.feed.models import Post
from grandequipe.feed.queries import list_posts
from grandequipe.groups.models import Level, Membership
from grandequipe.groups.queries import list_memberships
from grandequipe.members.models import Member

OWN = "own"
REMOVED = "removed"
NOT_VISIBLE = "not_visible"
LEVEL_NONE = "level_none"


@dataclass(frozen=True)
class Composed:
    """The posts of a letter, the window that they come from, and why others are not in it."""

    posts: Sequence[Post]
    window: Window
    excluded: Mapping[int, str]
    group_names: Sequence[str]

    @property
    def contents(self) -> dict[str, Any]:
        """Account for every post of the window."""
        return {
            "sent": [post.id for post in self.posts],
            "excluded": {str(post_id): reason for post_id, reason in self.excluded.items()},
        }


def compose(member: Member, digest: Digest | None = None) -> Composed:
    """Read what a member's letter tells now; a letter written before keeps its window."""
    ties = {tie.group.stream: tie for tie in list_memberships(member)}
    window = digest.window if digest and digest.window else _new_window(member, ties, digest)
    published = list_published(window)
    wanted = [post_id for post_id, stream in published.items() if _is_wanted(ties.get(stream))]
    seen = list_posts(wanted, seen_by=member) if wanted else []
    posts = [post for post in seen if post.author_id != member.id]
    excluded = _reasons(published, ties, member, seen)
    names = [tie.group.name for tie in ties.values() if _is_wanted(tie)]
    return Composed(posts, window, excluded, names)


def _new_window(
    member: Member, ties: Mapping[str, Membership], digest: Digest | None
) -> dict[str, list[int]]:
    """Begin where the last letter ended, also where that one is in doubt; end at the heads.

    The head is read before the facts, and positions have no holes: all up to it are there.
    """
    promised, heads = list_promised(member, digest), get_heads(ties)
    return {
        stream: [max(tie.digested_position, promised.get(stream, 0)), heads.get(stream, 0)]
        for stream, tie in ties.items()
    }


def _is_wanted(tie: Membership | None) -> bool:
    return tie is not None and tie.level is not Level.NONE


def _reasons(
    published: Mapping[int, str],
    ties: Mapping[str, Membership],
    member: Member,
    seen: Sequence[Post],
) -> dict[int, str]:
    reasons = {post.id: OWN for post in seen if post.author_id == member.id}
    missing = published.keys() - {post.id for post in seen}
    removed = list_removed(missing)
    for post_id in sorted(missing):
        tie = ties.get(published[post_id])
        if post_id in removed:
            reasons[post_id] = REMOVED
        elif tie is not None and tie.level is Level.NONE:
            reasons[post_id] = LEVEL_NONE
        else:
            reasons[post_id] = NOT_VISIBLE
    return reasons

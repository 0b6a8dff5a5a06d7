"""What a letter tells one member: read with their rights, moments before it leaves.

Guarantee: each post published in a group of theirs is accounted for once. Windows of letters
follow one another by stream position, also behind a letter in doubt; what a failed letter was
to tell is carried by the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grandequipe.digests.models import Digest, Story
from grandequipe.digests.queries import (
    Candidate,
    Standing,
    Tie,
    Window,
    get_standing,
    list_candidates,
    list_ties,
)
from grandequipe.feed.models import PostStatus
from grandequipe.members.models import Member

OWN = "own"
REMOVED = "removed"
NOT_VISIBLE = "not_visible"
LEVEL_NONE = "level_none"


@dataclass(frozen=True)
class Composed:
    """What a letter tells, the window that it comes from, and why other posts are not in it.

    `carried` are the failed letters whose posts it tells in their place.
    """

    stories: Sequence[Story]
    window: Window
    excluded: Mapping[int, str]
    group_names: Sequence[str]
    carried: Sequence[int] = ()

    @property
    def contents(self) -> dict[str, Any]:
        """Account for every post of the window, and for those that are carried."""
        return {
            "sent": [story.id for story in self.stories],
            "excluded": {str(post_id): reason for post_id, reason in self.excluded.items()},
        }


def compose(member: Member, digest: Digest | None = None) -> Composed:
    """Read what a member's letter tells now; a letter written before keeps its window."""
    ties = {tie.stream: tie for tie in list_ties(member)}
    standing = _standing_of(member, digest)
    window = digest.window if digest and digest.window else _new_window(ties, standing)
    stories, excluded = [], {}
    for candidate in list_candidates(window, standing.untold, seen_by=member):
        reason = _reason_against(candidate, ties.get(candidate.stream), member)
        if reason:
            excluded[candidate.post_id] = reason
        elif candidate.story:
            stories.append(candidate.story)
    names = [tie.group_name for tie in ties.values() if tie.is_wanted]
    return Composed(stories, window, excluded, names, standing.failed)


def _standing_of(member: Member, digest: Digest | None) -> Standing:
    """Ask the ledger for a new letter; one that was written before has its answer with it."""
    if digest and digest.window:
        told = digest.contents
        return Standing(promised={}, untold=[*told["sent"], *map(int, told["excluded"])])
    return get_standing(member, digest)


def _new_window(ties: Mapping[str, Tie], standing: Standing) -> dict[str, list[int]]:
    """Begin where the last letter ended, also where that one is in doubt; end at the heads."""
    return {
        stream: [max(tie.digested_position, standing.promised.get(stream, 0)), tie.head]
        for stream, tie in ties.items()
    }


def _reason_against(candidate: Candidate, tie: Tie | None, member: Member) -> str | None:
    """Say why a post is not in this letter, or None where it is."""
    if candidate.story is None or candidate.status is PostStatus.REMOVED:
        return REMOVED
    if tie is not None and not tie.is_wanted:
        return LEVEL_NONE
    if tie is None or not candidate.is_visible:
        return NOT_VISIBLE
    return OWN if candidate.story.author_id == member.id else None

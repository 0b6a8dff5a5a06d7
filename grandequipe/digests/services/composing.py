"""What a letter tells one member: read with their rights, moments before it leaves.

Guarantee: each post published in a group of theirs is accounted for once. Windows of letters
follow one another by stream position, also behind a letter in doubt; what a failed letter was
to tell is carried by the next one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grandequipe.digests.models import DigestClaim, Story
from grandequipe.digests.queries import (
    Candidate,
    Standing,
    Tie,
    Window,
    get_standing,
    list_candidates,
)
from grandequipe.feed.models import PlacementStatus
from grandequipe.members.models import Viewer

OWN = "own"
REMOVED = "removed"
NOT_VISIBLE = "not_visible"
LEVEL_NONE = "level_none"
CLOSEST = (OWN, LEVEL_NONE, NOT_VISIBLE, REMOVED)


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


def compose(member: Viewer, claim: DigestClaim | None = None) -> Composed:
    """Read what a member's letter tells now; a letter written before keeps its window."""
    standing = get_standing(member, claim.id if claim else None)
    plan = _plan_again(claim) if claim and claim.window else _plan_anew(standing)
    memberships = {membership.group_id: membership for membership in standing.memberships}
    stories: dict[int, Story] = {}
    excluded: dict[int, str] = {}
    for candidate in list_candidates(plan.window, plan.untold, seen_by=member):
        reason = _reason_against(candidate, memberships.get(candidate.group_id or 0), member)
        if reason:
            # Of several groups that do not tell a post, the one that comes closest says why.
            reasons = (reason, excluded.get(candidate.post_id, REMOVED))
            excluded[candidate.post_id] = min(reasons, key=CLOSEST.index)
        elif candidate.story:
            stories.setdefault(candidate.post_id, candidate.story)
    for post_id in stories:
        excluded.pop(post_id, None)
    names = [membership.group_name for membership in standing.memberships if membership.is_wanted]
    return Composed(list(stories.values()), plan.window, excluded, names, plan.carried)


class _Plan(NamedTuple):
    """From where to where a letter tells, which posts it tells beside, and in whose place."""

    window: Window
    untold: Sequence[int]
    carried: Sequence[int]


def _plan_anew(standing: Standing) -> _Plan:
    """Begin where the last letter ended, also where that one is in doubt; end at the heads."""
    window = {
        membership.stream: [
            max(membership.digested_position, standing.promised.get(membership.stream, 0)),
            membership.head,
        ]
        for membership in standing.memberships
    }
    return _Plan(window, standing.untold, standing.failed)


def _plan_again(claim: DigestClaim) -> _Plan:
    """Keep to what the first try was to tell: what it carries, it carries already."""
    told = claim.contents
    return _Plan(claim.window, [*told["sent"], *map(int, told["excluded"])], ())


def _reason_against(candidate: Candidate, membership: Tie | None, member: Viewer) -> str | None:
    """Say why a post is not in this letter, or None where it is."""
    if candidate.story is None or candidate.status is PlacementStatus.REMOVED:
        return REMOVED
    if membership is not None and not membership.is_wanted:
        return LEVEL_NONE
    if membership is None or not candidate.is_visible:
        return NOT_VISIBLE
    return OWN if candidate.story.author_id == member.id else None

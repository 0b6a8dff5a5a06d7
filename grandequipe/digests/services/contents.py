"""The posts of a digest: chosen with its reader's rights moments before it is sent, and arranged.

Guarantees:

- Each post published in a group of theirs is accounted for once. Windows of digests follow one
  another by stream position, also behind an uncertain one; the next digest carries over the posts
  of a failed one.
- Every post of a digest is either shown or counted, once.
- Public posts of what the reader follows come beside those, ten at most, in no digest twice. They
  make no digest by themselves: it is the news of a member's groups, and where these are quiet,
  what is followed waits for the next one.
- Announcements of the site come on top, in one digest each, and make no digest by themselves.
- A position moves when the digest that covers up to it is sent, and never backwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, update

from grandequipe.announcements.models import Announcement
from grandequipe.core.events.models import owner_id_of
from grandequipe.digests.models import Digest, DigestClaim, DigestPost
from grandequipe.digests.queries import (
    Candidate,
    DigestContext,
    DigestMembership,
    FollowedPost,
    Window,
    get_context,
    list_candidates,
    list_followed,
)
from grandequipe.digests.queries.announcements import list_announced
from grandequipe.extensions import db
from grandequipe.feed.models import KINDS, Kind, PlacementStatus
from grandequipe.groups.models import Membership
from grandequipe.members.models import Viewer

OWN = "own"
REMOVED = "removed"
NOT_VISIBLE = "not_visible"
LEVEL_NONE = "level_none"
ARCHIVED = "archived"
SENT_BEFORE = "sent_before"
BEYOND = "beyond"
MOST_FOLLOWED = 10
CLOSEST = (OWN, SENT_BEFORE, LEVEL_NONE, ARCHIVED, NOT_VISIBLE, REMOVED)


@dataclass(frozen=True)
class Composed:
    """The posts of a digest, the window that they come from, and why other posts are not in it.

    `carried` are the ids of failed digests whose posts it shows in their place.
    """

    posts: Sequence[DigestPost]
    window: Window
    excluded: Mapping[int, str]
    group_names: Sequence[str]
    carried: Sequence[int] = ()
    followed: Sequence[FollowedPost] = ()
    followed_excluded: Mapping[int, str] = field(default_factory=dict)
    announcements: Sequence[Announcement] = ()

    @property
    def contents(self) -> dict[str, Any]:
        """Account for every post of the window, for those that are carried, and those followed."""
        contents = {
            "sent": [post.id for post in self.posts],
            "excluded": {str(post_id): reason for post_id, reason in self.excluded.items()},
        }
        if self.followed or self.followed_excluded:
            contents["followed"] = [each.post.id for each in self.followed]
            reasons = self.followed_excluded.items()
            contents["followed_excluded"] = {str(post_id): reason for post_id, reason in reasons}
        if self.announcements:
            contents["announcements"] = [each.id for each in self.announcements]
        return contents


def compose(member: Viewer, claim: DigestClaim | None = None) -> Composed:
    """Choose the posts of a member's digest now; a digest rendered before keeps its window."""
    context = get_context(member, claim.id if claim else None)
    plan = _plan_again(claim) if claim and claim.window else _plan_anew(context)
    memberships = {membership.group_id: membership for membership in context.memberships}
    posts: dict[int, tuple[int, DigestPost]] = {}
    excluded: dict[int, str] = {}
    for candidate in list_candidates(
        plan.window, plan.undelivered, member, claim.id if claim else None
    ):
        membership = memberships.get(candidate.group_id or 0)
        reason = _exclusion_reason(candidate, membership, member)
        if reason:
            # Of the reasons of several groups, the one that comes closest to sending counts.
            reasons = (reason, excluded.get(candidate.post_id, REMOVED))
            excluded[candidate.post_id] = min(reasons, key=CLOSEST.index)
        elif candidate.post and membership:
            # Shown under the group that the reader visits most: where the least is unread.
            chosen = posts.get(candidate.post_id)
            if chosen is None or membership.unread < chosen[0]:
                posts[candidate.post_id] = membership.unread, candidate.post
    for post_id in posts:
        excluded.pop(post_id, None)
    names = [
        membership.group_name
        for membership in context.memberships
        if membership.is_wanted and not membership.is_archived
    ]
    shown = [post for _unread, post in posts.values()]
    followed, left_out = _followed(member, claim) if shown and context.follows else ([], {})
    for each in followed:
        excluded.pop(each.post.id, None)
    announced = list_announced(member, claim.id if claim else None) if shown else ()
    return Composed(
        shown, plan.window, excluded, names, plan.carried, followed, left_out, announced
    )


def _followed(
    member: Viewer, claim: DigestClaim | None
) -> tuple[list[FollowedPost], dict[int, str]]:
    """Choose among the posts of what a member follows, and say why others are not in the digest.

    One that is tried again keeps those that it had, where they may still be seen.
    """
    chosen: list[FollowedPost] = []
    excluded: dict[int, str] = {}
    first_try = claim.contents.get("followed", ()) if claim and claim.window else None
    for candidate in list_followed(member, claim.id if claim else None):
        post = candidate.followed.post
        if candidate.is_in_earlier:
            # An earlier digest accounts for it.
            continue
        if post.author_id == member.id:
            excluded[post.id] = OWN
        elif first_try is not None:
            if post.id in first_try:
                chosen.append(candidate.followed)
        elif len(chosen) < MOST_FOLLOWED:
            chosen.append(candidate.followed)
        else:
            excluded[post.id] = BEYOND
    if claim and first_try is not None:
        seen = {each.post.id for each in chosen}
        excluded = (
            {int(id): why for id, why in claim.contents["followed_excluded"].items()}
            if ("followed_excluded" in claim.contents)
            else {}
        )
        excluded |= {post_id: NOT_VISIBLE for post_id in first_try if post_id not in seen}
    return chosen, excluded


class _Plan(NamedTuple):
    """The window of a digest, posts outside it, and the failed digests that these come from."""

    window: Window
    undelivered: Sequence[int]
    carried: Sequence[int]


def _plan_anew(context: DigestContext) -> _Plan:
    """Begin where the last digest ended, also where that one is uncertain; end at the heads."""
    window = {
        membership.stream: [
            max(membership.digested_position, context.covered_until.get(membership.stream, 0)),
            membership.head,
        ]
        for membership in context.memberships
    }
    return _Plan(window, context.undelivered, context.failed)


def _plan_again(claim: DigestClaim) -> _Plan:
    """Keep the window and posts of the first try; what it carries over is marked already."""
    contents = claim.contents
    return _Plan(claim.window, [*contents["sent"], *map(int, contents["excluded"])], ())


def _exclusion_reason(
    candidate: Candidate, membership: DigestMembership | None, member: Viewer
) -> str | None:
    """Return why a post is not in this digest, or None where it is."""
    if candidate.post is None or candidate.status is PlacementStatus.REMOVED:
        return REMOVED
    if membership is not None and not membership.is_wanted:
        return LEVEL_NONE
    if membership is not None and membership.is_archived:
        return ARCHIVED
    if membership is None or not candidate.is_visible:
        return NOT_VISIBLE
    if candidate.is_in_earlier:
        return SENT_BEFORE
    return OWN if candidate.post.author_id == member.id else None


MOST_OF_A_GROUP = 8
MOST_WEBINARS = 4
NO_HURRY = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Section:
    """One group: the posts that are shown, and how many more there are."""

    group_slug: str
    group_name: str
    posts: tuple[DigestPost, ...]
    more: int


@dataclass(frozen=True)
class FollowedSection:
    """What the reader follows: the posts that are shown, and how many more there are."""

    posts: tuple[FollowedPost, ...]
    more: int


@dataclass(frozen=True)
class Arrangement:
    """A digest's parts in their order; `elsewhere` counts posts of groups that are not named."""

    upcoming: Sequence[DigestPost]
    sections: Sequence[Section]
    elsewhere: int

    @property
    def shown(self) -> list[DigestPost]:
        """List what is shown, in its order."""
        return [*self.upcoming, *chain(*(section.posts for section in self.sections))]


def arrange(
    posts: Sequence[DigestPost], now: datetime, most: int, strongest: DigestPost
) -> Arrangement:
    """Put webinars to come first, then each group, and show about `most` posts in all.

    The strongest, whose title is the subject's, is shown, and its group comes before the others.
    """
    upcoming = list_upcoming(posts, now)[: min(MOST_WEBINARS, max(1, most // 4))]
    shown = {webinar.id for webinar in upcoming}
    groups = _by_group((post for post in posts if post.id not in shown), strongest)
    share = min(MOST_OF_A_GROUP, max(1, most // max(1, len(groups))))
    named, others = groups[:most], groups[most:]
    sections = [_section(of_group, share, strongest) for of_group in named]
    return Arrangement(upcoming, sections, sum(map(len, others)))


def list_upcoming(posts: Iterable[DigestPost], now: datetime) -> list[DigestPost]:
    """List the webinars that take place and have not begun, soonest first."""
    coming = [
        (post.starts_at, post.id, post)
        for post in posts
        if post.starts_at and post.starts_at > now and not post.is_cancelled
    ]
    return [webinar for _starts_at, _id, webinar in sorted(coming)]


def _by_group(posts: Iterable[DigestPost], strongest: DigestPost) -> list[list[DigestPost]]:
    """Gather posts by group: that of the strongest, then the liveliest first."""
    groups: dict[str, list[DigestPost]] = {}
    for post in posts:
        groups.setdefault(post.group_slug, []).append(post)
    return sorted(
        groups.values(),
        key=lambda of_group: (
            strongest not in of_group,
            -len(of_group),
            of_group[0].group_name,
        ),
    )


def _section(posts: list[DigestPost], share: int, strongest: DigestPost) -> Section:
    """Show the first of each kind before the second of any."""
    ordered = sorted(posts, key=_rank)
    shown = ordered if len(ordered) <= share else _of_all_kinds(ordered, share, strongest)
    slug, name = posts[0].group_slug, posts[0].group_name
    return Section(slug, name, tuple(shown), len(posts) - len(shown))


def _rank(post: DigestPost) -> tuple[bool, int, datetime]:
    """Put what is over last, and of a kind what is due first, then the newest."""
    return post.is_over, KINDS[post.kind].urgency, post.happens_at or NO_HURRY


def _of_all_kinds(ordered: list[DigestPost], share: int, strongest: DigestPost) -> list[DigestPost]:
    taken: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    turns = []
    for rank, post in enumerate(ordered):
        turns.append((post.id != strongest.id, taken[post.kind], rank, post))
        taken[post.kind] += 1
    chosen = {post.id for *_turn, post in sorted(turns)[:share]}
    return [post for post in ordered if post.id in chosen]


def move_positions_of(mail_id: int) -> None:
    """Move a member's positions on to where the window of the digest of a mail ends."""
    connection = db.session.connection()
    row = connection.execute(_WINDOW, {"mail_id": mail_id}).one_or_none()
    if row is None:
        return
    member_id, window = row
    params = {
        "member": member_id,
        "groups": [owner_id_of(stream) for stream in window],
        "ends": [until for _after, until in window.values()],
    }
    connection.execute(_MOVED, params)


# On the tables themselves: a thousand digests pay a thousand times for what an object costs.
_LEDGER: Any = Digest.__table__
_MEMBERSHIPS: Any = Membership.__table__
_WINDOW = select(_LEDGER.c.member_id, _LEDGER.c.window).where(
    _LEDGER.c.mail_id == bindparam("mail_id")
)
_COVERED = (
    func.unnest(
        bindparam("groups", type_=ARRAY(BigInteger)), bindparam("ends", type_=ARRAY(BigInteger))
    )
    .table_valued("group_id", "position", name="covered")
    .render_derived()
)
_MOVED = (
    update(_MEMBERSHIPS)
    .where(
        _MEMBERSHIPS.c.member_id == bindparam("member"),
        _MEMBERSHIPS.c.group_id == _COVERED.c.group_id,
    )
    .values(digested_position=func.greatest(_MEMBERSHIPS.c.digested_position, _COVERED.c.position))
)

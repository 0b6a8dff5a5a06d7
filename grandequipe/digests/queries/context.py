"""Reading what a new digest depends on: its member's groups, and their digests that are not over.

Guarantee: one statement is one snapshot. The holder of the lock of the subscription (see
`services.ledger`) reads every digest that was written before this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select, true

from grandequipe.core.events import Stream
from grandequipe.core.events.models import stream_name
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.digests.models import Digest
from grandequipe.extensions import db
from grandequipe.feed.models import LabelFollow
from grandequipe.groups.models import STREAM_OWNER, Group, Level, Membership, MembershipState
from grandequipe.members.models import Viewer

UNDECIDED = (MailState.PENDING, MailState.SENDING, MailState.UNCERTAIN)
NO_DIGEST = 0


class DigestMembership(NamedTuple):
    """A group that a member is in: how far digests have covered its stream, and where it ends."""

    group_id: int
    group_name: str
    level: Level
    digested_position: int
    head: int
    seen_position: int
    is_archived: bool = False

    @property
    def unread(self) -> int:
        """Count what happened in the group since the member's last visit."""
        return self.head - self.seen_position

    @property
    def stream(self) -> str:
        """Name the group's stream, as windows do."""
        return stream_name(STREAM_OWNER, self.group_id)

    @property
    def is_wanted(self) -> bool:
        """Return whether the member wants this group in their digest."""
        return self.level is not Level.NONE


@dataclass(frozen=True)
class DigestContext:
    """A member's groups by name, and how their other digests bear on the next one.

    `covered_until` gives, for each stream, the position up to which pending and uncertain digests
    cover it. `failed` are the digests that no server took and no later digest shows;
    `undelivered` are the ids of their posts. `follows` says whether the member follows a theme or a
    territory.
    """

    memberships: Sequence[DigestMembership]
    covered_until: Mapping[str, int]
    failed: Sequence[int]
    undelivered: Sequence[int]
    follows: bool


def get_context(member: Viewer, excluding: int | None = None) -> DigestContext:
    """Read a member's groups and open digests, without the digest that is being rendered."""
    params = {"member_id": member.id, "excluding": excluding or NO_DIGEST}
    rows = db.session.connection().execute(_CONTEXT, params).all()
    memberships = [
        DigestMembership(*membership)
        for _digests, _follows, *membership in rows
        if membership[0] is not None
    ]
    return _context(memberships, rows[0][0] or (), rows[0][1])


def _context(
    memberships: Sequence[DigestMembership], open_digests: Sequence[Sequence[Any]], follows: bool
) -> DigestContext:
    covered_until: dict[str, int] = {}
    failed: list[int] = []
    undelivered: list[int] = []
    for digest_id, state, window, sent_ids in open_digests:
        if state == MailState.FAILED:
            failed.append(digest_id)
            undelivered += sent_ids or ()
            continue
        for stream, (_after, until) in window.items():
            covered_until[stream] = max(until, covered_until.get(stream, 0))
    return DigestContext(memberships, covered_until, failed, undelivered, follows)


# The few digests of a member that are not over, as one JSON array: always one row.
_OPEN = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(
                Digest.id, OutgoingMail.state, Digest.window, Digest.contents["sent"]
            )
        ).label("digests")
    )
    .select_from(Digest)
    .join(Digest.mail)
    .where(
        Digest.member_id == bindparam("member_id"),
        Digest.id != bindparam("excluding"),
        or_(
            OutgoingMail.state.in_(UNDECIDED),
            and_(OutgoingMail.state == MailState.FAILED, Digest.carried_over_by_id.is_(None)),
        ),
    )
    .subquery("open")
)

_MEMBERSHIPS = (
    select(
        Membership.group_id,
        Group.name,
        Membership.level,
        Membership.digested_position,
        Stream.last_position.label("head"),
        Membership.seen_position,
        Group.archived_at.is_not(None).label("is_archived"),
    )
    .select_from(Membership)
    .join(Membership.group)
    .join(Stream, Stream.id == Group.stream_id)
    .where(
        Membership.member_id == bindparam("member_id"),
        Membership.state == MembershipState.ACTIVE,
    )
    .subquery("membership_of_digest")
)

_FOLLOWS = exists().where(LabelFollow.member_id == bindparam("member_id"))

_CONTEXT = (
    select(_OPEN.c.digests, _FOLLOWS, *_MEMBERSHIPS.c)
    .select_from(_OPEN)
    .join(_MEMBERSHIPS, true(), isouter=True)
    .order_by(_MEMBERSHIPS.c.name)
)

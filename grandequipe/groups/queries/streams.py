"""Reading which streams members follow, and where they end."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, bindparam, cast, null, select

from grandequipe.core.events import Stream, StreamRef
from grandequipe.extensions import db
from grandequipe.groups.models import STREAM_OWNER, Group, Membership, MembershipState
from grandequipe.members.models import Member, stream_of

Heads = Mapping[StreamRef, int]

_GROUPS = (
    select(Group.id, Stream.id, Stream.last_position)
    .select_from(Membership)
    .join(Group, Group.id == Membership.group_id)
    .join(Stream, Stream.id == Group.stream_id)
    .where(Membership.state == MembershipState.ACTIVE)
)
_NO_GROUP = cast(null(), BigInteger)
# Built once: every page of a member asks it.
STREAMS = (
    select(_NO_GROUP, Stream.id, Stream.last_position)
    .where(Stream.id == bindparam("own", type_=BigInteger))
    .union_all(_GROUPS.where(Membership.member_id == bindparam("member", type_=BigInteger)))
)


def list_streams_of(member: Member) -> Heads:
    """Give the streams that a member follows, with their heads: their own, their groups'."""
    rows = db.session.execute(STREAMS, {"own": member.stream_id, "member": member.id})
    return {_ref(member.id, group_id, id): head for group_id, id, head in rows}


def list_streams_of_members(member_ids: Collection[int]) -> Mapping[int, Heads]:
    """Give the same for many members, in one query however many they are."""
    own = (
        select(Member.id, _NO_GROUP, Stream.id, Stream.last_position)
        .join(Stream, Stream.id == Member.stream_id)
        .where(Member.id.in_(list(member_ids)))
    )
    groups = _GROUPS.where(Membership.member_id.in_(list(member_ids)))
    rows = db.session.execute(
        own.union_all(groups.with_only_columns(Membership.member_id, *groups.selected_columns))
    )
    followed: dict[int, dict[StreamRef, int]] = defaultdict(dict, {id: {} for id in member_ids})
    for member_id, group_id, id, head in rows:
        followed[member_id][_ref(member_id, group_id, id)] = head
    return followed


def _ref(member_id: int, group_id: int | None, stream_id: int) -> StreamRef:
    if group_id is None:
        return stream_of(member_id, stream_id)
    return StreamRef(stream_id, STREAM_OWNER, group_id)

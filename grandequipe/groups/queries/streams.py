"""Reading which streams of facts members follow."""

from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, Text, bindparam, func, select

from grandequipe.core.events import Stream
from grandequipe.core.events.queries import get_heads
from grandequipe.extensions import db
from grandequipe.groups.models import Membership, MembershipState
from grandequipe.members.models import Member, stream_of

# Built once: every page of a member asks it.
_FOLLOWED = select(bindparam("own", type_=Text)).union_all(
    select(func.concat("group:", Membership.group_id)).where(
        Membership.member_id == bindparam("member", type_=BigInteger),
        Membership.state == MembershipState.ACTIVE,
    )
)
STREAMS = select(Stream.name, Stream.last_position).where(Stream.name.in_(_FOLLOWED))


def list_streams_of(member: Member) -> Mapping[str, int]:
    """Give the streams that a member follows, with their heads: their own, their groups'."""
    rows = db.session.execute(STREAMS, {"own": member.stream, "member": member.id})
    return dict(rows.all())


def list_streams_of_members(member_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Give the same for many members, in two queries however many they are."""
    followed = {member_id: [stream_of(member_id)] for member_id in member_ids}
    rows = db.session.execute(
        select(Membership.member_id, func.array_agg(Membership.group_id))
        .where(Membership.member_id.in_(list(followed)), Membership.state == MembershipState.ACTIVE)
        .group_by(Membership.member_id)
    )
    for member_id, group_ids in rows:
        followed[member_id] += [f"group:{group_id}" for group_id in group_ids]
    heads = get_heads({stream for streams in followed.values() for stream in streams})
    return {
        member_id: {stream: heads[stream] for stream in streams if stream in heads}
        for member_id, streams in followed.items()
    }

"""Queries of requests to join."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grandequipe.extensions import db
from grandequipe.groups.models import Group, JoinRequest, RequestMessage, RequestState
from grandequipe.members.models import Member


def find_open_request(member: Member, group: Group) -> JoinRequest | None:
    """Find the request of a person that a moderator has yet to answer."""
    return db.session.scalar(
        select(JoinRequest).where(
            JoinRequest.group_id == group.id,
            JoinRequest.member_id == member.id,
            JoinRequest.state == RequestState.OPEN,
        )
    )


def find_latest_request(member: Member, group: Group) -> JoinRequest | None:
    """Find the newest request of a person to a group, open or answered."""
    return db.session.scalar(
        select(JoinRequest)
        .where(JoinRequest.group_id == group.id, JoinRequest.member_id == member.id)
        .order_by(JoinRequest.id.desc())
        .limit(1)
    )


def find_request(request_id: int) -> JoinRequest | None:
    """Find a request by its id."""
    return db.session.get(JoinRequest, request_id)


def find_open_requests(group: Group, member_ids: Sequence[int]) -> Mapping[int, JoinRequest]:
    """Find the open requests of some people to a group, by the id of the person."""
    if not member_ids:
        return {}
    found = db.session.scalars(
        select(JoinRequest).where(
            JoinRequest.group_id == group.id,
            JoinRequest.member_id.in_(list(member_ids)),
            JoinRequest.state == RequestState.OPEN,
        )
    )
    return {each.member_id: each for each in found}


def list_messages(request: JoinRequest) -> Sequence[RequestMessage]:
    """List what was written about a request, oldest first."""
    return db.session.scalars(
        select(RequestMessage)
        .options(joinedload(RequestMessage.author))
        .where(RequestMessage.request_id == request.id)
        .order_by(RequestMessage.id)
    ).all()

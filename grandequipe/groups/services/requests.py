"""Requests to join: their answers, the messages about them, and how they end.

Guarantee: a request is open as long as its membership is `requested`; the functions here are
called while the group is locked. The person and the moderators read the messages.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, shows_something, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import RequestMessageSent
from grandequipe.groups.models import (
    LONGEST_ANSWER,
    LONGEST_MESSAGE,
    Group,
    JoinRequest,
    MembershipState,
    RequestMessage,
    RequestState,
)
from grandequipe.groups.queries import find_membership, find_open_request, find_welcome
from grandequipe.groups.services.locks import lock_group, require_not_archived
from grandequipe.members.models import Member

# What a person wrote to a group that they did not join is not kept for ever.
KEPT_FOR = timedelta(days=180)
BATCH = 500


def open_request(member: Member, group: Group, answers: Sequence[str]) -> None:
    """Keep a request with its answers; raise Invalid where a question is not answered."""
    questions = find_welcome(group).questions
    errors = {}
    for number, question in enumerate(questions):
        answer = answers[number] if number < len(answers) else ""
        if error := answer_error(answer, LONGEST_ANSWER):
            errors[f"answer_{number + 1}"] = f"{question} {error}"
    if errors:
        raise Invalid(errors)
    pairs = [[question, answers[number]] for number, question in enumerate(questions)]
    _ensure_request(group, member, pairs)


def answer_error(words: str, longest: int) -> str | None:
    """Say what is wrong with an answer or a message."""
    if error := length_error(words, longest) or text_error(words):
        return error
    return None if shows_something(words) else str(_("Please write a few words."))


def write_message(author: Member, request: JoinRequest, body: str) -> RequestMessage:
    """Write to the other side of a request that is open; the others are notified."""
    group, asker = request.group, request.member
    lock_group(group)
    require(
        policies.may_discuss_request(author, request),
        _l("Only the person who asked and the moderators write here."),
    )
    require_not_archived(group)
    membership = find_membership(asker, group)
    if membership is None or membership.state is not MembershipState.REQUESTED:
        raise Conflict(_("This request is no longer waiting: nothing more can be written."))
    if error := answer_error(body, LONGEST_MESSAGE):
        raise Invalid({"body": error})
    message = RequestMessage(
        request_id=request.id, author_id=author.id, body=body, created_at=clock.now()
    )
    db.session.add(message)
    db.session.flush()
    sent = RequestMessageSent(
        subject_id=group.id, actor_id=author.id, request_id=request.id, message_id=message.id
    )
    record(asker.stream, sent)
    return message


def ensure_request(asker: Member, group: Group) -> JoinRequest | None:
    """Give the open request of a person; make its row where the release before made none."""
    lock_group(group)
    membership = find_membership(asker, group)
    if membership is None or membership.state is not MembershipState.REQUESTED:
        return None
    _ensure_request(group, asker, [])
    return find_open_request(asker, group)


def _ensure_request(group: Group, member: Member, answers: list[list[str]]) -> None:
    db.session.execute(
        insert(JoinRequest)
        .values(
            group_id=group.id, member_id=member.id, answers=answers, created_at=clock.now(),
            state=RequestState.OPEN,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def close_requests(
    group: Group,
    member_ids: Collection[int],
    state: RequestState,
    actor: Member | None,
    reason: str = "",
) -> None:
    """Close the open requests of some people to a group."""
    db.session.execute(
        update(JoinRequest)
        .where(
            JoinRequest.group_id == group.id,
            JoinRequest.member_id.in_(list(member_ids)),
            JoinRequest.state == RequestState.OPEN,
        )
        .values(
            state=state,
            closed_at=clock.now(),
            closed_by_id=actor.id if actor is not None else None,
            reason=reason,
        )
    )


def delete_requests_of(member: Member) -> None:
    """Delete the requests of an account that was closed, and what it wrote about others."""
    db.session.execute(delete(JoinRequest).where(JoinRequest.member_id == member.id))
    db.session.execute(delete(RequestMessage).where(RequestMessage.author_id == member.id))


def delete_old_requests() -> int:
    """Delete some of the requests that were closed more than `KEPT_FOR` ago; count them."""
    old = (
        select(JoinRequest.id)
        .where(JoinRequest.closed_at < clock.now() - KEPT_FOR)
        .limit(BATCH)
        .scalar_subquery()
    )
    deleted = delete(JoinRequest).where(JoinRequest.id.in_(old)).returning(JoinRequest.id)
    return len(db.session.scalars(deleted).all())

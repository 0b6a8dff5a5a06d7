"""What is broadcast to open pages, by the process that committed and right after the commit."""

from functools import partial
from typing import cast

from flask import current_app

from grandequipe.core.events import Broadcast, RecordedEvent, StreamRef
from grandequipe.core.events.models import stream_name
from grandequipe.core.transactions import Callback
from grandequipe.groups.events import GroupEnded, MemberJoined, MemberLeft
from grandequipe.groups.models import STREAM_OWNER
from grandequipe.live.changes import Change, describe, describe_value
from grandequipe.live.channel import NAMESPACE, Sender
from grandequipe.live.rooms import Credentials
from grandequipe.members.events import AccessEnded, LoggedOut, PasswordChanged, TokenRevoked


def broadcast(recorded: RecordedEvent) -> Callback:
    """Send an event to open pages; not to a member who just left, but to one who just joined."""
    return partial(_broadcast, recorded, describe(recorded))


def broadcast_value(stream: StreamRef, value: Broadcast) -> None:
    """Send a present value to the open pages of a stream."""
    _emit(stream, describe_value(stream, value))


def _broadcast(recorded: RecordedEvent, change: Change) -> None:
    sender = _sender()
    match recorded.event:
        case MemberLeft(subject_id=member_id):
            sender.announce_access(member_id, lost=recorded.stream.name)
        case GroupEnded(subject_id=group_id, actor_id=int(member_id)):
            sender.announce_access(member_id, lost=stream_name(STREAM_OWNER, group_id))
        case MemberJoined(subject_id=member_id):
            sender.announce_access(member_id)
        case LoggedOut(subject_id=member_id, session_id=session_id):
            sender.announce_access(member_id, ended=Credentials(member_id, session_id=session_id))
        case TokenRevoked(subject_id=member_id, token_id=token_id):
            sender.announce_access(member_id, ended=Credentials(member_id, token_id=token_id))
        case PasswordChanged(subject_id=member_id) | AccessEnded(subject_id=member_id):
            sender.announce_access(member_id)
    _emit(recorded.stream, change)


def _emit(stream: StreamRef, change: Change) -> None:
    _sender().emit("change", change, namespace=NAMESPACE, to=stream.name)


def _sender() -> Sender:
    return cast(Sender, current_app.extensions["live_sender"])

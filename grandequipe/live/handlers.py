"""What live pages do when others speak, in the process that committed and right after."""

from functools import partial
from typing import cast

from flask import current_app

from grandequipe.core.events import RecordedEvent
from grandequipe.core.events.models import stream_name
from grandequipe.core.transactions import Callback
from grandequipe.groups.events import GroupEnded, MemberJoined, MemberLeft
from grandequipe.groups.models import STREAM_OWNER
from grandequipe.live.changes import Change, describe
from grandequipe.live.channel import NAMESPACE, Sender
from grandequipe.live.rooms import Ticket
from grandequipe.members.events import LoggedOut, PasswordChanged, TokenRevoked


def broadcast(recorded: RecordedEvent) -> Callback:
    """Tell open pages of a fact; who just left does not hear it, who just joined does."""
    return partial(_broadcast, recorded, describe(recorded))


def _broadcast(recorded: RecordedEvent, change: Change) -> None:
    sender = cast(Sender, current_app.extensions["live_sender"])
    match recorded.event:
        case MemberLeft(subject_id=member_id):
            sender.announce_access(member_id, lost=recorded.stream.name)
        case GroupEnded(subject_id=group_id, actor_id=int(member_id)):
            sender.announce_access(member_id, lost=stream_name(STREAM_OWNER, group_id))
        case MemberJoined(subject_id=member_id):
            sender.announce_access(member_id)
        case LoggedOut(subject_id=member_id, session_id=session_id):
            sender.announce_access(member_id, ended=Ticket(member_id, session_id=session_id))
        case TokenRevoked(subject_id=member_id, token_id=token_id):
            sender.announce_access(member_id, ended=Ticket(member_id, token_id=token_id))
        case PasswordChanged(subject_id=member_id):
            sender.announce_access(member_id)
    sender.emit("change", change, namespace=NAMESPACE, to=recorded.stream.name)

"""What the directory does on events."""

from grandequipe.core.events import EventRecord, handles
from grandequipe.directory import services
from grandequipe.members.events import ProfileChanged
from grandequipe.members.queries import find_member


@handles(ProfileChanged)
def erase_messages_of_closed_account(event_record: EventRecord) -> None:
    """Delete who wrote to, blocks, or was introduced to whom, of an account that was closed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        services.messages.erase_messages(member)
        services.introductions.erase_introductions(member)

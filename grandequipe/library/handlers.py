"""What follows in the library from events of others."""

from grandequipe.core.events import EventRecord, handles
from grandequipe.library.services import collections, life
from grandequipe.members.events import ProfileChanged
from grandequipe.members.queries import find_member


@handles(ProfileChanged)
def erase_collections_of_closed_account(event_record: EventRecord) -> None:
    """Delete the collections, follows and words of an account, once closed; a group's stay."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        collections.erase_collections(member)
        life.erase_words(member)

"""What follows from events: what goes with an author, and the previews of a post's links."""

from functools import partial
from typing import cast

from grandequipe.core import files
from grandequipe.core.events import EventRecord, handles
from grandequipe.core.transactions import on_commit
from grandequipe.feed import services
from grandequipe.feed.events import PostEdited, PostPublished, PostRemoved, PostRestored
from grandequipe.feed.models.posts import CARDS
from grandequipe.feed.services import bookmarks, bulk_removal, drafts, mentions
from grandequipe.feed.services.links import refer_to_links
from grandequipe.groups.events import MemberLeft
from grandequipe.groups.queries import find_group
from grandequipe.link_previews.tasks import fetch_soon
from grandequipe.members.events import ProfileChanged
from grandequipe.members.queries import find_member


@handles(PostRemoved)
def forget_share_card(event_record: EventRecord) -> None:
    """Forget the picture that other sites showed of a post; one that is still read is redrawn."""
    on_commit(partial(files.remove, f"{CARDS}/{event_record.subject_id}.png"))


@handles(MemberLeft)
def end_proposals_of_leaver(event_record: EventRecord) -> None:
    """Withdraw the changes that somebody proposed in a group, where they have left it."""
    author = find_member(event_record.subject_id)
    group = find_group(cast(MemberLeft, event_record.event).group_id)
    if author is not None and group is not None:
        services.end_proposals_of(author, group)


@handles(ProfileChanged)
def delete_refused_posts_of_closed_account(event_record: EventRecord) -> None:
    """Delete what moderators refused of an account, where it was closed."""
    author = find_member(event_record.subject_id)
    if author is not None and author.is_closed:
        services.delete_refused_posts(author)


@handles(ProfileChanged)
def erase_private_data_of_closed_account(event_record: EventRecord) -> None:
    """Erase the drafts, bookmarks, follows and reactions to comments of an account, once closed."""
    member = find_member(event_record.subject_id)
    if member is not None and member.is_closed:
        drafts.erase_drafts(member)
        bookmarks.erase_bookmarks(member)
        services.erase_follows(member)
        services.erase_reactions_to_comments(member)
        bulk_removal.erase_removal_reasons(member)


@handles(ProfileChanged)
def rename_mentions(event_record: EventRecord) -> None:
    """Write the present name of a member, a closed account's too, where texts mention them."""
    member = find_member(event_record.subject_id)
    if member is not None:
        mentions.rename_in_texts(member)


@handles(PostPublished, PostEdited, PostRemoved, PostRestored)
def refresh_link_previews(event_record: EventRecord) -> None:
    """Have the pages fetched that a post links to; those of a post that is gone may go."""
    refer_to_links(event_record.subject_id)
    fetch_soon()

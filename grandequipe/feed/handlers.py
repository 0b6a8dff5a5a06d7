"""What follows from events: what goes with an author, and the previews of a post's links."""

from functools import partial
from typing import cast

from grandequipe.core import files
from grandequipe.core.events import EventRecord, handles
from grandequipe.core.transactions import on_commit
from grandequipe.feed import services
from grandequipe.feed.events import PostEdited, PostPublished, PostRemoved, PostRestored
from grandequipe.feed.models.posts import CARDS
from grandequipe.feed.services import bookmarks, mentions
from grandequipe.feed.services.links import refer_to_links
from grandequipe.groups.events import MemberLeft
from grandequipe.groups.queries import find_group
from grandequipe.link_previews.tasks import fetch_soon
from grandequipe.members.events import ProfileChanged
from grandequipe.members.queries import find_member


@handles(ProfileChanged)
def forget_follows_of_closed_account(event_record: EventRecord) -> None:
    """Forget which themes and territories an account followed, where it was closed."""
    member = find_member(event_record.subject_id)
    if member is not None and not member.active:
        services.forget_follows(member)


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
    """Delete what moderators refused of an account, and its drafts, where it was closed."""
    author = find_member(event_record.subject_id)
    if author is not None and not author.active:
        services.delete_refused_posts(author)
        services.drafts.delete_drafts(author)


@handles(ProfileChanged)
def rename_mentions(event_record: EventRecord) -> None:
    """Write the present name of a member, a closed account's too, where texts mention them."""
    member = find_member(event_record.subject_id)
    if member is not None:
        mentions.rename_in_texts(member)


@handles(ProfileChanged)
def erase_bookmarks_of_closed_account(event_record: EventRecord) -> None:
    """Delete what an account kept, with its notes, where it was closed."""
    member = find_member(event_record.subject_id)
    if member is not None and not member.active:
        bookmarks.erase_bookmarks(member)


@handles(PostPublished, PostEdited, PostRemoved, PostRestored)
def refresh_link_previews(event_record: EventRecord) -> None:
    """Have the pages fetched that a post links to; those of a post that is gone may go."""
    refer_to_links(event_record.subject_id)
    fetch_soon()


@handles(ProfileChanged)
def erase_reactions_of_closed_account(event_record: EventRecord) -> None:
    """Delete the reactions of an account to comments, where it was closed."""
    member = find_member(event_record.subject_id)
    if member is not None and not member.active:
        services.erase_reactions_to_comments(member)

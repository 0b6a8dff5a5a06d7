"""The rights to collections, and to look after resources."""

from grandequipe.feed.models import Kind, Post
from grandequipe.feed.policies import banning_group, may_edit_post, may_read_thread
from grandequipe.groups.models import Group
from grandequipe.groups.policies import is_muted, may_moderate
from grandequipe.library.models import Audience, Collection
from grandequipe.members.models import Member


def may_create_for(member: Member | None, group: Group | None) -> bool:
    """Members make collections of their own; moderators of a group, unless archived, make its."""
    if member is None:
        return False
    return group is None or (may_moderate(member, group) and not group.is_archived)


def may_manage(member: Member | None, collection: Collection) -> bool:
    """Members manage their own collections, moderators those of their groups."""
    if member is None:
        return False
    if collection.group is not None:
        return may_create_for(member, collection.group)
    return collection.owner_id == member.id


def may_delete(member: Member | None, collection: Collection) -> bool:
    """Those who manage a collection delete it; administrators of the site do what others read."""
    if may_manage(member, collection):
        return True
    is_read = collection.audience is not Audience.PRIVATE
    return member is not None and member.is_admin and is_read


def may_care(member: Member | None, post: Post) -> bool:
    """Those who may change a resource look after it: its author and moderators."""
    return post.kind is Kind.RESOURCE and may_edit_post(member, post)


def may_speak_of(member: Member | None, post: Post) -> bool:
    """Readers of a resource say that they used it, or that it is out of date.

    Not so those who are banned or muted in one of its groups: both are read by others there.
    """
    if member is None or post.kind is not Kind.RESOURCE or not may_read_thread(member, post):
        return False
    is_silenced = any(is_muted(member, placement.group) for placement in post.published)
    return not is_silenced and banning_group(member, post) is None

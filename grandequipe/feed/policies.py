"""The rights to publish, change and answer."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from grandequipe.core.errors import NotFound
from grandequipe.feed.models import Comment, Placement, Post
from grandequipe.feed.models.placements import IN_BIN
from grandequipe.feed.queries.newcomers import has_post_in
from grandequipe.groups.models import Group, PostingPolicy
from grandequipe.groups.policies import (
    is_banned,
    is_member,
    is_muted,
    may_moderate,
    may_read,
    may_sanction,
    may_see_members,
    may_write,
    owes_acceptance,
)
from grandequipe.groups.queries import find_known
from grandequipe.members.models import Member

NEVER = datetime.max.replace(tzinfo=UTC)


def may_publish(member: Member | None, group: Group) -> bool:
    """Members who may write publish, or moderators only where the group says so."""
    if not may_write(member, group):
        return False
    return group.posting_policy is not PostingPolicy.MODERATORS or may_moderate(member, group)


def needs_approval(member: Member | None, group: Group) -> bool:
    """Return whether a moderator reads this person's posts first.

    That is: everybody's, or those of who has none yet that the group reads, as the group wants.
    """
    is_read_first = group.posting_policy is PostingPolicy.MODERATED or (
        group.reads_newcomers and member is not None and not has_post_in(member, group)
    )
    return is_read_first and not may_moderate(member, group)


def may_see_placement(viewer: Member | None, placement: Placement) -> bool:
    """Say of one placement what `feed.queries.shown_to` says of all."""
    if placement.is_published:
        return may_read(viewer, placement.group)
    if viewer is None or placement.is_removed:
        return False
    is_own = placement.post.author_id == viewer.id and may_read(viewer, placement.group)
    return is_own or may_moderate(viewer, placement.group)


def shown_placements(viewer: Member | None, post: Post) -> Sequence[Placement]:
    """List the placements of a post that the viewer may know, those of their own groups first."""
    shown = [each for each in post.placements if may_see_placement(viewer, each)]
    return sorted(shown, key=lambda each: _rank(viewer, each))


def may_place(member: Member | None, post: Post, group: Group) -> bool:
    """Authors place their posts in more groups, where they may publish.

    Those that a moderator took out of a group are not placed there again.
    """
    placement = post.placement_in(group)
    is_new = placement is None or (
        placement.is_removed and placement.decided_by_id == post.author_id
    )
    return is_new and _is_author(member, post) and may_publish(member, group)


def may_take_out(member: Member | None, placement: Placement) -> bool:
    """Authors take a post out of a group; those who look after the group do, once it is read."""
    if member is None or placement.is_removed or _is_kept(member, [placement]):
        return False
    if _is_author(member, placement.post):
        return True
    return placement.is_published and may_moderate(member, placement.group)


def may_arrange(member: Member | None, post: Post) -> bool:
    """Authors choose the groups of a post; those who look after one take it out of theirs."""
    return any(may_take_out(member, placement) for placement in post.placements)


def moderated_groups(post: Post) -> Sequence[Group]:
    """List the groups that read a post and in which not everybody, or not its author, publishes."""
    groups = [placement.group for placement in post.published]
    return [
        group
        for group in groups
        if group.posting_policy is not PostingPolicy.MEMBERS or not is_member(post.author, group)
    ]


def must_propose(member: Member | None, post: Post) -> bool:
    """Return whether a moderator reads this person's change before the groups do.

    One who looks after some of the moderated groups does not change what the others read.
    """
    return any(not may_moderate(member, group) for group in moderated_groups(post))


def deciding_groups(post: Post) -> Sequence[Group]:
    """List the groups whose moderators decide on a change: each for those that they moderate."""
    return moderated_groups(post) or [each.group for each in post.published or post.placements]


def may_decide(member: Member | None, post: Post) -> bool:
    """Moderators of one of these groups decide; authors, on their own change, only of all."""
    if not any(may_moderate(member, group) for group in deciding_groups(post)):
        return False
    is_author = member is not None and member.id == post.author_id
    return not (is_author and must_propose(member, post))


def unread_placements(moderator: Member, post: Post) -> Sequence[Placement]:
    """List where neither this moderator nor the author may change what a group reads.

    Others decide there: anybody can found a group and moderate it.
    """
    moderated = {group.id for group in moderated_groups(post)}
    return [
        each
        for each in post.published
        if each.group_id in moderated
        and not may_moderate(moderator, each.group)
        and not may_moderate(post.author, each.group)
    ]


def may_approve(member: Member | None, placement: Placement) -> bool:
    """Those who look after the group publish or refuse what waits."""
    here = placement.group
    return placement.is_pending and not here.is_archived and may_moderate(member, here)


def may_edit_post(member: Member | None, post: Post) -> bool:
    """Authors change their posts while they may write; moderators too, but refused ones.

    Moderators of some of its groups only take it out of theirs.
    """
    if _is_kept(member, post.placements):
        return False
    if _is_author(member, post):
        return _may_write_under(member, post)
    present = [each for each in post.placements if each.is_published or each.is_pending]
    return bool(present) and all(may_moderate(member, each.group) for each in present)


def history_since(viewer: Member | None, post: Post) -> datetime | None:
    """Give the instant since when the viewer reads a post in a group, whose history they see.

    None, for all of it, for its author, and for who may change it and reads all groups that it was
    in: what it said in a group that others have left out is no business of moderators elsewhere.
    """
    reads_all = all(may_read(viewer, each.group) for each in post.placements)
    if _is_author(viewer, post) or (reads_all and may_edit_post(viewer, post)):
        return None
    read = [
        each.published_at
        for each in post.published
        if each.published_at and may_read(viewer, each.group)
    ]
    return min(read, default=post.edited_at or post.created_at)


def may_read_room_address(viewer: Member | None, post: Post) -> bool:
    """Authors and moderators read the address of a webinar's room; others are led there in time."""
    if viewer is None:
        return False
    present = [each for each in post.placements if not each.is_removed]
    is_author = post.author_id == viewer.id
    return is_author or any(may_moderate(viewer, each.group) for each in present)


def may_hide_version(member: Member | None, post: Post) -> bool:
    """Moderators of all groups of a post erase what an earlier version of it said."""
    present = [each for each in post.placements if each.is_published or each.is_pending]
    return bool(present) and all(may_moderate(member, each.group) for each in present)


def may_withdraw(member: Member | None, post: Post) -> bool:
    """Authors give up what they propose for their posts while they are members."""
    return _is_author(member, post)


def may_remove_post(member: Member | None, post: Post) -> bool:
    """The right to change a post is the right to remove it; the muted remove their own."""
    return _is_author(member, post) or may_edit_post(member, post)


def may_read_thread(viewer: Member | None, post: Post) -> bool:
    """Readers of a group that reads the post read what is said under it; where it waits none do."""
    return any(may_read(viewer, placement.group) for placement in post.published)


def require_reader(viewer: Member | None, post: Post) -> None:
    """Raise NotFound where the viewer may not read what is said under a post."""
    if not may_read_thread(viewer, post):
        raise NotFound


def banning_group(member: Member | None, post: Post) -> Group | None:
    """Find a group that reads the post and from which the person is banned."""
    groups = [placement.group for placement in post.published]
    return next((group for group in groups if is_banned(member, group)), None)


def may_react(member: Member | None, post: Post) -> bool:
    """Members who write in a group that reads the post react.

    Not so those who are banned from another of them, or muted there.
    """
    groups = [placement.group for placement in post.published]
    if any(is_banned(member, group) or is_muted(member, group) for group in groups):
        return False
    return any(may_write(member, group) for group in groups)


def may_comment(member: Member | None, post: Post) -> bool:
    """A member who may react may answer; where the comments are locked, one who may lock them."""
    return may_react(member, post) and (not post.is_locked or may_lock(member, post))


def charter_before_comment(member: Member, post: Post) -> Group | None:
    """Find the group whose charter a member has to accept before they comment; None mostly.

    One of the groups by which they may comment is enough.
    """
    groups = [each.group for each in post.published if is_member(member, each.group)]
    unaccepted = [group for group in groups if owes_acceptance(member, group)]
    return unaccepted[0] if unaccepted and len(unaccepted) == len(groups) else None


def may_lock(member: Member | None, post: Post) -> bool:
    """Moderators of the group in which a post was placed first lock its comments.

    To found a group and to place one's post there gives no power over what the others say.
    """
    groups = [placement.group for placement in post.published]
    return bool(groups) and not groups[0].is_archived and may_moderate(member, groups[0])


def may_highlight(member: Member | None, placement: Placement) -> bool:
    """Moderators pin and feature what their group reads."""
    here = placement.group
    return placement.is_published and not here.is_archived and may_moderate(member, here)


def sanctioning_groups(member: Member | None, post: Post, author: Member) -> list[Group]:
    """List the groups of a post in which a moderator may sanction somebody who wrote in it."""
    return [
        each.group
        for each in post.published
        if not each.group.is_archived
        and may_moderate(member, each.group)
        and may_sanction(member, each.group, author)
    ]


def groups_to_mention_from(writer: Member, groups: Iterable[Group]) -> list[Group]:
    """List those of the groups of a text whose members its writer may know of.

    Another group that reads the same post does not become known by whom one can mention.
    """
    return [group for group in groups if may_see_members(writer, group)]


def may_edit_comment(member: Member | None, comment: Comment) -> bool:
    """Authors change what they said, where they may still say something."""
    is_author = member is not None and member.id == comment.author_id
    return is_author and not comment.is_removed and may_comment(member, comment.post)


def may_restore_comment(member: Member, comment: Comment, now: datetime) -> bool:
    """Authors put back what they removed themselves, for thirty days."""
    is_own = comment.author_id == member.id == comment.removed_by_id
    return is_own and comment.removed_at is not None and comment.removed_at > now - IN_BIN


def may_restore(member: Member, placement: Placement, now: datetime) -> bool:
    """Authors put back where they removed a post themselves, for thirty days; never elsewhere.

    A member of the group who may publish there: one who has left it puts nothing back.
    """
    is_own = placement.post.author_id == member.id == placement.decided_by_id
    is_kept = placement.decided_at is not None and placement.decided_at > now - IN_BIN
    return placement.is_removed and is_own and is_kept and may_publish(member, placement.group)


def may_remove_comment(member: Member | None, comment: Comment) -> bool:
    """Authors take back what they said; moderators remove what their members and leavers said."""
    return comment.id in removable_comments(member, comment.post, [comment])


def removable_comments(
    member: Member | None, post: Post, comments: Iterable[Comment]
) -> Collection[int]:
    """Say which comments under a post the person may remove, asking once for all of them.

    Their own; those of the members of groups that they moderate, and of people who have left all of
    its groups; and all of them where the group in which the post was placed first is theirs. To
    found a group and to place one's post there gives no power over what the members of the others
    say.
    """
    present = [comment for comment in comments if not comment.is_removed]
    groups = [placement.group for placement in post.published]
    moderated = [group for group in groups if may_moderate(member, group)]
    if member is None or not present or _is_kept(member, post.published):
        return set()
    if moderated and moderated[0] is groups[0]:
        return {comment.id for comment in present}
    authors = {comment.author_id for comment in present}
    removable = {member.id, *find_known(moderated, authors)}
    if moderated and (others := authors - removable):
        removable |= others - set(find_known(groups, others))
    return {comment.id for comment in present if comment.author_id in removable}


def _is_kept(member: Member | None, placements: Iterable[Placement]) -> bool:
    """Return whether what is placed so stays as it is: all of the groups are archived.

    Administrators of the site still take down what the law forbids.
    """
    groups = [each.group for each in placements if not each.is_removed]
    is_admin = member is not None and member.is_admin
    return bool(groups) and not is_admin and all(group.is_archived for group in groups)


def _is_author(member: Member | None, post: Post) -> bool:
    if member is None or post.author_id != member.id:
        return False
    present = [placement for placement in post.placements if not placement.is_removed]
    return any(is_member(member, placement.group) for placement in present)


def _may_write_under(member: Member | None, post: Post) -> bool:
    """Return whether the person writes in a group where the post is, and is muted in none."""
    groups = [placement.group for placement in post.placements if not placement.is_removed]
    return any(may_write(member, group) for group in groups) and not any(
        is_muted(member, group) for group in groups
    )


def _rank(viewer: Member | None, placement: Placement) -> tuple[bool, bool, datetime, int]:
    return (
        not is_member(viewer, placement.group),
        not placement.is_published,
        placement.published_at or NEVER,
        placement.id,
    )

"""Who may publish, change and answer what."""

from collections.abc import Collection, Iterable

from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group, PostingPolicy
from grandequipe.groups.policies import is_member, may_moderate
from grandequipe.members.models import Member


def may_publish(member: Member | None, group: Group) -> bool:
    """Members publish, or moderators only where the group says so."""
    if not is_member(member, group):
        return False
    return group.posting_policy is not PostingPolicy.MODERATORS or may_moderate(member, group)


def needs_approval(member: Member | None, group: Group) -> bool:
    """Tell whether a moderator reads this person's posts first."""
    return group.posting_policy is PostingPolicy.MODERATED and not may_moderate(member, group)


def must_propose(member: Member | None, post: Post) -> bool:
    """Tell whether a moderator reads this person's change before the group does."""
    is_free = post.group.posting_policy is PostingPolicy.MEMBERS
    return post.is_published and not is_free and not may_moderate(member, post.group)


def may_approve(member: Member | None, post: Post) -> bool:
    """Those who look after the group publish or refuse what waits."""
    return post.is_pending and may_moderate(member, post.group)


def may_edit_post(member: Member | None, post: Post) -> bool:
    """Authors change their posts while they are members; moderators too, but refused ones."""
    return _is_author(member, post) or (not post.is_refused and may_moderate(member, post.group))


def may_withdraw(member: Member | None, post: Post) -> bool:
    """Authors give up what they propose for their posts while they are members."""
    return _is_author(member, post)


def may_remove_post(member: Member | None, post: Post) -> bool:
    """Whoever may change a post may take it away."""
    return may_edit_post(member, post)


def may_comment(member: Member | None, post: Post) -> bool:
    """Members of the group answer what is published."""
    return post.is_published and is_member(member, post.group)


def may_react(member: Member | None, post: Post) -> bool:
    """Whoever may answer may also say it with one touch."""
    return may_comment(member, post)


def may_remove_comment(member: Member | None, comment: Comment) -> bool:
    """Authors take back what they said; those who look after the group may too."""
    return comment.id in removable_comments(member, comment.post, [comment])


def removable_comments(
    member: Member | None, post: Post, comments: Iterable[Comment]
) -> Collection[int]:
    """Say which comments under a post the person may remove, asking once for all of them."""
    if member is None:
        return set()
    any_of_them = may_moderate(member, post.group)
    return {
        comment.id
        for comment in comments
        if not comment.is_removed and (any_of_them or comment.author_id == member.id)
    }


def _is_author(member: Member | None, post: Post) -> bool:
    return member is not None and post.author_id == member.id and is_member(member, post.group)

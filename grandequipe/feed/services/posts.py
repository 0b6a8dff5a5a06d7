"""Publishing, changing and removing posts."""

from collections.abc import Iterable

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, NotFound
from grandequipe.core.events import Event, StreamRef, record, record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import (
    PostEdited,
    PostPublished,
    PostRemoved,
    PostSubmitted,
    PostWithdrawn,
)
from grandequipe.feed.models import Placement, PlacementStatus, Post, PostProposal
from grandequipe.feed.models.inputs import PostInput
from grandequipe.feed.services.proposals import (
    end_proposal,
    proposal_of,
    propose,
    proposed_post,
)
from grandequipe.feed.services.texts import (
    lock_post,
    make_post,
    mark_published,
    place,
    write_text,
)
from grandequipe.groups.models import Group
from grandequipe.groups.services import events_of_settling, hold_membership
from grandequipe.members.models import Member

MAY_NOT_EDIT = _l("You can’t edit this post.")

StreamEvent = tuple[StreamRef, Event]


def publish_post(author: Member, group: Group, post_input: PostInput) -> Post:
    """Publish a draft in a group, or leave it to a moderator where the group is moderated."""
    hold_membership(author, group, with_rules=True)
    require(policies.may_publish(author, group), _l("You can’t post in this group."))
    post = make_post(author, post_input)
    placement = place(post, group)
    db.session.add(post)
    db.session.flush()
    record(*_sent(author, placement))
    return post


def preview_post(author: Member, post_input: PostInput, before: Post | None = None) -> Post:
    """Make the post that a draft would become, as it would look; nothing keeps it.

    `before` is the post that it would change: what is right for that one is right here.
    """
    return make_post(author, post_input, before)


def edit_post(
    editor: Member, post: Post, post_input: PostInput, over: str | None = None
) -> PostProposal | None:
    """Change what a post says; its kind, group and date stay.

    Where a moderator must read the change first, the post stays as it is and the proposal is
    returned that keeps the change, or None if nothing would change. A refused post is sent to the
    moderators again.

    Raises Conflict where the text is not the one that is to be written over: the `text_version`
    of the post, for its author the `version` of their proposal where there is one. Raises
    NotFound where the post was removed meanwhile.
    """
    hold_membership(editor, post.group, with_rules=True)
    require(policies.may_edit_post(editor, post), MAY_NOT_EDIT)
    lock_post(post)
    if post.status is PlacementStatus.REMOVED:
        raise NotFound
    existing_proposal = proposal_of(post) if editor.id == post.author_id else None
    if over not in (None, existing_proposal.version if existing_proposal else post.text_version):
        raise Conflict(
            _("This post has changed since you opened it, so your version hasn’t been saved yet.")
        )
    before = proposed_post(existing_proposal) if existing_proposal else post
    post_input.check(before)
    if policies.must_propose(editor, post):
        return propose(editor, post, post_input, existing_proposal)
    write_text(post, post_input, before)
    post.edited_at = clock.now()
    post.version += 1
    ended = end_proposal(editor, existing_proposal) if existing_proposal else []
    record_all([*_edited(editor, post), *ended])
    return None


def remove_post(actor: Member, post: Post) -> None:
    """Take a post away from every page, feed and letter to come, with what was proposed for it."""
    hold_membership(actor, post.group)
    require(policies.may_remove_post(actor, post), _l("You can’t delete this post."))
    lock_post(post)
    was_published, was_pending = post.is_published, post.is_pending
    placement = post.placement
    placement.status, placement.refusal = PlacementStatus.REMOVED, None
    proposal = proposal_of(post)
    events: list[StreamEvent] = end_proposal(actor, proposal) if proposal else []
    db.session.flush()
    names = {"subject_id": post.id, "actor_id": actor.id, "group_id": post.group_id}
    if was_published:
        events.append((post.group.stream, PostRemoved(**names)))
    elif was_pending:
        withdrawn = (post.author.stream, PostWithdrawn(**names))
        events += [withdrawn, *events_of_settling(actor, post.group)]
    record_all(events)


def delete_refused_posts(author: Member) -> None:
    """Delete for ever the posts that were refused, with the words of the refusals.

    Nobody but their author and moderators has seen them: it is for an account that was closed.
    """
    written = select(Post.id).where(Post.author_id == author.id)
    db.session.execute(
        delete(Placement)
        .where(Placement.post_id.in_(written), Placement.status == PlacementStatus.REFUSED)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _edited(editor: Member, post: Post) -> Iterable[StreamEvent]:
    """Give what is recorded of a change that was written: the group reads it, or nobody yet."""
    if post.is_refused:
        placement = post.placement
        placement.status, placement.refusal = PlacementStatus.PENDING, None
        return [_sent(editor, placement)]
    if not post.is_published:
        return []
    edited = PostEdited(subject_id=post.id, actor_id=editor.id, group_id=post.group_id)
    return [(post.group.stream, edited)]


def _sent(author: Member, placement: Placement) -> StreamEvent:
    """Publish what its author sends, or have it wait; give what is recorded of it."""
    group = placement.group
    names = {"subject_id": placement.post_id, "actor_id": author.id, "group_id": group.id}
    if policies.needs_approval(author, group) or not policies.may_publish(author, group):
        return author.stream, PostSubmitted(**names)
    mark_published(placement)
    return group.stream, PostPublished(**names)

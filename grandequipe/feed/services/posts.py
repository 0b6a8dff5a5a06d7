"""Publishing, changing and removing posts."""

from collections.abc import Iterable

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, select

from grandequipe.attachments.services import Subject, claim_files
from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import Event, StreamRef, record_all
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import PostEdited
from grandequipe.feed.models import (
    MOST_GROUPS,
    Placement,
    PlacementStatus,
    Post,
    PostProposal,
    Webinar,
)
from grandequipe.feed.models.inputs import PostInput, SeriesInput
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.services import spam
from grandequipe.feed.services.changes import write_change
from grandequipe.feed.services.listing import (
    follow_decision,
    list_alone,
    list_next_date,
    stands_for_series,
)
from grandequipe.feed.services.mentions import keep_mentions
from grandequipe.feed.services.placements import removed, send
from grandequipe.feed.services.proposals import (
    end_proposal,
    proposal_of,
    propose,
    proposed_post,
)
from grandequipe.feed.services.schedules import moves_of
from grandequipe.feed.services.series import (
    SeriesChange,
    add_dates,
    change_later,
    list_later,
)
from grandequipe.feed.services.texts import (
    groups_of,
    hold_memberships,
    lock_post,
    make_post,
    place,
    record_events,
)
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_write
from grandequipe.groups.services import require_charter, require_not_archived, require_to_write
from grandequipe.members.models import Member

MAY_NOT_EDIT = _l("You can’t edit this post.")
MAY_NOT_REMOVE_POST = _l("You can’t delete this post.")

StreamEvent = tuple[StreamRef, Event]


def publish_post(
    author: Member, group: Group, post_input: PostInput, also_in: Iterable[Group] = ()
) -> Post:
    """Publish a post in a group and in others; where moderators read first, it waits for them.

    A group that refuses its author refuses the whole post. Of a SeriesInput the first date is
    returned; the others are placed with it.
    """
    groups = list(dict.fromkeys([group, *also_in]))
    if len(groups) > MOST_GROUPS:
        raise Invalid({"groups": _("Choose no more than %(number)d.", number=MOST_GROUPS - 1)})
    hold_memberships(author, groups, with_rules=True)
    require_not_archived(*groups)
    for each in groups:
        may_publish = policies.may_publish(author, each)
        require_to_write(author, may_publish, [each], _l("You can’t post in this group."))
    require_charter(author, groups)
    spam.require_post_quota(author, groups)
    post = make_post(author, post_input, groups=groups)
    spam.require_mention_quota(author, post.body_html, groups)
    placements = [place(post, each, since=post.created_at) for each in groups]
    db.session.add(post)
    db.session.flush()
    keep_mentions(post, had_any=False)
    if post.files:
        claim_files(author, Subject(POST_SUBJECT, post.id), [file.id for file in post.files])
    sent = [send(author, placement) for placement in placements]
    if isinstance(post_input, SeriesInput) and isinstance(post, Webinar):
        add_dates(author, post, post_input)
    record_events(sent)
    return post


def preview_post(author: Member, post_input: PostInput, before: Post | None = None) -> Post:
    """Make the post that a draft would become, as it would look; nothing keeps it.

    `before` is the post that it would change: what is right for that one is right here.
    """
    return make_post(author, post_input, before)


def edit_post(
    editor: Member,
    post: Post,
    post_input: PostInput,
    over: str | None = None,
    *,
    is_minor: bool = False,
    with_later: bool = False,
) -> PostProposal | None:
    """Change what a post says; its kind, group and date stay. A minor change notifies nobody.

    With `with_later` the later dates of its series say what is new, too, and are moved alike.

    Where a moderator must read the change first, the post stays as it is and the proposal is
    returned that keeps the change, or None if nothing would change. A refused post is sent to the
    moderators again.

    Raises Conflict where the text is not the one that is to be written over: the `text_version`
    of the post, for its author the `version` of their proposal where there is one. Raises
    NotFound where the post was removed meanwhile.
    """
    hold_memberships(editor, groups_of(post), with_rules=True)
    may_edit = policies.may_edit_post(editor, post)
    require_to_write(editor, may_edit, groups_of(post), MAY_NOT_EDIT)
    had_mentions = lock_post(post)
    if all(placement.is_removed for placement in post.placements):
        raise NotFound
    require(policies.may_edit_post(editor, post), MAY_NOT_EDIT)
    existing_proposal = proposal_of(post) if editor.id == post.author_id else None
    if over not in (None, existing_proposal.version if existing_proposal else post.text_version):
        raise Conflict(
            _("This post has changed since you opened it, so your version hasn’t been saved yet.")
        )
    before = proposed_post(existing_proposal) if existing_proposal else post
    post_input.validate(before)
    if policies.must_propose(editor, post):
        return propose(
            editor, post, post_input, existing_proposal, is_minor=is_minor, with_later=with_later
        )
    is_of_all = with_later or stands_for_series(post)
    webinar = post if isinstance(post, Webinar) else None
    change = SeriesChange(webinar) if is_of_all and webinar else None
    said_before = post.body_html
    write_change(editor, post, post_input, before, had_mentions=had_mentions, is_minor=is_minor)
    if editor.id == post.author_id:
        spam.require_links_kept(editor, said_before, post.body_html, groups_of(post))
    ended = end_proposal(editor, existing_proposal) if existing_proposal else []
    events = [*_edited(editor, post, is_minor), *moves_of(editor, post), *ended]
    if change and webinar:
        events += change_later(editor, webinar, change, is_minor=is_minor)
    else:
        list_alone(post)
    record_events([*events, *list_next_date(post)])
    return None


def remove_post(actor: Member, post: Post, reason: str = "", *, with_later: bool = False) -> None:
    """Take a post away from every page, feed and later digest, with what was proposed for it.

    `reason` is a moderator's, for the author; it may be empty. With `with_later` the later dates of
    its series go as well; so they do where a moderator removes the one that lists show.
    """
    hold_memberships(actor, groups_of(post))
    require(policies.may_remove_post(actor, post), MAY_NOT_REMOVE_POST)
    lock_post(post)
    present = [each for each in post.placements if not each.is_removed]
    if present:
        require(policies.may_remove_post(actor, post), MAY_NOT_REMOVE_POST)
    # What another group refused is between its moderators and the author.
    own = [
        each for each in present if actor.id == post.author_id or may_moderate(actor, each.group)
    ]
    is_moderated = actor.id != post.author_id
    later = list_later(post) if with_later and isinstance(post, Webinar) else ()
    events = removed(actor, post, own, reason, whole_series=is_moderated)
    for date in later:
        if policies.may_remove_post(actor, date):
            lock_post(date)
            there = [each for each in date.placements if not each.is_removed]
            events += removed(actor, date, there, reason)
    record_all([*events, *list_next_date(post)])


def delete_refused_posts(author: Member) -> None:
    """Delete for ever the posts that were refused, with the words of the refusals.

    Only their author and moderators have seen them: it is for an account that was closed.
    """
    written = select(Post.id).where(Post.author_id == author.id)
    db.session.execute(
        delete(Placement)
        .where(Placement.post_id.in_(written), Placement.status == PlacementStatus.REFUSED)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _edited(editor: Member, post: Post, is_minor: bool) -> Iterable[StreamEvent]:
    """Give what is recorded of a change that was written: its groups read it, or nobody yet."""
    events: list[StreamEvent] = []
    for placement in post.placements:
        if placement.is_refused:
            # Only its author sends it again, and not to a group that they left.
            if editor.id != post.author_id or not may_write(editor, placement.group):
                continue
            placement.status, placement.refusal = PlacementStatus.PENDING, None
            placement.returned = False
            db.session.flush()
            follow_decision(placement, PlacementStatus.REFUSED)
            if placement.published_at is None:
                placement.created_at = clock.now()
            events.append(send(editor, placement))
        elif placement.is_published:
            names = {"subject_id": post.id, "actor_id": editor.id}
            edited = PostEdited(**names, group_id=placement.group_id, minor=is_minor)
            events.append((placement.group.stream, edited))
    return events

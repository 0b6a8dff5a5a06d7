"""Changes of published posts that a moderator reads before the group does.

Guarantee: a proposal is written under the lock of its post, so one that is approved, refused
or withdrawn is the one that was there when the post was locked.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.queries import find_files
from grandequipe.attachments.services import (
    Subject,
    claim_files,
    release_files,
    require_attachable,
)
from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import Event, StreamRef, record_all
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import (
    PostEdited,
    PostRemoved,
    PostSubmitted,
    ProposalApproved,
    ProposalRefused,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from grandequipe.feed.models import (
    Placement,
    PlacementStatus,
    Post,
    PostProposal,
    PostVersion,
    ProposalState,
    Webinar,
)
from grandequipe.feed.models.inputs import PostInput, reason_error, write_input
from grandequipe.feed.models.posts import PROPOSAL_SUBJECT
from grandequipe.feed.queries import placed
from grandequipe.feed.services.history import keep_versions, version_before
from grandequipe.feed.services.listing import follow_decision, list_next_date
from grandequipe.feed.services.mentions import keep_mentions
from grandequipe.feed.services.schedules import moves_of
from grandequipe.feed.services.series import SeriesChange, change_later
from grandequipe.feed.services.texts import (
    claim_post_files,
    group_of_act,
    groups_of,
    groups_to_mention_from,
    hold_memberships,
    known_territories,
    known_themes,
    lock_post,
    mentioning_text,
    note_act,
    says_the_same,
    subjects_of,
    write_text,
)
from grandequipe.groups.models import Group
from grandequipe.groups.policies import is_member, may_moderate
from grandequipe.groups.services import hold_membership, resolution_events
from grandequipe.members.models import Member
from grandequipe.taxonomies.queries import find_territories, find_themes

StreamEvent = tuple[StreamRef, Event]


def proposal_of(post: Post) -> PostProposal | None:
    """Read the proposal to change a post that is locked, None where there is none."""
    query = select(PostProposal).where(PostProposal.post_id == post.id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def propose(
    author: Member,
    post: Post,
    post_input: PostInput,
    existing_proposal: PostProposal | None,
    *,
    is_minor: bool = False,
    with_later: bool = False,
) -> PostProposal | None:
    """Keep a change for the moderators, in the place of the author's earlier proposal if any.

    With `with_later` it is one of the later dates of its series, too.

    Returns None where the post says it already; an earlier proposal is withdrawn then.
    """
    known_themes(post_input.themes)
    own = Subject(PROPOSAL_SUBJECT, post.id)
    if post_input.files is not None:
        require_attachable(author, post_input.files, subjects_of(post))
    before = proposed_post(existing_proposal) if existing_proposal else post
    text = mentioning_text(post_input, before, groups_to_mention_from(author, post))
    content = write_input(post_input) | {
        "title": post_input.title.strip(),
        "body_html": text.html,
        "summary": text.summary,
        "territories": [territory.code for territory in known_territories(post_input.territories)],
        "minor": is_minor,
        "with_later": with_later,
    }
    if says_the_same(proposed_post(PostProposal(post=post, content=content)), post):
        record_all(end_proposal(author, existing_proposal) if existing_proposal else [])
        return None
    proposal = existing_proposal or PostProposal(post=post, base_version=post.text_version)
    proposal.content, proposal.changed_at = content, clock.now()
    proposal.state, proposal.decided_by_id, proposal.reason = ProposalState.OPEN, None, None
    db.session.add(proposal)
    db.session.flush()
    if post_input.files is not None:
        claim_files(author, own, post_input.files, subjects_of(post))
    submitted = [
        (author.stream, ProposalSubmitted(**_names(author, post, group)))
        for group in policies.deciding_groups(post)
    ]
    record_all(submitted)
    return proposal


def proposed_post(proposal: PostProposal) -> Post:
    """Make the post that a proposal would make, to be shown or changed again; nothing keeps it.

    Labels that are gone meanwhile are left out.
    """
    post, post_input = proposal.post, proposal.post_input
    fields = post_input.own_fields_over(post)
    own = {name: value if value != "" else None for name, value in fields.items()}
    made = post_input.model(
        title=post_input.title,
        body_html=post_input.body_html,
        summary=proposal.content["summary"],
        language=post_input.language,
        author=post.author,
        created_at=post.created_at,
        themes=list(find_themes(post_input.themes)),
        territories=list(find_territories(post_input.territories)),
        **own,
    )
    files = post.files if post_input.files is None else list(find_files(post_input.files))
    set_committed_value(made, "files", files)
    return made


class FileName(NamedTuple):
    """A file that a version had, by its name: it may be gone."""

    name: str


def post_of_version(post: Post, version: PostVersion) -> Post:
    """Make the post as a version says it, to be compared; nothing keeps it."""
    if version.version == post.version:
        return post
    content = version.content or {}
    made = proposed_post(PostProposal(post=post, content=content))
    names = [FileName(name) for name in content["file_names"]]
    set_committed_value(made, "files", names)
    return made


def approve_proposal(moderator: Member, post: Post, read: str) -> None:
    """Have a post say what its author proposes: the groups read it from now on.

    Where others moderate, it waits for them and is not read meanwhile: they decide on the post.
    Raises Conflict where the two texts are not those that the moderator compared (`version`).
    """
    proposal = _lock_open_proposal(moderator, post)
    if read != proposal.version:
        raise Conflict(
            _("One of the two texts has changed since you read them. Please compare them again.")
        )
    made = proposed_post(proposal)
    post_input = replace(
        proposal.post_input,
        themes=[theme.slug for theme in made.themes],
        territories=[territory.code for territory in made.territories],
        files=[file.id for file in made.files],
    )
    is_minor = bool(proposal.content.get("minor"))
    is_of_all = isinstance(post, Webinar) and proposal.content.get("with_later")
    change = SeriesChange(post) if is_of_all and isinstance(post, Webinar) else None
    before_change = version_before(post)
    write_text(post, post_input, made)
    claim_post_files(moderator, post, post_input)
    post.edited_at = clock.now()
    post.version += 1
    db.session.flush()
    keep_mentions(post)
    keep_versions(before_change, post.author_id, post, is_minor=is_minor)
    unread = policies.unread_placements(moderator, post)
    ended = end_proposal(moderator, proposal, ProposalApproved)
    note_act(moderator, Act.PROPOSAL_APPROVED, group_of_act(moderator, post), post)
    waiting = [event for each in unread for event in _wait_again(moderator, each)]
    db.session.flush()
    edited: list[StreamEvent] = [
        (
            placement.group.stream,
            PostEdited(**_names(moderator, post, placement.group), minor=is_minor),
        )
        for placement in post.published
    ]
    edited += moves_of(moderator, post)
    if change and isinstance(post, Webinar):
        edited += change_later(moderator, post, change, is_minor=is_minor)
    record_all([*ended, *edited, *waiting, *list_next_date(post)])


def _wait_again(moderator: Member, placement: Placement) -> list[StreamEvent]:
    """Have a post wait in a group that read it; since when it did is kept."""
    post, group = placement.post, placement.group
    placement.status, placement.created_at = PlacementStatus.PENDING, clock.now()
    placement.pinned = placement.featured = False
    db.session.flush()
    follow_decision(placement, PlacementStatus.PUBLISHED)
    return [
        (group.stream, PostRemoved(**_names(moderator, post, group))),
        (post.author.stream, PostSubmitted(**_names(post.author, post, group))),
    ]


def refuse_proposal(moderator: Member, post: Post, reason: str) -> None:
    """Leave a post as it is, and notify its author of the reason; their text is kept for them."""
    proposal = _lock_open_proposal(moderator, post)
    group = _group_of_decision(moderator, post)
    proposal.reason = checked_reason(reason)
    proposal.state, proposal.decided_by_id = ProposalState.REFUSED, moderator.id
    db.session.flush()
    note_act(moderator, Act.PROPOSAL_REFUSED, group, post, proposal.reason)
    refused = ProposalRefused(**_names(moderator, post, group))
    record_all([(post.author.stream, refused), *_settled(moderator, post)])


def withdraw_proposal(author: Member, post: Post) -> None:
    """Give a proposal up, open or refused; nothing happens where there is none."""
    hold_memberships(author, groups_of(post))
    require(policies.may_withdraw(author, post), _l("Only its author can withdraw a change."))
    lock_post(post)
    if proposal := proposal_of(post):
        record_all(end_proposal(author, proposal))


def end_proposals_of(author: Member, group: Group) -> None:
    """End what somebody proposed in a group that they have left; who came back keeps it.

    So do those who belong to another group in which the post is placed.
    """
    hold_membership(author, group)
    if is_member(author, group):
        return
    events: list[StreamEvent] = []
    for post in _list_posts_with_proposal(author, group):
        hold_memberships(author, groups_of(post))
        lock_post(post)
        proposal = proposal_of(post)
        if proposal and not policies.may_withdraw(author, post):
            events += end_proposal(author, proposal)
    # The moderators' bells are counted anew once, however many there were.
    record_all(dict.fromkeys(events))


def end_proposal(
    actor: Member,
    proposal: PostProposal,
    event: type[ProposalApproved | ProposalWithdrawn] = ProposalWithdrawn,
) -> list[StreamEvent]:
    """Delete a proposal, and give what is to be recorded of it."""
    post, was_open = proposal.post, proposal.is_open
    db.session.delete(proposal)
    release_files(Subject(PROPOSAL_SUBJECT, post.id))
    db.session.flush()
    settled = _settled(actor, post) if was_open else []
    group = _group_of_decision(actor, post)
    return [(post.author.stream, event(**_names(actor, post, group))), *settled]


def checked_reason(reason: str) -> str:
    """Give the words of a refusal, or raise Invalid that says what is wrong with them."""
    if wrong := reason_error(reason):
        raise Invalid({"reason": wrong})
    return reason.strip()


def _list_posts_with_proposal(author: Member, group: Group) -> Iterable[Post]:
    """Give the posts in the order in which everyone locks them."""
    proposed = select(Post).join(PostProposal, PostProposal.post_id == Post.id)
    own = proposed.where(Post.author_id == author.id, placed(Placement.group_id == group.id))
    return db.session.scalars(own.order_by(Post.id)).all()


def _lock_open_proposal(moderator: Member, post: Post) -> PostProposal:
    """Ask who it is before what state it is in: only moderators hear of that.

    What its author proposed before they left is being ended: it is not decided any more.
    """
    hold_memberships(moderator, groups_of(post))
    hold_memberships(post.author, groups_of(post))
    require(policies.may_decide(moderator, post), _l("Only moderators can decide on changes."))
    lock_post(post)
    if not post.is_published:
        raise NotFound
    require(policies.may_decide(moderator, post), _l("Only moderators can decide on changes."))
    proposal = proposal_of(post)
    if proposal is None or not proposal.is_open or not policies.may_withdraw(post.author, post):
        raise Conflict(_("This change is no longer waiting for a moderator."))
    return proposal


def _group_of_decision(actor: Member, post: Post) -> Group:
    """Give the group in whose name somebody acts: one that they look after, if any."""
    groups = policies.deciding_groups(post)
    return next((group for group in groups if may_moderate(actor, group)), groups[0])


def _settled(actor: Member, post: Post) -> list[StreamEvent]:
    """Notify the moderators of each group once that a change is no longer pending."""
    events: dict[StreamRef, Event] = {}
    for group in policies.deciding_groups(post):
        for stream, event in resolution_events(actor, group):
            events.setdefault(stream, event)
    return list(events.items())


def _names(actor: Member, post: Post, group: Group) -> dict[str, int]:
    return {"subject_id": post.id, "actor_id": actor.id, "group_id": group.id}

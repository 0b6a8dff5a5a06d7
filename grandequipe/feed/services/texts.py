"""What the services of posts share: the lock of a post, and a draft written into it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.services import Subject, claim_files, require_attachable
from grandequipe.core import clock
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.events import Event, StreamRef, record, record_all
from grandequipe.core.html import RichText
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.models import (
    MEMBER_LINK,
    Comment,
    Draft,
    Placement,
    PlacementStatus,
    Post,
)
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.models.inputs import INPUTS, PostInput
from grandequipe.feed.models.posts import COMMENT_SUBJECT, POST_SUBJECT, PROPOSAL_SUBJECT
from grandequipe.feed.policies import must_propose
from grandequipe.feed.services.listing import follow_decision, lock_series, series_of
from grandequipe.feed.services.mentions import with_mentions
from grandequipe.feed.signals import moderated
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import hold_membership, require_not_archived
from grandequipe.members.models import Member, Organisation
from grandequipe.members.policies import may_speak_for
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.queries import find_territories, find_themes

# All lock the placements in one order, and the post after the first: who has that has it all.
LOCK = (
    select(
        Placement,
        Post.version,
        Post.edited_at,
        Post.body_html.contains(MEMBER_LINK).label("may_mention"),
    )
    .join(Placement.post)
    .where(Placement.post_id == bindparam("post", type_=BigInteger))
    .order_by(Placement.id)
    .with_for_update(of=[Placement, Post], key_share=True)
    .execution_options(populate_existing=True)
)
HOLD = (
    select(Placement)
    .where(Placement.post_id == bindparam("post", type_=BigInteger))
    .order_by(Placement.id)
    .with_for_update(of=Placement, read=True)
    .options(lazyload(Placement.group))
    .execution_options(populate_existing=True)
)


def hold_post(post: Post) -> None:
    """Read the placements of a post FOR SHARE, unchanged until the transaction ends.

    A write that a published post allows calls this after `hold_memberships`, then asks the policy.
    Raises NotFound where the post was published when it was read, and no longer is.
    """
    was_published = post.is_published
    # Groups stay as they came with the post: referred to, they are found in the session.
    groups = {placement.group_id: placement.group for placement in post.placements}
    placements = db.session.scalars(HOLD, {"post": post.id}).all()
    for placement in placements:
        if placement.group_id in groups:
            set_committed_value(placement, "group", groups[placement.group_id])
    set_committed_value(post, "placements", list(placements))
    if was_published and not post.is_published:
        raise NotFound


def lock_post(post: Post) -> bool:
    """Lock a post until the commit, and read again what other transactions changed of it.

    Returns whether it may mention members. Raises NotFound where it is gone, with the last of its
    groups.
    """
    if (series_id := series_of(post)) is not None:
        lock_series(series_id)
    rows = db.session.execute(LOCK, {"post": post.id}).all()
    if not rows:
        raise NotFound
    set_committed_value(post, "placements", [row[0] for row in rows])
    set_committed_value(post, "version", rows[0].version)
    set_committed_value(post, "edited_at", rows[0].edited_at)
    return bool(rows[0].may_mention)


def subjects_of(post: Post | None) -> Sequence[Subject]:
    """Name what the files of a post, and of a change of it, belong to."""
    if post is None:
        return ()
    return [Subject(name, post.id) for name in (POST_SUBJECT, PROPOSAL_SUBJECT)]


def subjects_described_by(editor: Member, post: Post | None) -> Sequence[Subject]:
    """Name what a picture may belong to for the editor to say what it shows.

    Where a moderator reads changes first, what the groups see already is described by moderators.
    The editor's drafts are read by no other; one text has two of them where it was written on two
    devices.
    """
    drafts = db.session.scalars(select(Draft.id).where(Draft.author_id == editor.id))
    subjects = [*subjects_of(post), *(Subject(DRAFT_SUBJECT, draft_id) for draft_id in drafts)]
    if post is None or not must_propose(editor, post):
        return subjects
    return [each for each in subjects if each.type != POST_SUBJECT]


def claim_post_files(actor: Member, post: Post, post_input: PostInput) -> None:
    """Have a post show the files of a draft; raise Invalid of `files`."""
    if post_input.files is not None and [file.id for file in post.files] != [*post_input.files]:
        own, *there = subjects_of(post)
        files = claim_files(actor, own, post_input.files, there)
        set_committed_value(post, "files", list(files))


def make_post(
    author: Member,
    post_input: PostInput,
    before: Post | None = None,
    groups: Iterable[Group] = (),
) -> Post:
    """Make the post that a draft becomes, in no session yet; raise Invalid for a wrong draft.

    `before` is the post that it would change: what is right for that one is right here. Members of
    `groups` are mentioned by their names.
    """
    post_input.validate(before)
    post = post_input.model(author=author, created_at=clock.now())
    write_text(post, post_input, before, groups)
    files = (
        post_input.files or ()
        if before is None or post_input.files is not None
        else ([file.id for file in before.files])
    )
    set_committed_value(post, "files", list(require_attachable(author, files, subjects_of(before))))
    return post


def note_act(
    actor: Member,
    act: Act,
    group: Group,
    subject: Post | Comment,
    reason: str | None = None,
    **details: int | str,
) -> None:
    """Log what a moderator did to a post or a comment; authors moderate nothing of their own.

    With a `reason`, which may be "", the packages above hear of it, too: it is a decision that the
    author has to know.
    """
    if actor.id == subject.author_id:
        return
    named = (POST_SUBJECT if isinstance(subject, Post) else COMMENT_SUBJECT, subject.id)
    log_act(
        act,
        named,
        actor_id=actor.id,
        group_id=group.id,
        member_id=subject.author_id,
        **details,
    )
    if reason is not None:
        moderated.send(
            None,
            act=act,
            actor=actor,
            subject=named,
            group=group,
            member=subject.author,
            reason=reason,
            until=None,
        )


def group_of_act(actor: Member, post: Post) -> Group:
    """Give the group in whose name somebody moderates what is said under a post."""
    groups = [each.group for each in post.published or post.placements]
    return next((group for group in groups if may_moderate(actor, group)), groups[0])


def place(post: Post, group: Group, since: datetime | None = None) -> Placement:
    """Place a post in a group, where it waits; nothing is written yet.

    `since` is when it was written, where it is placed there from the start.
    """
    return Placement(
        post=post,
        group=group,
        kind=post.kind,
        status=PlacementStatus.PENDING,
        created_at=since or clock.now(),
    )


def hold_memberships(member: Member, groups: Iterable[Group], *, with_rules: bool = False) -> None:
    """Hold how a person stands to several groups, in the order in which everyone does.

    Raises Refused where all of them are archived.
    """
    ordered = sorted(groups, key=lambda each: each.id)
    for group in ordered:
        hold_membership(member, group, with_rules=with_rules)
    _require_one_active(member, ordered)


def require_writable(member: Member, post: Post) -> None:
    """Raise Refused where all groups of a post are archived.

    Administrators of the site still take down what the law forbids.
    """
    _require_one_active(member, groups_of(post))


def _require_one_active(member: Member, groups: Sequence[Group]) -> None:
    if groups and not member.is_admin and all(group.is_archived for group in groups):
        require_not_archived(*groups)


def groups_to_mention_from(writer: Member, post: Post) -> list[Group]:
    """List the groups in which a post is, or waits, whose members its writer may know of."""
    present = [placement.group for placement in post.placements if not placement.is_removed]
    return policies.groups_to_mention_from(writer, present)


def groups_of(post: Post) -> list[Group]:
    """List the groups in which a post is or was placed."""
    return [placement.group for placement in post.placements]


def record_in_groups(post: Post, event_of: Callable[[Group], Event]) -> None:
    """Record something about a post in the stream of each group that reads it."""
    groups = [placement.group for placement in post.published]
    record_events([(group.stream, event_of(group)) for group in groups])


def record_events(events: Sequence[tuple[StreamRef, Event]]) -> None:
    """Record events, a single one in one statement."""
    if len(events) == 1:
        record(*events[0])
    else:
        record_all(events)


def mark_published(placement: Placement) -> None:
    """Publish a post in a group: it is news there from now on, however old it is.

    Of a series of webinars it is with the dates that follow it.
    """
    was = placement.status
    placement.status, placement.published_at = PlacementStatus.PUBLISHED, clock.now()
    db.session.flush()
    follow_decision(placement, was)


def write_text(
    post: Post, post_input: PostInput, before: Post | None, groups: Iterable[Group] = ()
) -> None:
    """Have a post say what a draft says; a text that is as `before` has it stays so."""
    text = mentioning_text(post_input, before, groups)
    post.title, post.body_html, post.summary = post_input.title.strip(), text.html, text.summary
    post.language = post_input.language or None
    post.themes = known_themes(post_input.themes)
    post.territories = known_territories(post_input.territories)
    for name, value in post_input.own_fields_over(before).items():
        setattr(post, name, value if value != "" else None)
    post.organisation = _speaker(post.author, post_input.organisation_id, before)


def _speaker(
    author: Member, organisation_id: int | None, before: Post | None
) -> Organisation | None:
    """Give the organisation in whose name a post is; raise Invalid where its author may not.

    What is written in the name of one stays so, though the author may no longer.
    """
    if organisation_id is None:
        return None
    found = db.session.get(Organisation, organisation_id)
    if found is not None and found.merged_into_id is not None:
        found = db.session.get(Organisation, found.merged_into_id)
    if found is not None and before is not None and before.organisation_id == found.id:
        return found
    if found is None or not may_speak_for(author, found):
        raise Invalid({"organisation_id": _("Choose an organisation in whose name you may write.")})
    return found


def mentioning_text(
    post_input: PostInput, before: Post | None, groups: Iterable[Group]
) -> RichText:
    """Give the text of a draft with its mentions made; one that is as `before` has it stays so."""
    text = post_input.text_over(before)
    is_kept = before is not None and text.html == before.body_html
    return text if is_kept else with_mentions(text, groups)


def says_the_same(one: Post, other: Post) -> bool:
    """Return whether a reader of two posts of one kind would read the same in every field."""
    names = [each.name for each in fields(INPUTS[one.kind])]
    return all(_read_of(one, name) == _read_of(other, name) for name in names)


def _read_of(post: Post, name: str) -> Any:
    value = getattr(post, name)
    if name == "files":
        return [file.id for file in value]
    return {label.id for label in value} if isinstance(value, list) else value or None


def known_themes(slugs: Sequence[str]) -> list[Theme]:
    """Find themes by slug; raise Invalid where one is not of the list."""
    found = list(find_themes(slugs)) if slugs else []
    if len(found) < len(set(slugs)):
        raise Invalid({"themes": _("Choose themes from the list.")})
    return found


def known_territories(words: Sequence[str]) -> list[Territory]:
    """Find territories by code or label; raise Invalid that names one that is not known."""
    found = list(find_territories(words)) if words else []
    known = {territory.code for territory in found} | {territory.label for territory in found}
    unknown = [word for word in words if word not in known]
    if unknown:
        raise Invalid(
            {"territories": _("We don’t know a place called “%(name)s”.", name=unknown[0])}
        )
    return found

"""Publishing, changing and removing posts."""

from collections.abc import Sequence

from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock, journal
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import (
    PostEdited,
    PostPublished,
    PostRefused,
    PostRemoved,
    PostSubmitted,
    PostWithdrawn,
)
from grandequipe.feed.models import Post, PostStatus
from grandequipe.feed.models.drafts import PostDraft
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import hold_membership, news_of_settling
from grandequipe.members.models import Member
from grandequipe.nomenclatures.models import Territory, Theme
from grandequipe.nomenclatures.queries import find_territories, find_themes

LOCKED = ("status", "version", "edited_at")
MAY_NOT_EDIT = _l("You cannot change this post.")

PostEvent = PostPublished | PostEdited | PostRemoved | PostSubmitted | PostRefused | PostWithdrawn


def publish_post(author: Member, group: Group, draft: PostDraft) -> Post:
    """Publish a draft in a group, or leave it to a moderator where the group is moderated."""
    hold_membership(author, group, with_rules=True)
    require(policies.may_publish(author, group), _l("You cannot publish in this group."))
    post = _made(author, group, draft)
    db.session.add(post)
    db.session.flush()
    if policies.needs_approval(author, group):
        _tell(author.stream, PostSubmitted, post, author)
    else:
        _mark_published(post)
        _tell(post.group.stream, PostPublished, post, author)
    return post


def preview_post(
    author: Member, group: Group, draft: PostDraft, before: Post | None = None
) -> Post:
    """Make the post that a draft would become, as it would look; nothing keeps it.

    `before` is the post that it would change: what is right for that one is right here.
    """
    return _made(author, group, draft, before)


def edit_post(editor: Member, post: Post, draft: PostDraft, over: str | None = None) -> None:
    """Change what a post says; its kind, group and date stay.

    Raises Conflict where the text is not the one that is to be written over (`text_version`),
    NotFound where it was removed meanwhile.
    """
    hold_membership(editor, post.group, with_rules=True)
    require(policies.may_edit_post(editor, post), MAY_NOT_EDIT)
    _lock(post)
    if post.status is PostStatus.REMOVED:
        raise NotFound
    if over not in (None, post.text_version):
        raise Conflict(_("This post was changed since you opened it: yours is not saved yet."))
    draft.check(post)
    _write(post, draft, post)
    post.edited_at = clock.now()
    post.version += 1
    db.session.flush()
    if post.is_published:
        _tell(post.group.stream, PostEdited, post, editor)


def remove_post(actor: Member, post: Post) -> None:
    """Take a post away from every page, feed and letter to come."""
    hold_membership(actor, post.group)
    require(policies.may_remove_post(actor, post), _l("You cannot remove this post."))
    _lock(post)
    was_published, was_pending = post.is_published, post.is_pending
    post.status = PostStatus.REMOVED
    db.session.flush()
    if was_published:
        _tell(post.group.stream, PostRemoved, post, actor)
    elif was_pending:
        _tell_settled(post.author.stream, PostWithdrawn, post, actor)


def approve_post(moderator: Member, post: Post, read: str | None = None) -> None:
    """Publish what waited: it is news from now on, however old it is.

    Raises Conflict where the text is not the one that the moderator read (`text_version`).
    """
    _require_waiting(moderator, post)
    if read not in (None, post.text_version):
        raise Conflict(_("This post was changed since you read it: read it again, then decide."))
    _mark_published(post)
    _tell_settled(post.group.stream, PostPublished, post, moderator)


def refuse_post(moderator: Member, post: Post) -> None:
    """Leave unpublished what waited, and tell its author."""
    _require_waiting(moderator, post)
    post.status = PostStatus.REMOVED
    db.session.flush()
    _tell_settled(post.author.stream, PostRefused, post, moderator)


def _require_waiting(moderator: Member, post: Post) -> None:
    """Ask who it is before what state the post is in: only moderators hear of that."""
    hold_membership(moderator, post.group)
    require(may_moderate(moderator, post.group), _l("Only moderators publish what waits."))
    _lock(post)
    if not post.is_pending:
        raise Conflict(_("This post does not wait for a moderator any more."))


def _lock(post: Post) -> None:
    """Wait for whoever changes this post now, and see what they made of it."""
    lock = {"of": Post, "key_share": True}
    db.session.refresh(post, attribute_names=LOCKED, with_for_update=lock)


def _mark_published(post: Post) -> None:
    post.status = PostStatus.PUBLISHED
    post.published_at = clock.now()
    db.session.flush()


def _tell(stream: str, event: type[PostEvent], post: Post, actor: Member) -> None:
    journal.record(stream, event(subject_id=post.id, actor_id=actor.id, group_id=post.group_id))


def _tell_settled(stream: str, event: type[PostEvent], post: Post, actor: Member) -> None:
    """Tell what became of a post that waited, also those for whom it waited."""
    told = event(subject_id=post.id, actor_id=actor.id, group_id=post.group_id)
    journal.record_all([(stream, told), *news_of_settling(actor, post.group)])


def _made(author: Member, group: Group, draft: PostDraft, before: Post | None = None) -> Post:
    draft.check(before)
    post = draft.model(
        group=group, author=author, created_at=clock.now(), status=PostStatus.PENDING
    )
    _write(post, draft, before)
    return post


def _write(post: Post, draft: PostDraft, before: Post | None) -> None:
    text = draft.text_over(before)
    post.title, post.body_html, post.summary = draft.title.strip(), text.html, text.summary
    post.language = draft.language or None
    post.themes = _known_themes(draft.themes)
    post.territories = _known_territories(draft.territories)
    for name, value in draft.own_fields.items():
        setattr(post, name, value if value != "" else None)


def _known_themes(slugs: Sequence[str]) -> list[Theme]:
    found = list(find_themes(slugs)) if slugs else []
    if len(found) < len(set(slugs)):
        raise Invalid({"themes": _("Choose themes of the list.")})
    return found


def _known_territories(words: Sequence[str]) -> list[Territory]:
    found = list(find_territories(words)) if words else []
    known = {territory.code for territory in found} | {territory.label for territory in found}
    unknown = [word for word in words if word not in known]
    if unknown:
        raise Invalid({"territories": _("“%(name)s” is not a territory we know.", name=unknown[0])})
    return found

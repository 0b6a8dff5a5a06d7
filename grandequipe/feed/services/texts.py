"""What the services of posts share: the lock of a post, and a draft written into it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostStatus
from grandequipe.feed.models.inputs import INPUTS, PostInput
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.queries import find_territories, find_themes

LOCKED = ("status", "version", "edited_at")


def lock_post(post: Post) -> None:
    """Lock a post until the commit, and read again what other transactions changed of it."""
    lock = {"of": Post, "key_share": True}
    db.session.refresh(post, attribute_names=LOCKED, with_for_update=lock)


def make_post(
    author: Member, group: Group, post_input: PostInput, before: Post | None = None
) -> Post:
    """Make the post that a draft becomes, in no session yet; raise Invalid for a wrong draft.

    `before` is the post that it would change: what is right for that one is right here.
    """
    post_input.check(before)
    post = post_input.model(
        group=group, author=author, created_at=clock.now(), status=PostStatus.PENDING
    )
    write_text(post, post_input, before)
    return post


def mark_published(post: Post) -> None:
    """Publish a post: it is news from now on, however old it is."""
    post.status, post.published_at = PostStatus.PUBLISHED, clock.now()
    db.session.flush()


def write_text(post: Post, post_input: PostInput, before: Post | None) -> None:
    """Have a post say what a draft says; a text that is as `before` has it stays so."""
    text = post_input.text_over(before)
    post.title, post.body_html, post.summary = post_input.title.strip(), text.html, text.summary
    post.language = post_input.language or None
    post.themes = known_themes(post_input.themes)
    post.territories = known_territories(post_input.territories)
    for name, value in post_input.own_fields.items():
        setattr(post, name, value if value != "" else None)


def says_the_same(one: Post, other: Post) -> bool:
    """Tell whether a reader of two posts of one kind would read the same in every field."""
    names = [each.name for each in fields(INPUTS[one.kind])]
    return all(_read_of(one, name) == _read_of(other, name) for name in names)


def _read_of(post: Post, name: str) -> Any:
    value = getattr(post, name)
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

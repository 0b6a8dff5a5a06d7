"""What an address of the feed asks for."""

from flask import request

from grandequipe.attachments.queries import list_files
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.windows import read_cursor
from grandequipe.feed.forms.drafts import form_of
from grandequipe.feed.forms.posts import PostForm
from grandequipe.feed.models import KIND_BY_PATH, Kind, Post
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.queries.drafts import get_draft
from grandequipe.members.models import Member
from grandequipe.members.queries import list_spoken_for

LONGEST_ID = 19


def kind_named(word: str) -> Kind:
    """Give the kind that a path names, or raise NotFound."""
    if word not in KIND_BY_PATH:
        raise NotFound
    return KIND_BY_PATH[word]


def requested_kind() -> Kind | None:
    """Give the only kind that the reader wants to see; a word that is no kind asks for all."""
    return KIND_BY_PATH.get(request.args.get("kind", ""))


def requested_cursor(name: str = "cursor") -> str | None:
    """Give the place in a list to go on from; one that we did not make asks for the beginning."""
    cursor = request.args.get(name)
    try:
        return cursor if cursor and read_cursor(cursor) else None
    except Invalid:
        return None


def requested_thread() -> int | None:
    """Give the id of the only thread that the reader wants to see."""
    return requested_id("thread")


def requested_id(name: str) -> int | None:
    """Give the id of what an address names; None for what is no id."""
    return read_number(request.args.get(name))


def read_number(word: str | None) -> int | None:
    """Read an id or a version, of an address or of a hidden field; None for what is none."""
    is_number = word and word.isascii() and word.isdecimal() and len(word) < LONGEST_ID
    return int(word) if word and is_number else None


def requested_form(kind: Kind, member: Member, post: Post | None = None) -> PostForm:
    """Make the form of a post: with the draft that the address names, or as it was sent."""
    form = _requested_form(kind, member, post)
    if post is None or post.author_id == member.id:
        form.offer_organisations(list_spoken_for(member))
    return form


def _requested_form(kind: Kind, member: Member, post: Post | None) -> PostForm:
    draft_id = requested_id("draft")
    if request.method == "POST" or draft_id is None:
        form = form_of(kind, member.time_zone, post=post)
        form.draft_id = read_number(request.form.get("draft"))
        form.draft_version = read_number(request.form.get("draft_version"))
        return form
    draft = get_draft(draft_id, seen_by=member)
    if draft.kind is not kind or draft.post_id != (post.id if post else None):
        raise NotFound
    files = list_files(DRAFT_SUBJECT, [draft.id]).get(draft.id, ())
    return form_of(kind, member.time_zone, draft, [file.id for file in files], post)

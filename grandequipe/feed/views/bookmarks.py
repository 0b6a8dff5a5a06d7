"""Keeping posts, and the page of those that a member keeps."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.core.text_validation import length_error
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.feed import policies
from grandequipe.feed.models import LONGEST_NOTE, Post
from grandequipe.feed.queries import bookmarks as queries, get_post
from grandequipe.feed.queries.bookmarks import BookmarkedCard
from grandequipe.feed.services import bookmarks as services
from grandequipe.feed.views.cards import render_each
from grandequipe.feed.views.request_args import requested_cursor, requested_id
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web import forms
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.request_kind import wants_fragment

LONGEST_QUERY = 100
NO_BOOKMARKS: Window[BookmarkedCard] = Window((), None)


class NoteForm(forms.Form):
    """The private note of a bookmark."""

    note = TextAreaField(
        _l("My note"),
        description=_l("Only you can read it."),
        validators=[forms.Longest(LONGEST_NOTE), forms.ManyLines()],
        filters=[forms.trimmed],
    )


@takes(NoteForm)
@limited_form("reactions")
@unkeyed("says what is on or off; its form stands in cards that are kept")
def bookmark(post_id: int) -> ResponseReturnValue:
    """Keep a post, keep it no more, undo that, or write the note: the page of a note is shown."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    policies.require_reader(member, post)
    form = NoteForm()
    if request.method == "GET" or not form.validate():
        return _note_page(member, post, form)
    with atomic():
        address = _change(member, post, form)
    return ("", 204) if wants_fragment() else redirect(address, 303)


def _change(member: Member, post: Post, form: NoteForm) -> str:
    """Do what the form says, and give the address of the page that shows it."""
    if "remove" in request.form:
        services.remove_bookmark(member, post)
        if "list" in request.form:
            return url_for("feed.bookmarks", removed=post.id)
    elif "undo" in request.form:
        services.restore_bookmark(member, post)
    elif "note" in request.form:
        services.add_bookmark(member, post, form.note.data)
        flash(_("Your note has been saved."), "success")
    else:
        services.add_bookmark(member, post)
    if "list" in request.form:
        return url_for("feed.bookmarks", _anchor=f"post-{post.id}")
    return url_for("feed.post_page", post_id=post.id, _anchor=f"bookmark-{post.id}")


def _note_page(member: Member, post: Post, form: NoteForm) -> ResponseReturnValue:
    kept = queries.find_bookmark(member, post)
    if request.method == "GET" and kept is not None and kept.removed_at is None:
        form.note.data = kept.note
    page = render_page("feed/note.html", post=post, form=form, in_list="list" in request.args)
    return page, 422 if form.errors else 200


def bookmarks() -> ResponseReturnValue:
    """List what the viewer keeps, and search in it."""
    member = acting_member()
    q = cleaned_line(request.args.get("q", "")).strip()
    wrong = length_error(q, LONGEST_QUERY)
    page = NO_BOOKMARKS if wrong else queries.list_bookmarks(member, q, requested_cursor())
    cards = [each.card for each in page.items]
    marks = queries.find_marks(member, cards)
    shown = render_page(
        "feed/bookmarks.html",
        page=page,
        q=q,
        wrong=wrong,
        cards=render_each(cards, reacts=False, marks=marks, show_group=True),
        removed=_removed(member),
    )
    return shown, 422 if wrong else 200


def _removed(member: Member) -> Post | None:
    """Find the post whose removal from the list the page offers to undo."""
    post_id = requested_id("removed")
    try:
        post = get_post(post_id, seen_by=member) if post_id else None
    except NotFound:
        return None
    kept = queries.find_bookmark(member, post) if post else None
    return post if kept and kept.removed_at else None

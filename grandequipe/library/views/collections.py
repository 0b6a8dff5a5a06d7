"""Collections: their list, the page of each, and what one does with them."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Post
from grandequipe.feed.queries import get_post
from grandequipe.feed.queries.bookmarks import find_marks
from grandequipe.feed.views.cards import render_each
from grandequipe.feed.views.request_args import read_number, requested_cursor, requested_id
from grandequipe.library import policies
from grandequipe.library.forms import AddForm, CollectionForm, ItemNoteForm, NewCollectionForm
from grandequipe.library.models import Collection
from grandequipe.library.queries import collections as queries
from grandequipe.library.queries.resources import records_of
from grandequipe.library.services import collections as services
from grandequipe.library.views.exports import send_records
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.indexing import allow_index
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form


def collections() -> str:
    """List the collections that the reader may see, or those that they manage."""
    member = viewer()
    if not request.args:
        allow_index(url_for("library.collections"))
    is_own = member is not None and request.args.get("quoi") == "miennes"
    page = queries.list_collections(member, is_own=is_own, cursor=requested_cursor())
    return render_page(
        "library/collections.html",
        page=page,
        numbers=queries.count_items(page.items, member),
        is_own=is_own,
    )


def collection(collection_id: int) -> str:
    """Show a collection, with the posts in it that the reader sees."""
    member = viewer()
    found = queries.get_collection(collection_id, seen_by=member)
    # As a visitor reads it, so does everybody.
    if member is None:
        allow_index(url_for("library.collection", collection_id=collection_id))
    items = queries.list_items(found, member)
    cards = [each.card for each in items]
    return render_page(
        "library/collection.html",
        collection=found,
        items=items,
        cards=render_each(cards, reacts=False, marks=find_marks(member, cards), show_group=True),
        may_manage=policies.may_manage(member, found),
        may_delete=policies.may_delete(member, found),
        follows=queries.is_followed_by(member, found),
    )


def export_collection(collection_id: int, extension: str) -> ResponseReturnValue:
    """Give the posts of a collection, that the reader sees, as a file: csv or bib."""
    if extension not in ("csv", "bib"):
        raise NotFound
    member = viewer()
    found = queries.get_collection(collection_id, seen_by=member)
    ids = [each.card.id for each in queries.list_items(found, member)]
    return send_records(records_of(ids), f"collection-{found.id}", extension)


@takes(NewCollectionForm)
@limited_form("edits")
def create_collection() -> ResponseReturnValue:
    """Make a collection, of one's own or of a group that one moderates, perhaps with a post."""
    member = acting_member()
    groups = queries.list_moderated_groups(member)
    form = NewCollectionForm()
    form.offer_groups(groups)
    post = _requested_post(member)
    made: list[Collection] = []

    def write() -> str:
        created = services.create_collection(member, form.input(), form.chosen_group(groups))
        if post is not None:
            services.add_to_collection(member, created, post, request.args.get("note", ""))
        made.append(created)
        return _("The collection has been created.")

    return FormPage("library/collection_form.html", form, lambda: {"post": post}).answer(
        write, lambda: _address(made[0])
    )


def _requested_post(member: Member) -> Post | None:
    post_id = requested_id("publication")
    return get_post(post_id, seen_by=member) if post_id else None


@takes(CollectionForm)
@limited_form("edits")
def edit_collection(collection_id: int) -> ResponseReturnValue:
    """Change the title, the description or the readers of a collection."""
    member, found = _managed(collection_id)
    form = CollectionForm()
    if request.method == "GET":
        form.show_present(found)

    def write() -> str:
        services.change_collection(member, found, form.input())
        return _("The collection has been saved.")

    page = FormPage("library/collection_form.html", form, lambda: {"collection": found})
    return page.answer(write, _address(found))


@repeatable("what is deleted stays deleted")
def delete_collection(collection_id: int) -> ResponseReturnValue:
    """Delete a collection; the posts that were in it stay where they are."""
    member = acting_member()
    found = queries.get_collection(collection_id, seen_by=member)
    with atomic():
        services.delete_collection(member, found)
    flash(_("The collection has been deleted. The posts that were in it stay."), "success")
    return redirect(url_for("library.collections"), 303)


@repeatable("says whether one follows a collection")
@limited("reactions")
def follow_collection(collection_id: int) -> ResponseReturnValue:
    """Follow a collection, or no longer."""
    member = acting_member()
    takes_back, is_listed = "take_back" in request.form, "listed" in request.form
    with atomic():
        if takes_back:
            services.unfollow_collection(member, collection_id)
        else:
            found = queries.get_collection(collection_id, seen_by=member)
            services.follow_collection(member, found)
    if takes_back:
        flash(_("You no longer follow this collection."), "success")
    else:
        flash(_("You now follow this collection: the bell tells you what is added."), "success")
    own = url_for("library.collection", collection_id=collection_id)
    return redirect(url_for("feed.follows") if is_listed else own, 303)


@takes(AddForm)
@limited_form("edits")
def add_to_collection(post_id: int) -> ResponseReturnValue:
    """Add a post to a collection that one manages, or to a new one."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    if not post.is_published:
        raise NotFound
    managed = queries.list_managed(member)
    form = AddForm()
    form.offer(managed)
    chosen = form.chosen(managed)
    # The note goes with the post.
    new = url_for("library.create_collection", publication=post.id, note=form.note.data or None)

    def write() -> str:
        if chosen is None and not form.collection.data:
            return ""
        if chosen is None:
            raise Invalid({"collection": _("Choose a collection from the list.")})
        if services.add_to_collection(member, chosen, post, form.note.data or ""):
            return _("It has been added to “%(title)s”.", title=chosen.title)
        return _("It is in “%(title)s” already.", title=chosen.title)

    page = FormPage("library/add.html", form, lambda: _adding(post, member))
    return page.answer(write, lambda: _address(chosen, post.id) if chosen else new)


def _adding(post: Post, member: Member) -> dict[str, Any]:
    return {"post": post, "holding": queries.list_holding(post, member)}


@repeatable("says where a post stands in a collection, or that it does not")
@limited("managing")
def arrange_item(collection_id: int, post_id: int) -> ResponseReturnValue:
    """Place a post before or after another one of the collection, or take it out."""
    member, found = _managed(collection_id)
    with atomic():
        if "taken_out" in request.form:
            services.remove_from_collection(member, found, post_id)
        else:
            is_after = "placed_after" in request.form
            beside = read_number(request.form.get("placed_after" if is_after else "placed_before"))
            services.place_item(member, found, post_id, beside or 0, is_after=is_after)
    if "taken_out" in request.form:
        flash(_("The post is no longer in this collection."), "success")
        return redirect(_address(found), 303)
    return redirect(_address(found, post_id), 303)


@takes(ItemNoteForm)
@limited_form("edits")
def item_note(collection_id: int, post_id: int) -> ResponseReturnValue:
    """Write the note of a post in a collection."""
    member, found = _managed(collection_id)
    post = get_post(post_id, seen_by=member)
    item = queries.find_item(found, post_id)
    if item is None:
        raise NotFound
    form = ItemNoteForm()
    if request.method == "GET":
        form.note.data = item.note

    def write() -> str:
        services.write_note(member, found, post_id, form.note.data or "")
        return _("The note has been saved.")

    page = FormPage("library/item_note.html", form, lambda: {"collection": found, "post": post})
    return page.answer(write, _address(found, post_id))


def _managed(collection_id: int) -> tuple[Member, Collection]:
    """Get a collection and the member who looks after it; raise Refused for other readers."""
    member = acting_member()
    found = queries.get_collection(collection_id, seen_by=member)
    require(policies.may_manage(member, found), services.MAY_NOT_MANAGE)
    return member, found


def _address(found: Collection, post_id: int | None = None) -> str:
    anchor = f"item-{post_id}" if post_id else None
    return url_for("library.collection", collection_id=found.id, _anchor=anchor)


def load_add_link(post: Post) -> dict[str, object] | None:
    """Load the link to add a post to a collection, where a group reads it."""
    return {} if post.is_published else None


def load_of_member(member: Member, reader: Member | None) -> dict[str, object] | None:
    """Load the collections of a member that the reader sees, if there are any."""
    found = queries.list_of_member(member, reader)
    return {"collections": found} if found else None


def load_followed(member: Member) -> dict[str, object]:
    """Load the collections that a member follows."""
    return {"followed_collections": queries.list_followed(member)}

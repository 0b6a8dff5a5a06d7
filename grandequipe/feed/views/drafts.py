"""Drafts: their list, saving while one writes, two texts of one draft, the hour of publishing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from flask import current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup
from wtforms import SelectChoice

from grandequipe.attachments.forms import FILES_BODY
from grandequipe.attachments.queries import list_files
from grandequipe.attachments.services import describe_files
from grandequipe.attachments.views.receiving import receive_sent
from grandequipe.core import clock, html
from grandequipe.core.differences import marked, marked_line
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.time_zones import clock_of
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies
from grandequipe.feed.forms import FORMS
from grandequipe.feed.forms.drafts import (
    BODY,
    FORMAT,
    DraftFilesForm,
    ScheduleForm,
    content_of,
    errors_at,
    form_of,
    require_short,
    typed_values,
)
from grandequipe.feed.forms.fields import wall_clock
from grandequipe.feed.forms.placements import PlacementForm
from grandequipe.feed.models import KINDS, ROOM_READERS, Draft, DraftInput, Kind
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.queries import drafts as queries, get_post
from grandequipe.feed.queries.newcomers import list_returned
from grandequipe.feed.services import drafts as services, subjects_described_by
from grandequipe.feed.views.publish import publishable_groups
from grandequipe.feed.views.request_args import read_number
from grandequipe.groups.policies import is_muted
from grandequipe.groups.queries import find_group
from grandequipe.groups.services import require_to_write
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web import form_keys, submissions
from grandequipe.web.bodies import reads_files
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.measures import measures_of, takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form

MOST_KEYS = 100
# What a member would not like to write again.
TEXTS = sorted({name for form in FORMS.values() for name in measures_of(form)})
NEXT = {"schedule": "feed.schedule_draft"}


def drafts() -> str:
    """List what the member has begun, and what is published later."""
    member = acting_member()
    deleted = read_number(request.args.get("deleted"))
    listed = queries.list_drafts(member)
    returned = list_returned(member)
    return render_page(
        "feed/drafts.html", listed=listed, returned=returned, deleted=deleted, **_zones()
    )


@reads_files(FILES_BODY)
@takes(*FORMS.values())
@unkeyed("one key is one draft, and the version that its writer read is compared")
@limited("drafts")
def save_draft() -> ResponseReturnValue:
    """Save what a form says, for its page while one writes (JSON) or for its button."""
    author = acting_member()
    key = request.form.get(submissions.KEY, "")
    if not form_keys.is_key(key):
        raise Invalid({"draft": _("This page is too old to save a draft. Please reload it.")})
    if submissions.was_carried_out(key):
        return _answer_sent()
    sent: DraftInput | None = None
    try:
        require_short(request.form)
        received, refusals = receive_sent(author.id)
        sent = _sent_draft(author, key, received)
        for each in refusals:
            flash(each, "error")
        with atomic():
            saved = _save(author, sent)
    except Invalid as refused:
        return _give_back(" ".join(refused.errors.values()))
    except NotFound:
        if _wants_json():
            return jsonify(gone=True), 404
        if sent is None:
            # What it is a draft of is gone, with its kind.
            return _give_back(str(services.GONE), 404)
        # The button loses nothing: it is a draft of its own then.
        sent = replace(sent, draft_id=None, version=None, key=services.new_key())
        with atomic():
            saved = _save(author, sent)
    return _answer_saved(saved)


def open_draft(draft_id: int) -> ResponseReturnValue:
    """Go on with a draft; where its place is gone, ask in which group it is to be."""
    author = acting_member()
    draft = queries.get_draft(draft_id, seen_by=author)
    if draft.post_id is not None and _may_edit(author, draft.post_id):
        return redirect(url_for("feed.edit_post", post_id=draft.post_id, draft=draft_id), 303)
    if draft.post_id is None and draft.group and policies.may_publish(author, draft.group):
        slug, kind = draft.group.slug, KINDS[draft.kind].path
        return redirect(url_for("feed.publish", slug=slug, kind=kind, draft=draft_id), 303)
    return _place_page(author, draft, PlacementForm())


@takes(PlacementForm)
@repeatable("a draft is moved to a group once")
def move_draft(draft_id: int) -> ResponseReturnValue:
    """Choose the group of a draft."""
    author = acting_member()
    draft = queries.get_draft(draft_id, seen_by=author)
    form = PlacementForm()
    groups = {group.slug: group for group in publishable_groups(author)}
    form.group.choices = [SelectChoice(each.slug, each.name) for each in groups.values()]
    if not form.validate():
        return _place_page(author, draft, form), 422
    with atomic():
        services.move_draft(author, draft, groups[form.group.data])
    return redirect(url_for("feed.open_draft", draft_id=draft_id), 303)


@takes(ScheduleForm)
@limited_form("posts")
@repeatable("sets the hour of a draft")
def schedule_draft(draft_id: int) -> ResponseReturnValue:
    """Choose when a draft is published, or move it to another hour."""
    author = acting_member()
    draft = queries.get_draft(draft_id, seen_by=author)
    if draft.group is None or not policies.may_publish(author, draft.group):
        if draft.group is not None and is_muted(author, draft.group):
            require_to_write(author, False, [draft.group], _l("You can’t post in this group."))
        return redirect(url_for("feed.open_draft", draft_id=draft_id), 303)
    zone = author.time_zone
    local = wall_clock(draft.publish_at, clock_of(zone))
    form = ScheduleForm(data={"publish_at": local} if local else None)
    if request.method == "POST" and form.validate():
        try:
            _schedule(author, draft, form)
        except Invalid as refused:
            form.show(refused)
        except ValueError as refused:
            form.publish_at.errors = [str(refused)]
        except Conflict as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("Your post will be published at the time you chose."), "success")
            return redirect(url_for("feed.drafts"), 303)
    # A refusal undoes the transaction: the draft is read again.
    draft = queries.get_draft(draft_id, seen_by=author)
    page = render_page("feed/schedule.html", draft=draft, form=form, zone=zone, **_zones())
    return page, 422 if form.errors else 200


@repeatable("what is withdrawn is a draft again")
def unschedule_draft(draft_id: int) -> ResponseReturnValue:
    """Have a scheduled post be a draft again."""
    author = acting_member()
    with atomic():
        services.unschedule_draft(author, queries.get_draft(draft_id, seen_by=author))
    flash(_("Your post won’t be published for now: it’s a draft again."), "success")
    return redirect(url_for("feed.drafts"), 303)


@repeatable("what is deleted stays deleted")
def delete_draft(draft_id: int) -> ResponseReturnValue:
    """Delete a draft; the list offers to have it back."""
    author = acting_member()
    if draft := queries.find_draft(draft_id, seen_by=author):
        with atomic():
            services.delete_draft(author, draft)
    return redirect(url_for("feed.drafts", deleted=draft_id), 303)


@repeatable("what is given back is there")
def restore_draft(draft_id: int) -> ResponseReturnValue:
    """Give a deleted draft back."""
    with atomic():
        services.restore_draft(acting_member(), draft_id)
    flash(_("Your draft is back."), "success")
    return redirect(url_for("feed.drafts"), 303)


def compare_draft(draft_id: int) -> ResponseReturnValue:
    """Show a text beside the one that another device had saved meanwhile."""
    author = acting_member()
    mine = queries.get_draft(draft_id, seen_by=author)
    other = queries.find_draft(mine.copy_of_id, seen_by=author) if mine.copy_of_id else None
    if other is None:
        flash(_("Only one of the two texts is left."), "info")
        return redirect(url_for("feed.open_draft", draft_id=draft_id), 303)
    comparison = _compare(author, other, mine)
    return render_page("feed/compare_drafts.html", mine=mine, other=other, comparison=comparison)


@repeatable("one of two texts is kept")
def keep_draft(draft_id: int) -> ResponseReturnValue:
    """Keep one of two texts, and delete the other."""
    author = acting_member()
    kept = queries.get_draft(draft_id, seen_by=author)
    other_id = read_number(request.form.get("other")) or 0
    other = queries.find_draft(other_id, seen_by=author)
    if other is not None and (kept.copy_of_id == other.id or other.copy_of_id == kept.id):
        with atomic():
            services.keep_one(author, kept, other)
    return redirect(url_for("feed.open_draft", draft_id=draft_id), 303)


def draft_versions() -> ResponseReturnValue:
    """Return which drafts of a browser the server has, as JSON {key: [id, version]}."""
    keys = request.args.getlist("key")[:MOST_KEYS]
    response = jsonify(queries.find_versions(keys, seen_by=acting_member()))
    response.cache_control.no_store = True
    return response


def say_where_drafts_are(_app: object, user: Member, **_more: object) -> None:
    """Say to a member who logs out that drafts stay in the account."""
    if queries.count_drafts(user):
        flash(
            _("Your drafts stay in your account: you’ll find them when you log in again."), "info"
        )


class Difference(NamedTuple):
    """A field of which two drafts say different things."""

    label: str
    before: str
    after: str


class DraftComparison(NamedTuple):
    """What differs between two drafts; `body` is None where it is too much to compare."""

    title: Markup
    body: Markup | None
    rows: list[Difference]


def _compare(author: Member, before: Draft, after: Draft) -> DraftComparison:
    old, new = (typed_values(draft, []) for draft in (before, after))
    texts = [_clean_body(each) for each in (old, new)]
    body = marked(*texts)
    title = marked_line(old.get("title", ""), new.get("title", ""))
    # Both are cleaned where they are made.
    return DraftComparison(
        Markup(title),  # noqa: S704
        Markup(body) if body is not None else None,  # noqa: S704
        list(_differences(author, before, after)),
    )


def _clean_body(typed: Mapping[str, str]) -> str:
    body = typed.get(BODY, "")
    return body if typed.get(FORMAT) == "html" else html.paragraphs(body)


def _differences(author: Member, before: Draft, after: Draft) -> Iterator[Difference]:
    form = form_of(after.kind, author.time_zone)
    for name in dict.fromkeys([*before.content, *after.content]):
        old, new = (", ".join(draft.content.get(name, ())) for draft in (before, after))
        if name == "join_for":
            readers = {each.value: str(words) for each, words in ROOM_READERS.items()}
            old, new = readers.get(old, old), readers.get(new, new)
        if old != new and name in form and name not in ("title", BODY):
            yield Difference(str(form[name].label.text), old or _("nothing"), new or _("nothing"))


def _sent_draft(author: Member, key: str, received: list[int]) -> DraftInput:
    kind, group_id, post_id = _sent_place(author)
    form = DraftFilesForm()
    form.files.add(received, ())
    return DraftInput(
        kind=kind,
        key=key,
        content=content_of(kind, request.form),
        # A browser that sends what it kept offline knows no files.
        files=None if request.form.get("draft_files") == "keep" else form.files.data,
        time_zone=author.time_zone,
        group_id=group_id,
        post_id=post_id,
        draft_id=read_number(request.form.get("draft")),
        version=read_number(request.form.get("draft_version")),
        writer=request.form.get("draft_writer", "")[:64] or None,
        turn=read_number(request.form.get("draft_turn")) or 0,
    )


def _sent_place(author: Member) -> tuple[Kind, int | None, int | None]:
    """Read of what the form is a draft: of a post of a kind in a group, or of a change of one."""
    what, *parts = request.form.get("draft_of", "").split("-")
    if what == "post" and len(parts) == 1 and (post_id := read_number(parts[0])):
        post = get_post(post_id, seen_by=author)
        require(policies.may_edit_post(author, post), _l("You can’t edit this post."))
        return post.kind, None, post_id
    if what == "new" and len(parts) == 2 and parts[0] in list(Kind):
        group = find_group(read_number(parts[1]) or 0)
        is_there = group is not None and policies.may_publish(author, group)
        return Kind(parts[0]), group.id if group and is_there else None, None
    raise NotFound


def _save(author: Member, sent: DraftInput) -> services.SavedDraft:
    saved = services.save_draft(author, sent)
    if not sent.files:
        return saved
    form = DraftFilesForm()
    form.files.data = list(sent.files)
    post = get_post(sent.post_id, seen_by=author) if sent.post_id is not None else None
    own = subjects_described_by(author, post)
    # What of these the author may attach: others say themselves what their files show.
    files = list_files(DRAFT_SUBJECT, [saved.draft.id]).get(saved.draft.id, ())
    try:
        describe_files(files, form.files.descriptions, own)
    except Invalid as refused:
        # A description that is too long is said when the post is published.
        current_app.logger.debug("draft_not_described", exc_info=refused)
    return saved


def _give_back(message: str, status: int = 422) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(message=message), status
    typed = [each for name in TEXTS for each in request.form.getlist(name) if each]
    return render_page("feed/draft_refused.html", message=message, typed=typed), status


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _answer_sent() -> ResponseReturnValue:
    if _wants_json():
        return jsonify(sent=True)
    flash(_("This text has been published already."), "info")
    return redirect(url_for("feed.drafts"), 303)


def _answer_saved(saved: services.SavedDraft) -> ResponseReturnValue:
    draft, overtaken = saved
    compare = url_for("feed.compare_draft", draft_id=draft.id) if overtaken else None
    if _wants_json():
        at = (overtaken or draft).updated_at.isoformat()
        shown = {"id": draft.id, "version": draft.version, "key": draft.key, "at": at}
        return jsonify(**shown, compare=compare), 409 if overtaken else 200
    if overtaken:
        return redirect(str(compare), 303)
    then = request.form.get("then", "")
    if then not in NEXT:
        said = _("Your draft has been saved. You’ll find it under “Drafts”, on any device.")
        flash(said, "success")
    return redirect(url_for(NEXT.get(then, "feed.open_draft"), draft_id=draft.id), 303)


def _schedule(author: Member, draft: Draft, form: ScheduleForm) -> None:
    """Schedule a draft that could be published now; raise Invalid or ValueError where not."""
    at = form.publish_at.read_in(clock_of(author.time_zone), after=clock.now())
    if at is None:
        raise Invalid({"publish_at": _("Choose a day and a time.")})
    if errors := errors_at(draft, publishable_groups(author), at):
        raise Invalid(errors)
    with atomic():
        services.schedule_draft(author, draft, at)


def _may_edit(author: Member, post_id: int) -> bool:
    try:
        return policies.may_edit_post(author, get_post(post_id, seen_by=author))
    except NotFound:
        return False


def _zones() -> dict[str, str]:
    return {"site_zone": current_app.config["SETTINGS"].default_time_zone}


def _place_page(author: Member, draft: Draft, form: PlacementForm) -> str:
    groups = publishable_groups(author)
    form.group.choices = [SelectChoice(each.slug, each.name) for each in groups]
    text = Markup(_clean_body(typed_values(draft, [])))  # noqa: S704 - cleaned where it is made
    return render_page("feed/draft.html", draft=draft, form=form, text=text, groups=groups)

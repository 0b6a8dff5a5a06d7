"""Writing a post, and writing it again."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import SelectChoice

from grandequipe.attachments.forms import FILES_BODY
from grandequipe.attachments.models import File
from grandequipe.attachments.queries import find_claimed_elsewhere, find_files
from grandequipe.attachments.services import attachable_files, describe_files
from grandequipe.attachments.views.receiving import receive_sent
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed import policies, services
from grandequipe.feed.forms import FORMS, PostForm
from grandequipe.feed.models import Kind, Post, PostProposal, Webinar
from grandequipe.feed.models.inputs import PostInput
from grandequipe.feed.queries import find_proposal, get_post
from grandequipe.feed.queries.drafts import count_drafts
from grandequipe.feed.services import drafts
from grandequipe.feed.slots import AUDIENCE
from grandequipe.feed.views import links
from grandequipe.feed.views.request_args import kind_named, requested_form
from grandequipe.groups.models import Group
from grandequipe.groups.policies import owes_acceptance
from grandequipe.groups.queries import get_group, list_memberships
from grandequipe.groups.services import require_not_archived, require_to_write
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.bodies import reads_files
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.slots import load_slot
from grandequipe.web.submissions import KEY

# What the button says that adds files to the form and does nothing else.
ATTACH = "files"


def choose_group() -> ResponseReturnValue:
    """Ask in which group to publish; where there is only one, there is nothing to ask."""
    member = acting_member()
    groups = publishable_groups(member)
    if len(groups) == 1:
        return redirect(url_for("feed.choose_kind", slug=groups[0].slug), 303)
    return render_page("feed/choose_group.html", choices=groups, drafts=count_drafts(member))


def choose_kind(slug: str) -> str:
    """Ask which of the six kinds it is."""
    member = acting_member()
    group = _writable_group(member, slug)
    return render_page("feed/choose_kind.html", group=group, drafts=count_drafts(member))


@reads_files(FILES_BODY)
@takes(*FORMS.values())
@limited_form("posts", previews=True)
def publish(slug: str, kind: str) -> ResponseReturnValue:
    """Write a post of one kind; a preview keeps nothing."""
    author = acting_member()
    _writable_group(author, slug)
    links.read_asked_page(author.id)
    received = receive_sent(author.id)
    group = _writable_group(author, slug)
    form = requested_form(kind_named(kind), author)
    form.files.add(*received)
    others = {each.slug: each for each in publishable_groups(author) if each.id != group.id}
    form.groups.choices = [SelectChoice(each.slug, each.name) for each in others.values()]
    if _is_final():
        also_in = [others[slug] for slug in form.groups.data or () if slug in others]
        publish = partial(services.publish_post, author, group, also_in=also_in)
        try:
            post = _attempt(form, partial(_publish_described, author, form, publish))
        except Conflict as gone:
            form.form_errors.append(gone.message)
            form.draft_id = form.draft_version = None
            return _write_page(author, group, kind_named(kind), form)[0], 409
        if post:
            flash(_said(post), "success")
            _warn_of_room(form)
            return redirect(url_for("feed.post_page", post_id=post.id), 303)
    return _write_page(author, group, kind_named(kind), form)


@reads_files(FILES_BODY)
@takes(*FORMS.values())
@limited_form("edits", previews=True)
@repeatable("sets what a post says; the version that was read is compared")
def edit_post(post_id: int) -> ResponseReturnValue:
    """Change what a post says."""
    editor = acting_member()
    post = get_post(post_id, seen_by=editor)
    services.require_writable(editor, post)
    groups = [each.group for each in post.placements]
    require_to_write(editor, policies.may_edit_post(editor, post), groups, services.MAY_NOT_EDIT)
    links.read_asked_page(editor.id)
    received = receive_sent(editor.id)
    post = get_post(post_id, seen_by=editor)
    require(policies.may_edit_post(editor, post), services.MAY_NOT_EDIT)
    existing_proposal = _own_proposal(editor, post)
    source = services.proposed_post(existing_proposal) if existing_proposal else post
    form, kept = requested_form(post.kind, editor, source), None
    form.files.add(*received)
    sends_again = _sends_again(editor, post)
    if _is_final():
        over = request.form.get("over", request.form.get("seen"))
        try:
            edit = partial(_edit_described, editor, post, form, over)
            kept = _attempt(form, edit)
        except Conflict as overtaken:
            form.form_errors.append(overtaken.message)
            existing_proposal = _own_proposal(editor, post)
            return _edit_page(editor, post, form, existing_proposal, is_overtaken=True)[0], 409
        if not form.errors:
            is_kept = kept or not policies.must_propose(editor, post)
            said = _said_of_change(post, kept) if is_kept else _said_of_nothing(existing_proposal)
            if sends_again and post.is_published:
                said = _said(post)
            flash(said, "success" if is_kept else "info")
            _warn_of_room(form)
            return redirect(url_for("feed.post_page", post_id=post_id), 303)
    return _edit_page(editor, post, form, existing_proposal)


def _sends_again(editor: Member, post: Post) -> bool:
    """Whether a change sends a post again: its author's, where no group has it and one refused."""
    statuses = [each.is_refused for each in post.placements if not each.is_removed]
    return editor.id == post.author_id and bool(statuses) and all(statuses)


def _publish_described(
    author: Member, form: PostForm, publish: Callable[[PostInput], Post], post_input: PostInput
) -> Post:
    draft = drafts.lock_draft_to_publish(author, form.draft_id, request.form.get(KEY, ""))
    post = publish(post_input)
    if draft:
        drafts.end_draft(draft)
    _describe(author, post, post.files, form)
    return post


def _edit_described(
    editor: Member, post: Post, form: PostForm, over: str | None, post_input: PostInput
) -> PostProposal | None:
    """Change a post and what its pictures show; raise Invalid where moderators alone change that.

    A picture that is new in a proposal is seen with its description when that is approved.
    """
    draft = drafts.lock_draft_to_publish(editor, form.draft_id, request.form.get(KEY, ""))
    kept = services.edit_post(
        editor,
        post,
        post_input,
        over=over,
        is_minor=form.minor.data,
        with_later=form.is_of_later,
    )
    if draft:
        drafts.end_draft(draft)
    # Asked of the locked post: it may have been published since the form was opened.
    _describe(editor, post, find_files(form.files.data), form)
    return kept


def _describe(editor: Member, post: Post, files: Sequence[File], form: PostForm) -> None:
    """Say what the pictures of a post show; raise Invalid of `files`."""
    if descriptions := form.files.descriptions:
        describe_files(files, descriptions, services.subjects_described_by(editor, post))


def publishable_groups(member: Member) -> list[Group]:
    """List the groups in which a member may publish."""
    groups = (membership.group for membership in list_memberships(member))
    return [group for group in groups if policies.may_publish(member, group)]


def _writable_group(member: Member, slug: str) -> Group:
    group = get_group(slug, seen_by=member)
    require_not_archived(group)
    may_publish = policies.may_publish(member, group)
    require_to_write(member, may_publish, [group], _l("You can’t post in this group."))
    return group


def _attempt(form: PostForm, write: Callable[[PostInput], Any]) -> Any:
    """Give what `write` makes of the form, or put on its fields why nothing was made."""
    post_input = form.validated_input()
    try:
        with atomic():
            return write(post_input) if post_input else None
    except Invalid as refused:
        form.show(refused)
        return None


def _preview(form: PostForm, author: Member, before: Post | None) -> Post | None:
    """Make the post that the form describes, or show on its fields why there is none."""
    post_input = form.validated_input()
    try:
        return services.preview_post(author, post_input, before) if post_input else None
    except Invalid as refused:
        form.show(refused)
        return None


def _own_proposal(editor: Member, post: Post) -> PostProposal | None:
    """Find the proposal that an author goes on from: nothing that they wrote is lost."""
    return find_proposal(post, editor) if editor.id == post.author_id else None


def _edit_page(
    editor: Member,
    post: Post,
    form: PostForm,
    existing_proposal: PostProposal | None,
    is_overtaken: bool = False,
) -> tuple[str, int]:
    """Write the page, with the version that a form sent from it would be written over."""
    version = existing_proposal.version if existing_proposal else post.text_version
    placements = policies.shown_placements(editor, post)
    return _write_page(
        post.author,
        placements[0].group,
        post.kind,
        form,
        post,
        version=version,
        seen=request.form.get("seen") or form.seen or version,
        is_overtaken=is_overtaken,
        proposal=existing_proposal,
        refusal=next((each.refusal for each in placements if each.is_refused), None),
        sends_again=_sends_again(editor, post),
        must_propose=policies.must_propose(editor, post),
    )


def _write_page(
    author: Member,
    group: Group,
    kind: Kind,
    form: PostForm,
    post: Post | None = None,
    **more: Any,
) -> tuple[str, int]:
    writer = acting_member()
    form.files.shown = attachable_files(writer, form.files.data, services.subjects_of(post))
    if pictures := [file.id for file in form.files.shown if file.is_picture]:
        described_by = services.subjects_described_by(writer, post)
        form.files.fixed = find_claimed_elsewhere(pictures, described_by)
    filled = links.fill_from_address(form)
    preview = _preview(form, author, post) if _wants_preview() else None
    page = render_page(
        "feed/write.html",
        load_slot(AUDIENCE, group=group, author=author),
        group=group,
        kind=kind,
        form=form,
        post=post,
        preview=preview,
        author=author,
        needs_approval=policies.needs_approval(author, group),
        owes=owes_acceptance(writer, group),
        filled=filled,
        shows_room_address=form.shows_room_address,
        already_shared=links.shared_already(writer, form, post),
        **more,
    )
    return page, 422 if form.errors else 200


def _warn_of_room(form: PostForm) -> None:
    """Say that the text has the address of the room: it is the author's to decide."""
    if form.shows_room_address:
        flash(
            _(
                "Your text contains the address of the room: everyone who reads the post sees it,"
                " at any time. You can edit the post to take it out."
            ),
            "info",
        )


def _wants_preview() -> bool:
    return request.method == "POST" and request.form.get("preview", ATTACH) not in (
        ATTACH,
        links.FILL,
    )


def _is_final() -> bool:
    return request.method == "POST" and "preview" not in request.form


def _said_of_change(post: Post, kept: PostProposal | None) -> str:
    if kept:
        return str(_("Thank you, your change has been sent."))
    if not post.is_published:
        return str(_("Your changes have been saved. A moderator will review your post first."))
    return str(_("Your changes have been saved."))


def _said_of_nothing(existing_proposal: PostProposal | None) -> str:
    if existing_proposal:
        return str(_("You wrote what the post says already: your earlier change was withdrawn."))
    return str(_("Nothing changed: the post says this already, and no moderator was asked."))


def _said(post: Post) -> str:
    if not post.is_published:
        return str(_("Thank you, your post has been sent."))
    if isinstance(post, Webinar) and post.series_id is not None:
        return str(
            _("Your series is live: the group sees its next date, and a page lists them all.")
        )
    return str(_("Your post is live."))

"""Inviting many people: a list of addresses with a dry run, and links with their QR code."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.mail import rendering
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import forms, policies, queries, services
from grandequipe.groups.models import Group, InvitationLink
from grandequipe.groups.queries import InvitationEnded, invitations as invited
from grandequipe.groups.services.invitations import links, many
from grandequipe.groups.slots import TABS
from grandequipe.groups.views.members_page import load_actor_and_group
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.bodies import TEXT_BODY, reads
from grandequipe.web.form_rules import repeatable, separate
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.qr_codes import qr_inline, qr_response
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.slots import load_slot
from grandequipe.web.typed import filled, typed


@reads(TEXT_BODY)
@takes(forms.ManyInvitationsForm)
@limited_form("invitations")
@separate("another list is another invitation")
def invite_many(slug: str) -> ResponseReturnValue:
    """Show a list of addresses with its bad lines first; the second button sends."""
    member, group = _moderated(slug)
    form = forms.ManyInvitationsForm()
    if not form.is_submitted():
        return _page(member, group, form)
    has_file = form.read_file()
    if not form.validate() or form.file.errors:
        return _page(member, group, form), 422
    reading = services.read_addresses(member, form.addresses.data or "")
    if not reading.addresses and not reading.bad:
        form.addresses.errors = [_("Paste addresses, or choose a file.")]
    if form.addresses.errors or has_file or "send" not in request.form:
        return _page(member, group, form, reading), 422 if form.addresses.errors else 200
    return _send(member, group, form, reading)


def _send(
    member: Member, group: Group, form: forms.ManyInvitationsForm, reading: many.AddressList
) -> ResponseReturnValue:
    try:
        with atomic():
            outcome = services.invite_addresses(
                member, group, reading.addresses, form.word.data or ""
            )
    except Invalid as refused:
        form.show(refused)
        return _page(member, group, form, reading), 422
    except Conflict as refused:
        form.form_errors.append(refused.message)
        return _page(member, group, form, reading), 409
    flash(_said(outcome), "success")
    return redirect(url_for("groups.invite_many", slug=group.slug, _anchor="progress"), 303)


@limited("invitations")
@repeatable("each is reminded once")
def remind_invited(slug: str) -> ResponseReturnValue:
    """Remind once those who have not answered for three days."""
    member, group = _moderated(slug)
    with atomic():
        number = services.remind_invited(member, group)
    sentence = ngettext("%(num)d reminder is leaving.", "%(num)d reminders are leaving.", number)
    if not number:
        sentence = _("There is nobody to remind: each person is reminded once, after three days.")
    flash(sentence, "success" if number else "info")
    return redirect(url_for("groups.invite_many", slug=slug, _anchor="progress"), 303)


@takes(forms.LinkForm)
@limited_form("invitations")
@separate("another link is another one")
def create_link(slug: str) -> ResponseReturnValue:
    """Create a link by which people join."""
    member, group = _moderated(slug)
    form = forms.LinkForm()
    if form.validate():
        try:
            with atomic():
                services.create_link(member, group, form.max_uses.data, form.end(member.time_zone))
            flash(_("The link is ready: copy it, or print its QR code."), "success")
            return redirect(url_for("groups.invite_many", slug=slug, _anchor="links"), 303)
        except Invalid as refused:
            errors = refused.errors
            form.max_uses.errors = [errors["max_uses"]] if "max_uses" in errors else []
            form.until.errors = [errors["expires_at"]] if "expires_at" in errors else []
    empty = forms.ManyInvitationsForm(formdata=None)
    return _page(member, group, empty, link_form=form), 422


@repeatable("a link ends once")
def end_link(slug: str, link_id: int) -> ResponseReturnValue:
    """Have a link let in nobody any more."""
    member, group = _moderated(slug)
    with atomic():
        services.end_link(member, invited.get_link(group, link_id))
    flash(_("The link lets nobody in any more."), "success")
    return redirect(url_for("groups.invite_many", slug=slug, _anchor="links"), 303)


def link_qr(slug: str, link_id: int) -> ResponseReturnValue:
    """Send the QR code of a link, to print it."""
    _member, group = _moderated(slug)
    link = invited.get_link(group, link_id)
    return qr_response(address_of_link(link), f"invitation-{link.id}")


@limited("memberships")
@repeatable("who has joined is a member")
def join_by_link(key: str) -> ResponseReturnValue:
    """Show what a link leads to, and let a member join by it; 410 once it is over."""
    member, link = viewer(), invited.find_link(key)
    if link is None:
        raise NotFound
    group = link.group
    if member is not None and policies.is_member(member, group):
        return redirect(url_for("feed.group_page", slug=group.slug), 303)
    if link.is_over or policies.is_banned(member, group):
        return _over()
    if request.method == "POST":
        member = acting_member()
        try:
            with atomic():
                charter = forms.number_of(request.form.get("charter"))
                joined = links.use_link(member, link, charter).group
        except InvitationEnded:
            return _over()
        name = typed(joined.name, joined.language)
        flash(filled(_("Welcome to %(group)s!"), group=name), "success")
        return redirect(url_for("feed.group_page", slug=joined.slug), 303)
    page = render_page(
        "groups/link.html", group=group, link=link, charter=queries.find_charter(group)
    )
    return page, 200, {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "strict-origin"}


def address_of_link(link: InvitationLink) -> str:
    """Give the whole address of a link."""
    return rendering.address_of("groups.join_by_link", key=link.key)


def _over() -> tuple[str, int]:
    return render_page("groups/invitation_ended.html", status=410), 410


def _moderated(slug: str) -> tuple[Member, Group]:
    member, group = load_actor_and_group(slug)
    require(policies.may_moderate(member, group), many.ONLY_MODERATORS)
    return member, group


def _said(outcome: many.Outcome) -> str:
    sent = ngettext(
        "%(num)d invitation is leaving.", "%(num)d invitations are leaving.", outcome.sent
    )
    already = ngettext(
        "%(num)d person was invited already.",
        "%(num)d people were invited already.",
        outcome.already,
    )
    return f"{sent} {already}" if outcome.already else sent


def _page(
    member: Member,
    group: Group,
    form: forms.ManyInvitationsForm,
    reading: many.AddressList | None = None,
    link_form: forms.LinkForm | None = None,
) -> str:
    already = services.list_already_invited(group, reading.addresses) if reading else ()
    waiting, on_their_way = invited.count_invited(group)
    found = [each for each in invited.list_links(group) if not each.is_over]
    return render_page(
        "groups/invite_many.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=queries.find_membership(member, group),
        form=form,
        reading=reading,
        already=already,
        waiting=waiting,
        on_their_way=on_their_way,
        links=[(each, address_of_link(each), qr_inline(address_of_link(each))) for each in found],
        link_form=link_form or forms.LinkForm(formdata=None),
    )

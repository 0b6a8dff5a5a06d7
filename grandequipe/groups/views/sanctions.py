"""Sanctioning a person of a group, the list of sanctions, and lifting one."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import LiftForm, SanctionForm
from grandequipe.groups.models import Group, Sanction, SanctionKind
from grandequipe.groups.services.sanctions import MAY_NOT_SANCTION
from grandequipe.groups.slots import TABS
from grandequipe.groups.views.members_page import apply_or_conflict, load_actor_and_group
from grandequipe.groups.views.memberships import load_with_target, with_name
from grandequipe.members.models import Member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot

FOR_MODERATORS = _l("Only moderators can see sanctions.")


@takes(SanctionForm)
@limited("managing")
@repeatable("a sanction takes the place of the one that it repeats")
def sanction(slug: str, member_id: int) -> ResponseReturnValue:
    """Ask for a kind, an end and a reason, then impose a sanction on a person."""
    member, group, target = load_with_target(slug, member_id)
    if policies.may_moderate(member, group):
        services.require_not_archived(group)
    require(policies.may_sanction(member, group, target), MAY_NOT_SANCTION)
    form, back_to = SanctionForm(), local_path(request.values.get("next"), "")
    if request.method == "GET":
        form.kind.data = request.args.get("kind", form.kind.data)
    status = 200
    if form.validate_on_submit():
        kind = SanctionKind(form.kind.data)
        try:
            with atomic():
                _impose(member, group, target, kind, form)
        except Invalid as refused:
            form.show(refused)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            status = 409
        else:
            flash(with_name(_imposed(kind), target), "success")
            if form.remove_too.data:
                address = url_for(
                    "feed.remove_contents", slug=slug, member_id=member_id, next=back_to or None
                )
                return redirect(address, 303)
            back = url_for("groups.members", slug=slug)
            return redirect(back_to or back, 303)
    member, group, target = load_with_target(slug, member_id)  # read again, after a rollback
    page = render_page(
        "groups/sanction.html",
        group=group,
        target=target,
        is_member=policies.is_member(target, group),
        form=form,
        earlier=queries.list_sanctions(group, member=target).items,
        next=back_to,
    )
    return page, 422 if form.errors and status == 200 else status


def _impose(
    actor: Member, group: Group, target: Member, kind: SanctionKind, form: SanctionForm
) -> Sanction:
    reason = form.reason.data or ""
    if kind is SanctionKind.WARNING:
        return services.warn_member(actor, group, target, reason)
    impose = services.mute_member if kind is SanctionKind.MUTE else services.ban_member
    return impose(actor, group, target, reason, form.ends_at)


def _imposed(kind: SanctionKind) -> str:
    if kind is SanctionKind.WARNING:
        return str(_("%(name)s has been warned."))
    if kind is SanctionKind.MUTE:
        return str(_("%(name)s is muted: they read the group and write nothing."))
    return str(_("%(name)s is banned and can’t join again by themselves."))


def sanctions(slug: str) -> ResponseReturnValue:
    """List the sanctions of a group, those that have ended, too."""
    member, group = load_actor_and_group(slug)
    require(policies.may_moderate(member, group), FOR_MODERATORS)
    return render_page(
        "groups/sanctions.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=queries.find_membership(member, group),
        page=queries.list_sanctions(group, request.args.get("cursor")),
        policies=policies,
    )


@takes(LiftForm)
@limited("managing")
@repeatable("a sanction is lifted once")
def lift(slug: str, sanction_id: int) -> ResponseReturnValue:
    """Ask whether a sanction is to be lifted, and why, then lift it."""
    member, group = load_actor_and_group(slug)
    require(policies.may_moderate(member, group), FOR_MODERATORS)
    found = queries.get_sanction(sanction_id, group)
    target, form = found.member, LiftForm()
    require(policies.may_sanction(member, group, target), MAY_NOT_SANCTION)

    def write() -> str:
        services.lift_sanction(member, found, form.reason.data or "")
        return with_name(_("The sanction of %(name)s has been lifted."), target)

    def load() -> dict[str, object]:
        group = queries.get_group(slug, seen_by=member)
        return {"group": group, "sanction": queries.get_sanction(sanction_id, group)}

    page = FormPage("groups/lift_sanction.html", form, load)
    return page.answer(write, url_for("groups.sanctions", slug=slug))


@limited("managing")
@repeatable("an exclusion is lifted once")
def lift_ban(slug: str, member_id: int) -> ResponseReturnValue:
    """Let a banned person join again."""
    member, group, target = load_with_target(slug, member_id)
    return apply_or_conflict(
        member,
        group,
        lambda: services.lift_ban(member, group, target),
        with_name(_("%(name)s can join the group again."), target),
    )

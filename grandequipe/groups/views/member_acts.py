"""Acts on several members at once, and the table of members for a spreadsheet."""

from collections.abc import Iterator, Sequence

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from markupsafe import Markup

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, Refused
from grandequipe.core.policies import require
from grandequipe.core.time_zones import clock_of
from grandequipe.core.transactions import atomic
from grandequipe.groups import policies, services
from grandequipe.groups.forms import ROLES, WITH_END, WITH_REASON, MembersAct, MembersActForm
from grandequipe.groups.models import LASTING, Group, Role
from grandequipe.groups.queries.member_lists import find_listed_members, iterate_members
from grandequipe.groups.services.sanctions import checked_reason
from grandequipe.groups.views.members_page import load_actor_and_group
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.web.spreadsheets import day_cell, table_response
from grandequipe.web.typed import filled, typed

FOR_MODERATORS = _l("Only moderators can manage the members of a group.")
FOR_OWNERS = _l("Only owners can download the list of members.")
MOST_AT_ONCE = 100
WIDTHS = (30, 30, 30, 14, 14, 14)


@takes(MembersActForm)
@limited("managing")
@repeatable("each act sets a state")
def act_on_members(slug: str) -> ResponseReturnValue:
    """Ask once more, with what the act needs, then do it to each of the members.

    Each is a transaction of its own: what one of them does not allow, the others get.
    """
    member, group = load_actor_and_group(slug)
    require(policies.may_moderate(member, group), FOR_MODERATORS)
    services.require_not_archived(group)
    form, ids = MembersActForm(), _ids(request.form.getlist("members"))
    people = find_listed_members(group, ids)
    if not people:
        flash(_("Tick at least one member first."), "danger")
        return redirect(url_for("groups.members", slug=slug), 303)
    is_valid = form.validate()
    if not is_valid and form.errors.keys() == {"reason"}:
        return _sure_page(group, form, people), 422
    if not is_valid:
        flash(_("Choose what to do with the members you’ve ticked."), "danger")
        return redirect(url_for("groups.members", slug=slug), 303)
    if not form.sure.data:
        return _sure_page(group, form, people)
    act = form.chosen
    if act in WITH_REASON:
        try:
            checked_reason(form.reason.data or "")
        except Invalid as refused:
            form.show(refused)
            return _sure_page(group, form, people), 422
    _report(group, [(person, _apply(member, group, person, form)) for person in people])
    return redirect(url_for("groups.members", slug=slug), 303)


def _ids(values: Sequence[str]) -> list[int]:
    return [int(each) for each in values if each.isdecimal() and len(each) < 19][:MOST_AT_ONCE]


def _sure_page(group: Group, form: MembersActForm, people: Sequence[Member]) -> str:
    return render_page(
        "groups/members_act.html",
        group=group,
        form=form,
        people=people,
        act=form.chosen.value,
        has_reason=form.chosen in WITH_REASON,
        has_end=form.chosen in WITH_END,
    )


def _apply(actor: Member, group: Group, person: Member, form: MembersActForm) -> str | None:
    """Do it to one member; return why not where it is refused."""
    act, reason = form.chosen, form.reason.data or ""
    try:
        with atomic():
            if act in ROLES:
                services.change_role(actor, group, person, ROLES[act])
            elif act is MembersAct.REMOVE:
                services.remove_member(actor, group, person, reason)
            elif act is MembersAct.WARN:
                services.warn_member(actor, group, person, reason)
            elif act is MembersAct.MUTE:
                services.mute_member(actor, group, person, reason, form.ends_at)
            else:
                services.ban_member(actor, group, person, reason, form.ends_at)
    except (Conflict, Refused) as refused:
        return refused.message
    return None


def _report(group: Group, results: Sequence[tuple[Member, str | None]]) -> None:
    done = sum(1 for _person, why in results if why is None)
    if done:
        flash(
            ngettext("Done for %(num)d member.", "Done for %(num)d members.", done),
            "success",
        )
    for person, why in results:
        if why is not None:
            name = typed(person.display_name)
            flash(filled(_("%(name)s: %(why)s"), name=name, why=Markup.escape(why)), "danger")


def export_members(slug: str, extension: str) -> Response:
    """Give owners the list of members as a table: CSV for programs, XLSX for spreadsheets."""
    member, group = load_actor_and_group(slug)
    require(policies.may_own(member, group), FOR_OWNERS)
    return table_response(_rows(group, member), slug, extension, WIDTHS)


def _rows(group: Group, owner: Member) -> Iterator[list[str]]:
    roles = {
        Role.OWNER: _("Owner"),
        Role.MODERATOR: _("Moderator"),
        Role.MEMBER: _("Member"),
    }
    yield [
        _("Name"),
        _("Organisation"),
        _("Position"),
        _("Role in the group"),
        _("Member since"),
        _("Muted until"),
    ]
    zone = clock_of(owner.time_zone)
    for name, organisation, position, role, since, muted_until in iterate_members(group, owner):
        is_muted = muted_until is not None and muted_until > clock.now()
        end = _("no end") if muted_until == LASTING else day_cell(muted_until, zone)
        yield [
            name,
            organisation or "",
            position or "",
            roles[role],
            day_cell(since, zone),
            end if is_muted else "",
        ]

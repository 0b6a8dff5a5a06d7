"""The end of a group: archived, given to another member, closed after 30 days, or deleted at once.

Its pages list what goes with a group, and deleting it requires its name.
"""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.queries import count_contents
from grandequipe.groups import policies, services
from grandequipe.groups.forms import EndForm, OfferForm, number_of
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_membership, find_offer, get_group, list_team
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.slots import load_slot
from grandequipe.web.typed import filled, typed


@takes(EndForm)
@limited_form("group_settings")
@repeatable("what is ended stays ended")
def end_group(slug: str) -> ResponseReturnValue:
    """Show its last member what goes with a group, and end it once they typed its name."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(policies.is_owner(member, group), _l("Only its owner ends a group."))
    form, name = EndForm(), typed(group.name, group.language)
    is_alone = policies.is_alone(member, group)
    if form.names(group) and is_alone:
        try:
            with atomic():
                services.end_group(member, group)
        except Conflict:
            is_alone = False
        else:
            flash(filled(_("%(group)s has ended, with all that was in it."), group=name), "success")
            return redirect(url_for("groups.index"), 303)
    page = render_page(
        "feed/end_group.html",
        group=group,
        membership=find_membership(member, group),
        form=form,
        is_alone=is_alone,
        contents=count_contents(group),
    )
    return page, 422 if form.errors else 200 if is_alone else 409


def ends(slug: str) -> ResponseReturnValue:
    """Show owners how to archive a group, to give it to another member and to close it."""
    member, group = _owned(slug)
    return _ends_page(member, group, EndForm(formdata=None))


@takes(EndForm)
@limited_form("group_settings")
@repeatable("a group that closes stays so")
def close_group(slug: str) -> ResponseReturnValue:
    """Have a group erased after 30 days, once its name was typed."""
    member, group = _owned(slug)
    form = EndForm()
    if not form.names(group):
        return _ends_page(member, group, form), 422
    with atomic():
        services.close_group(member, group)
    flash(_("The group will close. You can change your mind until then."), "success")
    return _back(slug)


@limited("group_settings")
@repeatable("a group that is kept stays so")
def keep_group(slug: str) -> ResponseReturnValue:
    """Keep a group that was to close."""
    return _press(slug, services.cancel_closing, _("The group stays: it no longer closes."))


@limited("group_settings")
@repeatable("what is archived stays so")
def archive_group(slug: str) -> ResponseReturnValue:
    """Make a group read only."""
    return _press(slug, services.archive_group, _("The group is archived: it can only be read."))


@limited("group_settings")
@repeatable("what is active stays so")
def reopen_group(slug: str) -> ResponseReturnValue:
    """Make an archived group active again."""
    return _press(slug, services.reopen_group, _("The group is active again."))


@limited("group_settings")
@repeatable("the offer is replaced by the same")
def offer_group(slug: str) -> ResponseReturnValue:
    """Offer a group to one of its members, who becomes its owner on accepting."""
    member, group = _owned(slug)
    recipient_id = request.form.get("member", "")
    recipient = find_member(number) if (number := number_of(recipient_id)) else None
    if recipient is None:
        raise Invalid({"member": _("Choose a member of the group.")})
    try:
        with atomic():
            services.offer_ownership(member, group, recipient)
    except Conflict as conflict:
        flash(conflict.message, "danger")
        return _back(slug)
    sentence = _("%(name)s will own the group once they accept.")
    flash(filled(sentence, name=typed(recipient.display_name)), "success")
    return _back(slug)


@limited("group_settings")
@repeatable("what is withdrawn stays so")
def withdraw_offer(slug: str) -> ResponseReturnValue:
    """Take back the offer of a group."""
    return _press(slug, services.withdraw_offer, _("You no longer offer the group."))


@takes(OfferForm)
@limited_form("memberships")
@repeatable("an offer is answered once")
def answer_offer(slug: str) -> ResponseReturnValue:
    """Show a member the offer of a group, and take their answer."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    offer = find_offer(group)
    if offer is None or offer.to_id != member.id:
        raise NotFound
    form = OfferForm()
    if form.validate_on_submit():
        try:
            with atomic():
                services.answer_offer(member, group, accept=form.accepts)
        except Conflict as conflict:
            flash(conflict.message, "danger")
        else:
            accepted, declined = _("You own this group now."), _("You declined the group.")
            flash(accepted if form.accepts else declined, "success")
        return redirect(url_for("feed.group_page", slug=slug), 303)
    return render_page(
        "feed/group_offer.html",
        group=group,
        membership=find_membership(member, group),
        offer=offer,
        form=form,
    )


def _owned(slug: str) -> tuple[Member, Group]:
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(policies.may_own(member, group), services.ONLY_OWNERS)
    return member, group


def _press(slug: str, write: Callable[[Member, Group], bool], done: str) -> ResponseReturnValue:
    member, group = _owned(slug)
    with atomic():
        changed = write(member, group)
    flash(done, "success" if changed else "info")
    return _back(slug)


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("feed.ends", slug=slug), 303)


def _ends_page(member: Member, group: Group, form: EndForm) -> str:
    team = [each for each in list_team(group, member) if not each.is_owner]
    return render_page(
        "feed/ends.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        form=form,
        team=team,
        offer=find_offer(group),
        contents=count_contents(group),
        is_alone=policies.is_alone(member, group),
        closes_after=clock.now() + services.TIME_TO_THINK,
    )

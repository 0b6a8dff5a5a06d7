"""What a group is: its presentation, its charter, and what it says to those who join."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.groups import forms, policies, queries, services
from grandequipe.groups.models import Group
from grandequipe.groups.slots import FIGURES, TABS
from grandequipe.groups.views.groups import ONLY_OWNERS
from grandequipe.groups.views.members_page import load_actor_and_group
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.indexing import allow_index
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.redirects import local_path
from grandequipe.web.slots import load_slot


def presentation(slug: str) -> str:
    """Show what a group is for, its rules, its team and its figures to all who find it."""
    member = viewer()
    group = queries.get_group(slug, seen_by=member)
    allow_index(
        url_for("groups.presentation", slug=slug),
        is_public=group.is_public and group.review is None,
    )
    sees_members = member is not None and policies.may_see_members(member, group)
    is_member = policies.is_member(member, group)
    return _render(
        "groups/presentation.html",
        group,
        member,
        charter=queries.find_charter(group),
        team=queries.list_team(group, member) if member is not None and sees_members else (),
        welcome=queries.find_welcome(group) if is_member else None,
        may_join=policies.may_join(member, group),
    )


def charter(slug: str) -> str:
    """Show the charter of a group, or with `version` an earlier one."""
    member = viewer()
    group = queries.get_group(slug, seen_by=member)
    version = request.args.get("version", type=int)
    return _render(
        "groups/charter.html",
        group,
        member,
        charter=(
            queries.find_charter(group) if version is None else queries.get_charter(group, version)
        ),
        versions=queries.list_charters(group),
        next=local_path(request.args.get("next"), ""),
    )


@takes(forms.AcceptForm)
@limited("memberships")
@repeatable("a charter is accepted once")
def accept_charter(slug: str) -> ResponseReturnValue:
    """Accept the charter that was read, and go on to the form's `next`."""
    member, group = load_actor_and_group(slug)
    require(policies.is_member(member, group), _("Only members accept the charter of a group."))
    form = forms.AcceptForm()
    if not form.validate_on_submit():
        raise Invalid({"charter": _("Read the charter again, then accept it.")})
    next_url = local_path(request.form.get("next"), "")
    try:
        with atomic():
            services.accept_charter(member, group, form.version)
    except Conflict as changed:
        flash(changed.message, "warning")
        return redirect(url_for("groups.charter", slug=slug, next=next_url or None), 303)
    flash(_("You’ve accepted the charter. Thank you!"), "success")
    return redirect(next_url or url_for("feed.group_page", slug=slug), 303)


@takes(forms.CharterForm)
@limited_form("group_settings")
@repeatable("sets the charter; its version is compared")
def change_charter(slug: str) -> ResponseReturnValue:
    """Let owners publish another charter; what they compare it with is the one that they saw."""
    member, group = _owned(slug)
    present = queries.find_charter(group)
    form = forms.CharterForm(data=_typed(present))
    seen = request.form.get("seen", str(group.charter_version))
    is_overtaken = False
    if form.validate_on_submit():
        try:
            with atomic():
                changed = services.publish_charter(
                    member,
                    group,
                    form.body_html.html,
                    form.written_in,
                    forms.number_of(request.form.get("over", seen)),
                )
        except Invalid as refused:
            form.show(refused)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            is_overtaken = True
        else:
            flash(*_said_of_charter(group, changed))
            return redirect(url_for("groups.charter", slug=slug), 303)
    page = _render(
        "groups/charter_settings.html",
        group,
        member,
        form=form,
        seen=seen,
        charter=present,
        is_overtaken=is_overtaken,
    )
    return page, 409 if is_overtaken else 422 if form.errors else 200


@takes(forms.WelcomeForm)
@limited_form("group_settings")
@repeatable("sets what is sent and asked")
def change_welcome(slug: str) -> ResponseReturnValue:
    """Let owners choose the welcome, the questions, and what mails show."""
    member, group = _owned(slug)
    welcome = queries.find_welcome(group)
    form = forms.WelcomeForm(
        data={
            **_typed(welcome),
            "questions": "\n".join(welcome.questions),
            "mail_content": group.mail_content.value,
        }
    )
    if form.validate_on_submit():
        try:
            with atomic():
                services.change_welcome(member, group, form.input())
        except Invalid as refused:
            form.show(refused)
        else:
            flash(_("Your choices have been saved."), "success")
            return redirect(url_for("groups.change_welcome", slug=slug), 303)
    page = _render("groups/welcome_settings.html", group, member, form=form)
    return page, 422 if form.errors else 200


def _typed(text: object) -> dict[str, str]:
    """Give the fields of a text that was written before; a new one has the page's language."""
    body_html = getattr(text, "body_html", "")
    if not body_html:
        return {"body_html": ""}
    return {"body_html": body_html, "language": getattr(text, "language", None) or ""}


def _said_of_charter(group: Group, changed: bool) -> tuple[str, str]:
    if not changed:
        return _("The charter is the same as before."), "info"
    if not group.charter_version:
        return _("The group has no charter any more."), "success"
    return (
        _("The charter is published. Members will be asked to accept it before they write."),
        "success",
    )


def _owned(slug: str) -> tuple[Member, Group]:
    member = acting_member()
    group = queries.get_group(slug, seen_by=member)
    require(policies.may_own(member, group), ONLY_OWNERS)
    return member, group


def _render(template: str, group: Group, member: Member | None, **context: object) -> str:
    """Render a page of a group that visitors may read, too."""
    moderates, reads = policies.may_moderate(member, group), policies.may_read(member, group)
    return render_page(
        template,
        load_slot(TABS, group=group, moderates=moderates),
        load_slot(FIGURES, group=group, reads=reads),
        group=group,
        membership=queries.find_membership(member, group),
        moderates=moderates,
        owns=policies.may_own(member, group),
        reads=reads,
        owes=policies.owes_acceptance(member, group),
        **context,
    )

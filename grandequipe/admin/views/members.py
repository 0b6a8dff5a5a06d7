"""Accounts: find, open, and what is done to one."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext as _

from grandequipe.admin.forms import EmailForm, ReasonForm, SuspensionForm
from grandequipe.admin.queries.members import AccountState, find_accounts, get_account
from grandequipe.admin.services import accounts
from grandequipe.admin.views.access import administrator, require_password
from grandequipe.core.act_words import act_word
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.transactions import atomic
from grandequipe.members import services
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member
from grandequipe.web.form_pages import FormPage, Write
from grandequipe.web.form_rules import repeatable
from grandequipe.web.forms import Form
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form

FORM = ("GET", "POST")
MEMBER = "/membres/<id:member_id>"


def add_routes(blueprint: Blueprint) -> None:
    """Register the routes of accounts."""
    blueprint.add_url_rule("", "index", index)
    blueprint.add_url_rule("/membres", "members", members)
    blueprint.add_url_rule(MEMBER, "member", show_member)
    for path, view in (
        ("suspendre", suspend),
        ("retablir", reinstate),
        ("adresse", change_address),
        ("fermer", close),
    ):
        blueprint.add_url_rule(f"{MEMBER}/{path}", view.__name__, view, methods=FORM)
    for path, view in (
        ("confirmer", confirm),
        ("deconnecter", sign_out),
        ("administration", promote),
        ("administration/retirer", demote),
    ):
        blueprint.add_url_rule(f"{MEMBER}/{path}", view.__name__, view, methods=["POST"])


def index() -> ResponseReturnValue:
    """Open the administration at its list of accounts."""
    administrator()
    return redirect(url_for("admin.members"), 303)


def members() -> ResponseReturnValue:
    """List accounts, found by name or address, and by state."""
    administrator()
    typed, wanted = request.args.get("q", ""), request.args.get("etat", "")
    state = AccountState(wanted) if wanted in list(AccountState) else None
    page = find_accounts(typed, state, request.args.get("cursor"))
    return render_page(
        "admin/members.html", page=page, q=typed, state=state, states=list(AccountState)
    )


def show_member(member_id: int) -> ResponseReturnValue:
    """Show one account."""
    administrator()
    return _account_page(member_id)


@takes(SuspensionForm)
@limited_form("managing")
@repeatable("a suspended account is not suspended again")
def suspend(member_id: int) -> ResponseReturnValue:
    """Suspend an account, with a reason, for a time or without end."""
    actor, member = _actor_and_member(member_id, is_dangerous=True)
    form = SuspensionForm(ZoneInfo(actor.time_zone))

    def write() -> str:
        try:
            until = form.end()
        except ValueError as error:
            raise Invalid({"until": str(error)}) from None
        services.suspend(actor, member, form.reason.data or "", until)
        return _("The account is suspended. You can lift the suspension here.")

    return _answer("admin/suspend.html", member, form, write)


@takes(ReasonForm)
@limited_form("managing")
@repeatable("a suspension is lifted once")
def reinstate(member_id: int) -> ResponseReturnValue:
    """Lift a suspension."""
    actor, member = _actor_and_member(member_id)
    form = ReasonForm()

    def write() -> str:
        services.reinstate(actor, member, form.reason.data or "")
        return _("The account is active again.")

    return _answer("admin/reinstate.html", member, form, write)


@takes(EmailForm)
@limited_form("managing")
@repeatable("sets the address")
def change_address(member_id: int) -> ResponseReturnValue:
    """Change the address of an account."""
    actor, member = _actor_and_member(member_id, is_dangerous=True)
    form = EmailForm()

    def write() -> str:
        services.change_address(actor, member, form.email.data or "")
        return _("The address is changed. Both mailboxes have been notified.")

    return _answer("admin/change_address.html", member, form, write)


@takes(ReasonForm)
@limited_form("managing")
@repeatable("a closed account is not closed again")
def close(member_id: int) -> ResponseReturnValue:
    """Close an account: two transactions, for each locks its streams in an order of its own."""
    actor, member = _actor_and_member(member_id, is_dangerous=True)
    form = ReasonForm()

    def write() -> str:
        accounts.leave_before_closing(actor, member)
        return ""

    answer = _answer("admin/close.html", member, form, write)
    if not form.is_submitted() or isinstance(answer, tuple):
        return answer
    with atomic(), force_locale(current_app.config["SETTINGS"].default_locale):
        accounts.close_account(actor, member, form.reason.data or "")
    flash(_("The account is closed, and what identified its member is erased."), "success")
    return answer


@limited("managing")
@repeatable("what is confirmed stays so")
def confirm(member_id: int) -> ResponseReturnValue:
    """Confirm the address of an account."""
    return _press(member_id, services.confirm_address, _("The address is confirmed."))


@limited("managing")
@repeatable("ends the sessions of the moment")
def sign_out(member_id: int) -> ResponseReturnValue:
    """End all sessions and tokens of an account."""
    done = _("All sessions and tokens of this account have ended.")
    return _press(member_id, services.sign_out_everywhere, done, is_dangerous=False)


@limited("managing")
@repeatable("sets a role")
def promote(member_id: int) -> ResponseReturnValue:
    """Make a member an administrator."""
    return _press(member_id, services.promote, _("This member is an administrator now."))


@limited("managing")
@repeatable("sets a role")
def demote(member_id: int) -> ResponseReturnValue:
    """Take the role of administrator away."""
    actor = administrator()
    done = _("This member is no longer an administrator.")
    if actor.id != member_id:
        return _press(member_id, services.demote, done)
    answer = _press(member_id, services.demote, _("You’re no longer an administrator."))
    return answer if isinstance(answer, tuple) else redirect("/", 303)


def _press(
    member_id: int,
    act: Callable[[Member, Member], object],
    done: str,
    *,
    is_dangerous: bool = True,
) -> ResponseReturnValue:
    """Carry out the act of a button; 409 with the account's page on Conflict."""
    actor, member = _actor_and_member(member_id, is_dangerous=is_dangerous)
    try:
        with atomic():
            act(actor, member)
    except Conflict as conflict:
        return _account_page(member_id, conflict.message), 409
    flash(done, "success")
    return redirect(url_for("admin.member", member_id=member_id), 303)


def _answer(template: str, member: Member, form: Form, write: Write) -> ResponseReturnValue:
    """Show an act's form, or carry the act out and go back to the account."""
    member_id = member.id
    page = FormPage(template, form, lambda: {"account": get_account(member_id)})
    return page.answer(write, url_for("admin.member", member_id=member_id))


def _account_page(member_id: int, problem: str | None = None) -> str:
    return render_page(
        "admin/member.html",
        account=get_account(member_id),
        act_word=act_word,
        problem=problem,
    )


def _actor_and_member(member_id: int, *, is_dangerous: bool = False) -> tuple[Member, Member]:
    actor, member = administrator(), find_member(member_id)
    if member is None:
        raise NotFound
    if is_dangerous:
        is_form = request.method == "GET" or "GET" in (request.url_rule.methods or ())  # type: ignore[union-attr]
        require_password(request.path if is_form else url_for("admin.member", member_id=member_id))
    return actor, member

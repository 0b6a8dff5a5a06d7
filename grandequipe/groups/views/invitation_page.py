"""The page of an invitation, where the holder of its e-mail joins by one click.

The key in its address proves the mailbox, so no second e-mail is needed: without an account the
form asks for a name and a password; with one, for the password; when logged in, for nothing.
"""

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import get_message, logout_user
from sqlalchemy.exc import IntegrityError

from grandequipe.core.email_addresses import folded
from grandequipe.core.errors import TooMany, Unauthenticated
from grandequipe.core.site_settings import Registration, read_site_settings, site_contact
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups import policies, services
from grandequipe.groups.forms import AccountPasswordForm
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import (
    InvitationEnded,
    find_guest,
    find_membership,
    get_invitation_by_key,
)
from grandequipe.members.accounts.opening_accounts import (
    create_or_take_over,
    hash_in_slot,
    open_account,
)
from grandequipe.members.accounts.password_attempts import authenticate
from grandequipe.members.accounts.sessions import log_in
from grandequipe.members.forms import OpeningForm
from grandequipe.members.identity import viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import ATTEMPTS, client_address, hit, too_many
from grandequipe.web.typed import filled, typed

LOG_IN = "security.login"


@takes(OpeningForm, AccountPasswordForm)
@repeatable("who has joined is a member")
def invitation(key: str) -> ResponseReturnValue:
    """Show an invitation to the holder of its key, and let them accept it."""
    limit_key = f"invitation {client_address()}"
    if not hit(ATTEMPTS, limit_key):
        raise too_many(ATTEMPTS, limit_key)
    try:
        found = get_invitation_by_key(key, seen_by=viewer())
        if not policies.may_open_invitation(viewer(), found):
            raise InvitationEnded(None)
        response = _show_or_accept(key, found)
    except InvitationEnded as ended:
        response = _ended(ended)
    return _without_leaks(make_response(response))


def _show_or_accept(key: str, found: Invitation) -> ResponseReturnValue:
    member, guest = viewer(), find_guest(found)
    if member is not None and "switch" in request.form:
        with atomic():
            logout_user()
        return redirect(url_for("groups.invitation", key=key), 303)
    if member is not None:
        return _as_member(key, found, member)
    return _with_password(key, found, guest) if guest else _with_new_account(key, found)


def _as_member(key: str, found: Invitation, member: Member) -> ResponseReturnValue:
    """Join by one click with the logged-in account, where this may accept the invitation."""
    may_accept = policies.may_accept(member, found)
    if request.method == "POST" and may_accept:
        with atomic():
            return _joined(services.accept_invitation(member, found).group)
    membership = find_membership(member, found.group)
    return _page(
        key,
        found,
        member=member,
        may_accept=may_accept,
        is_theirs=folded(member.email) == folded(str(found.email)),
        may_decline=membership is not None and membership.state is MembershipState.INVITED,
    )


def _with_password(key: str, found: Invitation, guest: Member) -> ResponseReturnValue:
    """Log in to the account of the invited address, and join."""
    form = AccountPasswordForm()
    if form.validate_on_submit():
        try:
            with atomic():
                member = authenticate(guest.email, form.password.data, LOG_IN)
                joined = services.accept_invitation(member, found)
                log_in(member, "password")
                return _joined(joined.group)
        except Unauthenticated:
            form.password.errors = [get_message("GENERIC_AUTHN_FAILED")[0]]
        except TooMany as refused:
            form.password.errors = [refused.message]
            wait = {"Retry-After": str(refused.seconds)}
            return _page(key, found, form=form, has_account=True), 429, wait
    return _page(key, found, form=form, has_account=True), 422 if form.errors else 200


def _with_new_account(key: str, found: Invitation) -> ResponseReturnValue:
    """Create a confirmed account, for the key proves the address, and join.

    Not while the site takes no new accounts: the invitation waits until it does.
    """
    if read_site_settings().registration is Registration.CLOSED:
        page = render_page("security/registration_closed.html", contact=site_contact())
        return page, 403 if request.method == "POST" else 200
    email = str(found.email)
    form = OpeningForm(email)
    if form.validate_on_submit():
        password_hash = hash_in_slot(form.password.data)
        try:
            with atomic():
                services.hold_invitation(found)
                member = create_or_take_over(email, form.display_name.data, password_hash)
                open_account(member)
                return _joined(services.accept_invitation(member, found).group)
        except IntegrityError:
            # A concurrent request confirmed this address: the page will ask for its password.
            return redirect(url_for("groups.invitation", key=key), 303)
    return _page(key, found, form=form), 422 if form.errors else 200


def _page(key: str, found: Invitation, **params: object) -> str:
    return render_page(
        "groups/invitation.html",
        key=key,
        invitation=found,
        inviter_name=found.invited_by.display_name,
        group=found.group,
        **params,
    )


def _joined(group: Group) -> ResponseReturnValue:
    name = typed(group.name, group.language)
    flash(filled(_("Welcome to %(group)s!"), group=name), "success")
    return redirect(url_for("feed.group_page", slug=group.slug), 303)


def _ended(ended: InvitationEnded) -> ResponseReturnValue:
    """Redirect members to the group; show others that the invitation ended, and no more."""
    db.session.rollback()
    if ended.group is not None:
        return redirect(url_for("feed.group_page", slug=ended.group.slug), 303)
    return render_page("groups/invitation_ended.html", status=410), 410


def _without_leaks(response: Response) -> Response:
    """Keep the key out of search engines, and out of the Referer of other pages."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response

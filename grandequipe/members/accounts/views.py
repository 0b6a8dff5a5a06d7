"""The pages of accounts: Flask-Security's views on a blueprint of ours, and what the site adds.

Read from above, each view says which form it takes, what a second press does, what is counted, and
that it runs in one transaction.
"""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from flask_security import views

from grandequipe.core.site_settings import Registration, read_site_settings, site_contact
from grandequipe.members.accounts import next_url, sessions
from grandequipe.members.accounts.confirmations import confirm_mailbox
from grandequipe.members.accounts.rate_limits import (
    limited_attempts,
    limited_mails,
    limited_registrations,
)
from grandequipe.members.accounts.transactions import in_one_transaction, undone_for_programs
from grandequipe.members.forms import (
    ConfirmationForm,
    LogInForm,
    LostPasswordForm,
    NewPasswordForm,
    OpeningForm,
    PasswordForm,
    RegistrationForm,
    VerificationForm,
)
from grandequipe.members.identity import viewer
from grandequipe.web.form_rules import repeatable, separate, unkeyed
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import local_path

FORM = ("GET", "POST")

# Flask-Security builds its links with this name.
blueprint = Blueprint("security", __name__)


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Have nobody keep a page of accounts, nor a redirect between them."""
    response.cache_control.private = response.cache_control.no_store = True
    return response


@blueprint.route("/connexion", methods=FORM)
@takes(LogInForm)
@unkeyed("each log-in has cookies of its own")
@limited_attempts
@in_one_transaction
def login() -> ResponseReturnValue:
    """Log in; a member who is logged in goes on to `next`, for a mail's link may lead here."""
    if request.method == "GET" and viewer() is not None:
        return redirect(local_path(request.args.get("next")), 303)
    return views.login()


@blueprint.post("/deconnexion")
@unkeyed("who is out stays out")
@in_one_transaction
def logout() -> ResponseReturnValue:
    """Log out."""
    return views.logout()


@blueprint.route("/inscription", methods=FORM)
@takes(RegistrationForm)
@separate("another address is another account")
@limited_registrations
@in_one_transaction
def register() -> ResponseReturnValue:
    """Register, whether the address is known or not; or say that nobody can by themselves."""
    if read_site_settings().registration is not Registration.OPEN:
        page = render_page("security/registration_closed.html", contact=site_contact())
        return page, 403 if request.method == "POST" else 200
    next_url.keep_next_url()
    with undone_for_programs():
        return next_url.led_to_log_in(views.register())


@blueprint.route("/confirmation", methods=FORM)
@takes(ConfirmationForm)
@separate("another address is another mail")
@limited_mails
@in_one_transaction
def send_confirmation() -> ResponseReturnValue:
    """Send the mail again that confirms an address."""
    return views.send_confirmation()


@blueprint.route("/confirmation/<token>", methods=FORM)
@takes(OpeningForm)
@repeatable("what is confirmed stays so")
@in_one_transaction
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm an address by a mail's link."""
    next_url.keep_next_url()
    return next_url.led_to_log_in(confirm_mailbox(token))


@blueprint.route("/mot-de-passe-oublie", methods=FORM)
@takes(LostPasswordForm)
@separate("another address is another mail")
@limited_mails
@in_one_transaction
def forgot_password() -> ResponseReturnValue:
    """Send the mail with which a new password is chosen."""
    return views.forgot_password()


@blueprint.route("/mot-de-passe-oublie/<token>", methods=FORM)
@takes(NewPasswordForm)
@separate("another password is refused: the link was used")
@in_one_transaction
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password by a mail's link."""
    return views.reset_password(token)


@blueprint.route("/reglages/mot-de-passe", methods=FORM)
@takes(PasswordForm)
@repeatable("the same password is set")
@limited_attempts
@in_one_transaction
def change_password() -> ResponseReturnValue:
    """Change the password of the member who is logged in."""
    if request.method == "POST":
        sessions.lock_viewer()
    return views.change_password()


@blueprint.route("/reglages/verification", methods=FORM)
@takes(VerificationForm)
@unkeyed("a password is right however often")
@limited_attempts
@in_one_transaction
def verify() -> ResponseReturnValue:
    """Ask a member who is logged in for the password again."""
    return views.verify()

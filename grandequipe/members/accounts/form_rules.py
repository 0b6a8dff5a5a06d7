"""Rules for the forms of accounts whose key was used (see `web.form_rules`)."""

from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.members.accounts import sessions
from grandequipe.members.identity import viewer
from grandequipe.web.form_keys import response_repeated
from grandequipe.web.form_rules import repeatable, separate, unkeyed

CHANGE = "security.change_password"

RULES = {
    "security.login": unkeyed("each log-in has cookies of its own"),
    "security.verify": unkeyed("a password is right however often"),
    CHANGE: repeatable("the same password is set"),
    "security.logout": unkeyed("who is out stays out"),
    "security.confirm_email": repeatable("what is confirmed stays so"),
    "security.register": separate("another address is another account"),
    "security.forgot_password": separate("another address is another mail"),
    "security.send_confirmation": separate("another address is another mail"),
    "security.reset_password": separate("another password is refused: the link was used"),
}


def init_app(app: Flask) -> None:
    """Declare them, after all wrappers of the views."""
    for endpoint, declare in RULES.items():
        declare(app.view_functions[endpoint])
    response_repeated.connect(_renew_session, app)


def _renew_session(app: Flask, endpoint: str) -> None:
    """Start a new session after a repeated change of password: the first ended the old one."""
    member = viewer() if endpoint == CHANGE else None
    if member is not None:
        with atomic():
            sessions.begin(app, member)

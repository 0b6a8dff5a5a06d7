"""What becomes of the forms of accounts that are sent twice (see `web.form_keys`)."""

from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.members.accounts import log_ins
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
    "security.forgot_password": separate("another address is another letter"),
    "security.send_confirmation": separate("another address is another letter"),
    "security.reset_password": separate("another password is refused: the link was used"),
}


def init_app(app: Flask) -> None:
    """Declare them, once nothing more stands before their views."""
    for endpoint, declare in RULES.items():
        declare(app.view_functions[endpoint])
    response_repeated.connect(_stay, app)


def _stay(app: Flask, endpoint: str) -> None:
    """Keep in who sent a change of password twice at once: it ended the log-in of both."""
    member = viewer() if endpoint == CHANGE else None
    if member is not None:
        with atomic():
            log_ins.begin(app, member)

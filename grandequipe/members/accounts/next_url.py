"""Where people were going before they had an account: they register and confirm on the way.

What they were going to may be for members alone, so nobody is led there before they log in. It is
kept in their browser's own session, and travels in the link of the e-mail that asks them to
confirm, which may be opened on another device. The link is signed for one account. It carries what
this registration asked for, never what the browser of a shared computer still knew; only a page of
ours; and no address that is itself a key, since an e-mail may reach the wrong mailbox.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import (
    Flask,
    current_app,
    has_request_context,
    make_response,
    request,
    session,
    url_for,
)
from flask_login import user_logged_in
from werkzeug.exceptions import HTTPException

from grandequipe.core import clock
from grandequipe.core.signing import sign, signed_value
from grandequipe.members.models import Member
from grandequipe.members.services import CONFIRMATION_LIFE
from grandequipe.web.redirects import local_path

View = Callable[..., Any]

GOAL = "goal"
# Signed, it stays shorter than what `core.signing` believes, and a link that every program opens.
LONGEST_NEXT_URL = 250
# Parts of an address that give access by themselves.
SECRETS = {"key", "token"}


def init_app(app: Flask) -> None:
    """Lead through registration and confirmation to the log-in, and from there to the goal."""
    views = app.view_functions
    views["security.register"] = _led_to_log_in(views["security.register"])
    views["security.confirm_email"] = _led_to_log_in(views["security.confirm_email"])
    user_logged_in.connect(_forget, app)


def with_next_url(link: str, member: Member) -> str:
    """Add to a member's link where the form being answered was to lead, if that may travel."""
    goal = local_path(request.form.get("next"), "") if has_request_context() else ""
    if not _may_travel(goal):
        return link
    return f"{link}?{GOAL}={sign(_purpose(member), goal, clock.now() + CONFIRMATION_LIFE)}"


def next_url_of(member: Member) -> str | None:
    """Say where the member was going, by this browser or else by the link that is followed."""
    goal = session.get(GOAL) or signed_value(_purpose(member), request.args.get(GOAL, ""))
    return str(goal) if goal else None


def _may_travel(goal: str) -> bool:
    if not 0 < len(goal) <= LONGEST_NEXT_URL:
        return False
    try:
        _endpoint, given = current_app.url_map.bind("").match(unquote(urlsplit(goal).path))
    except HTTPException:
        return False
    return not SECRETS & given.keys()


def _purpose(member: Member) -> str:
    return f"goal of {member.id}"


def _led_to_log_in(view: View) -> View:
    @wraps(view)
    def answer(**given: Any) -> Any:
        if goal := local_path(request.form.get("next"), ""):
            session[GOAL] = goal
        response = make_response(view(**given))
        if response.location and session.get(GOAL):
            response.location = url_for("security.login", next=session[GOAL])
        return response

    return answer


def _forget(_app: Flask, **_context: Any) -> None:
    session.pop(GOAL, None)

"""Log-ins: the cookies of a browser hold a key, which opens what its row says until it is gone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, flash, g, redirect, request, session
from flask_babel import gettext as _
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import login_user, logout_user, set_request_attr

from grandequipe.core.errors import Unauthenticated
from grandequipe.extensions import db
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.members.queries import find_session
from grandequipe.members.services import begin_session, end_session
from grandequipe.web.redirects import local_path

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    """Have Flask-Login find members by our keys, and tell of each log-in and log-out."""
    app.login_manager.user_loader(member_of)  # type: ignore[attr-defined]
    # Programs come with our own tokens, at the API's own door.
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]
    user_logged_in.connect(begin, app)
    user_logged_out.connect(end, app)
    views = app.view_functions
    views["security.login"] = _past_who_is_in(views["security.login"])
    views["security.change_password"] = _in_turn(views["security.change_password"])


def _past_who_is_in(view: View) -> View:
    """Lead those who are logged in already where they were going: a letter's link asks for it."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        if request.method == "GET" and viewer() is not None:
            return redirect(local_path(request.args.get("next")), 303)
        return view(**given)

    return answer


def _in_turn(view: View) -> View:
    """Let nobody choose a password by one that was changed while theirs was looked at."""

    @wraps(view)
    def answer(**given: Any) -> Any:
        member = viewer()
        if request.method == "POST" and member is not None:
            began_under = member.fs_uniquifier
            alone = {"of": Member, "key_share": True}
            db.session.refresh(member, with_for_update=alone)
            if member.fs_uniquifier != began_under:
                raise Unauthenticated
        return view(**given)

    return answer


def member_of(key: str) -> Member | None:
    """Find who the cookies of this browser let in."""
    found = find_session(key)
    if found is None:
        return None
    member, g.browser_session = found
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return member


def log_in(member: Member, by: str) -> None:
    """Log a member in who has shown who they are `by` some way; another's log-in here ends."""
    other = viewer()
    if other is not None and other.id != member.id:
        logout_user()
    if other is None or other.id != member.id:
        login_user(member, authn_via=[by])


def begin(app: Flask, user: Member, **_context: Any) -> None:
    """Put the key of a new log-in where Flask-Login would put the account's: in both cookies."""
    session["_user_id"], g.browser_session = begin_session(user)


def end(app: Flask, user: Member, **_context: Any) -> None:
    """Log this browser out, and whoever copied its cookies; say so on the page that comes.

    Whoever was not logged in hears nothing: confirming an address ends other log-ins too.
    """
    ended = browser_session()
    if ended is not None:
        end_session(user, ended)
        flash(_("You’re logged out."), "success")

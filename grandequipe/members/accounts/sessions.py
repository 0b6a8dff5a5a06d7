"""Browser sessions: both cookies hold a random key, valid while its `BrowserSession` exists."""

from typing import Any

from flask import Flask, Response, after_this_request, flash, g, session
from flask_babel import gettext as _
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import login_user, logout_user, set_request_attr

from grandequipe.core.errors import Unauthenticated
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.models import Member
from grandequipe.members.queries import find_session
from grandequipe.members.services import begin_session, end_session
from grandequipe.web.form_keys import response_repeated


def init_app(app: Flask) -> None:
    """Make Flask-Login load members by session keys, and connect log-in and log-out."""
    app.login_manager.user_loader(load_member)  # type: ignore[attr-defined]
    # The API checks its tokens itself.
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]
    user_logged_in.connect(begin, app)
    user_logged_out.connect(end, app)
    response_repeated.connect(_renew, app)


def lock_viewer() -> None:
    """Lock the account for a change of password; raise Unauthenticated if it just changed."""
    member = viewer()
    if member is not None:
        uniquifier = member.fs_uniquifier
        db.session.refresh(member, with_for_update={"of": Member, "key_share": True})
        if member.fs_uniquifier != uniquifier:
            raise Unauthenticated


def load_member(key: str) -> Member | None:
    """Load the member of a session key (Flask-Login's user loader)."""
    found = find_session(key)
    if found is None:
        return None
    member, g.browser_session = found
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return member


def log_in(member: Member, by: str) -> None:
    """Log a member in, authenticated `by` a method; another member's session here ends."""
    other = viewer()
    if other is not None and other.id != member.id:
        logout_user()
    if other is None or other.id != member.id:
        login_user(member, authn_via=[by])


def begin(app: Flask, user: Member, **_context: Any) -> None:
    """Create a session; its key replaces the account's id of Flask-Login in both cookies."""
    session["_user_id"], g.browser_session = begin_session(user)


def end(app: Flask, user: Member, **_context: Any) -> None:
    """End the session, also for copies of its cookies, and flash a message.

    Without a session there is no message: confirming an address calls this, too.
    """
    ended = browser_session()
    if ended is not None:
        end_session(user, ended)
        after_this_request(_clear_stored_pages)
        flash(_("You’re logged out."), "success")


def _renew(app: Flask, endpoint: str) -> None:
    """Start a new session after a repeated change of password: the first ended the old one."""
    member = viewer() if endpoint == "security.change_password" else None
    if member is not None:
        with atomic():
            begin(app, member)


def _clear_stored_pages(response: Response) -> Response:
    """Have the browser drop the pages that it stored, also from its history (Clear-Site-Data)."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response

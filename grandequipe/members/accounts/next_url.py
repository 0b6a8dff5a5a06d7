"""The page that a visitor wanted before registration, kept until the log-in after confirmation.

The page may be for members only, so the redirect follows the log-in. Its URL is stored in the
browser's session, and in the link of the confirmation mail, which may be opened on another device.
The link is signed for one account. It holds the URL of this registration's form, never that of the
session, which may be a shared computer's; only a path of this site; and none with a key, since the
mail may reach the wrong mailbox.
"""

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    has_request_context,
    make_response,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in
from werkzeug.exceptions import HTTPException

from grandequipe.core import clock
from grandequipe.core.signing import sign, signed_value
from grandequipe.members.models import Member
from grandequipe.members.services import CONFIRMATION_LIFE
from grandequipe.web.redirects import local_path

NEXT_URL_KEY = "goal"
# Characters. Signed, it is within the limit of `core.signing` and of all mail programs.
LONGEST_NEXT_URL = 250
# Parameters of routes that give access by themselves.
SECRETS = {"key", "token"}


def init_app(app: Flask) -> None:
    """Forget the URL after the log-in."""
    user_logged_in.connect(_forget, app)


def keep_next_url() -> None:
    """Store the `next` of the request's form in the browser's session."""
    if next_url := local_path(request.form.get("next"), ""):
        session[NEXT_URL_KEY] = next_url


def led_to_log_in(answer: ResponseReturnValue) -> Response:
    """Have a redirect lead to the log-in, and from there to the stored URL, if there is one."""
    response = make_response(answer)
    if response.location and session.get(NEXT_URL_KEY):
        response.location = url_for("security.login", next=session[NEXT_URL_KEY])
    return response


def with_next_url(link: str, member: Member) -> str:
    """Add the `next` of the request's form to a member's confirmation link, if it is safe."""
    next_url = local_path(request.form.get("next"), "") if has_request_context() else ""
    if not _is_safe_to_mail(next_url):
        return link
    return (
        f"{link}?{NEXT_URL_KEY}={sign(_purpose(member), next_url, clock.now() + CONFIRMATION_LIFE)}"
    )


def next_url_of(member: Member) -> str | None:
    """Return the URL stored in the browser's session, else that of the request's link, or None."""
    next_url = session.get(NEXT_URL_KEY) or signed_value(
        _purpose(member), request.args.get(NEXT_URL_KEY, "")
    )
    return str(next_url) if next_url else None


def _is_safe_to_mail(next_url: str) -> bool:
    if not 0 < len(next_url) <= LONGEST_NEXT_URL:
        return False
    try:
        _endpoint, params = current_app.url_map.bind("").match(unquote(urlsplit(next_url).path))
    except HTTPException:
        return False
    return not SECRETS & params.keys()


def _purpose(member: Member) -> str:
    return f"goal of {member.id}"


def _forget(_app: Flask, **_context: Any) -> None:
    session.pop(NEXT_URL_KEY, None)

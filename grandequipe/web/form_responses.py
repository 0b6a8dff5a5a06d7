"""The stored part of the response to a form, for a repeated request: messages and location.

A message stores whether it is Markup. A URL that holds a key, as those in mails do, is not stored:
the repeated request is then redirected to the URL that it was sent to.
"""

from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, flash, request, session, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

# Category, sentence, whether the sentence is Markup.
Message = tuple[str, str, bool]
# The routes' names of the keys in URLs of mails.
KEYS = {"key", "token"}


def stored_message(message: object, category: str) -> Message:
    """Return a flashed message as it is stored."""
    return category, str(message), isinstance(message, Markup)


def flash_again(messages: list[Message]) -> None:
    """Flash the messages of an earlier response."""
    for category, sentence, is_markup in messages:
        # It was Markup when it was stored.
        flash(Markup(sentence) if is_markup else sentence, category)  # noqa: S704


def discard_messages(messages: list[Message]) -> None:
    """Remove the last flashed messages from the session: their change was not committed."""
    if messages and "_flashes" in session:
        session["_flashes"] = session["_flashes"][: -len(messages)]


def stored_location(response: Response, *, has_logged_in: bool) -> str | None:
    """Return the location to store; None where there is none, or where it holds a key.

    A response that logs in may be lost with its cookies: the stored location leads through the
    log-in page, which redirects members who are logged in.
    """
    location = response.location
    if location is None or _holds_key(location):
        return None
    return url_for("security.login", next=location) if has_logged_in else location


def _holds_key(location: str) -> bool:
    parts = urlsplit(location)
    paths = [parts.path, *(urlsplit(value).path for _name, value in parse_qsl(parts.query))]
    return any(_has_key(path) for path in paths)


def _has_key(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        params = adapter.match(path.removeprefix(request.script_root), method="GET")[1]  # type: ignore[union-attr]
    except (HTTPException, RoutingException):
        return False
    return not KEYS.isdisjoint(params)

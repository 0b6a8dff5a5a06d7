"""What is kept of the answer to a form, for it to be given again: its messages and its address.

A message keeps whether it is Markup, which shows as it did. An address that holds a key, as those
in e-mails do, is not kept: the form is then answered by the page it was sent to.
"""

from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, flash, request, session, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

# Its category, the sentence, and whether that is Markup.
Message = tuple[str, str, bool]
# What the routes call the keys in addresses that e-mails hold.
KEYS = {"key", "token"}


def message_kept(message: object, category: str) -> Message:
    """Give what is kept of a message."""
    return category, str(message), isinstance(message, Markup)


def flash_again(messages: list[Message]) -> None:
    """Show what an earlier answer said."""
    for category, words, is_markup in messages:
        # It was Markup when it was kept.
        flash(Markup(words) if is_markup else words, category)  # noqa: S704


def take_back(messages: list[Message]) -> None:
    """Have the next page not show the last messages: what they say was not committed."""
    if messages and "_flashes" in session:
        session["_flashes"] = session["_flashes"][: -len(messages)]


def location_kept(response: Response, *, has_logged_in: bool) -> str | None:
    """Give the address of an answer; None for the page of the form, and for one that holds a key.

    Where the answer logs in, its cookies may be lost with it: it is led to by the log-in, which
    sends on those who are logged in.
    """
    location = response.location
    if location is None or _holds_key(location):
        return None
    return url_for("security.login", next=location) if has_logged_in else location


def _holds_key(location: str) -> bool:
    parts = urlsplit(location)
    led_to = [parts.path, *(urlsplit(value).path for _name, value in parse_qsl(parts.query))]
    return any(_is_opened_by_key(path) for path in led_to)


def _is_opened_by_key(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        given = adapter.match(path.removeprefix(request.script_root), method="GET")[1]  # type: ignore[union-attr]
    except (HTTPException, RoutingException):
        return False
    return not KEYS.isdisjoint(given)

"""Socket.IO's connect and disconnect, and the cursors of pages."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask_socketio import ConnectionRefusedError

from grandequipe.extensions import db, socketio
from grandequipe.groups.queries import list_streams_of
from grandequipe.live import handshakes
from grandequipe.live.changes import make_cursor
from grandequipe.live.channel import NAMESPACE
from grandequipe.live.connection_registry import ConnectionRegistry
from grandequipe.live.pages import ENDPOINTS
from grandequipe.live.receive_only import cut_off, reject
from grandequipe.live.rooms import Credentials
from grandequipe.members.identity import browser_session, viewer
from grandequipe.members.queries import find_token


@socketio.on("connect", namespace=NAMESPACE)
def connect(auth: object = None) -> None:
    """Accept a member's page by its session, or a program by `{"token": …}`; reject others."""
    try:
        with _registry().read_slots:
            credentials = _credentials(auth)
            db.session.rollback()
    except Exception:
        # A failed check must not leave an unauthenticated socket open.
        reject(request.environ)
        raise
    if credentials is None:
        _reject("Log in, or give a token.")
    elif not _registry().register(request.sid, credentials):  # type: ignore[attr-defined]
        _reject("You have too many sockets open.")
    else:
        handshakes.release(request.environ)
        _registry().greet(request.sid, credentials)  # type: ignore[attr-defined]


@socketio.on("disconnect", namespace=NAMESPACE)
def disconnect(reason: str) -> None:
    """Unregister a socket and close its transport, which the client may keep open."""
    cut_off(request.environ)
    _registry().unregister(request.sid)  # type: ignore[attr-defined]


def note_cursor() -> None:
    """Read a page's cursor before its content: later events are then sent to the page."""
    is_page = request.method == "GET" and request.endpoint in ENDPOINTS
    if is_page and "HX-Request" not in request.headers:
        member = viewer()
        g.live_cursor = make_cursor(list_streams_of(member)) if member else ""


def load_cursor() -> dict[str, str] | None:
    """Load the cursor of the page that is rendered, from which it catches up."""
    member = viewer()
    if member and "live_cursor" not in g:
        g.live_cursor = make_cursor(list_streams_of(member))
    return {"cursor": g.live_cursor} if member else None


def origin_check(site_url: str) -> Callable[[str, Mapping[str, str]], bool]:
    """Make the check of a socket's Origin header: the site's, or that of the request's host."""
    site = "{0.scheme}://{0.netloc}".format(urlsplit(site_url))

    def is_ours(origin: str, environ: Mapping[str, str]) -> bool:
        return origin in (site, f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST')}")

    return is_ours


def _reject(reason: str) -> NoReturn:
    reject(request.environ)
    raise ConnectionRefusedError(reason)


def _registry() -> ConnectionRegistry:
    return cast(ConnectionRegistry, current_app.extensions["live"])


def _credentials(auth: object) -> Credentials | None:
    if isinstance(auth, dict) and "token" in auth:
        return _credentials_of_token(auth["token"])
    member = viewer()
    return Credentials(member.id, session_id=browser_session()) if member else None


def _credentials_of_token(value: Any) -> Credentials | None:
    token = find_token(value) if isinstance(value, str) else None
    if token is None or not token.allows("read"):
        return None
    return Credentials(token.member_id, token_id=token.id)

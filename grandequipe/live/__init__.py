"""Live pages: events are broadcast to sockets, and pages then fetch what changed.

Guarantee: a socket receives ids only, and only of streams that its member follows at that time.
Nothing depends on a broadcast: a page that missed it finds the same in `/changes`.
"""

from math import ceil

from flask import Blueprint, Flask, current_app
from gevent import monkey

from grandequipe.core.events import send_broadcasts_by, subscribe
from grandequipe.extensions import socketio
from grandequipe.live import receive_only, views
from grandequipe.live.channel import NAMESPACE, Receiver, Sender
from grandequipe.live.connection_registry import ConnectionRegistry
from grandequipe.live.counting import SiteCount
from grandequipe.live.handlers import broadcast, broadcast_value
from grandequipe.live.handshakes import MOST_WAITING, HandshakeLimit
from grandequipe.web import health
from grandequipe.web.slots import fill_slot


def init_app(app: Flask) -> None:
    """Register Socket.IO, the connection registry, and the sender to the other processes."""
    settings = app.config["SETTINGS"]
    address = settings.redis_database(1)
    registry = ConnectionRegistry(app)
    app.extensions["live"] = registry
    app.extensions["live_sender"] = Sender(address)
    socketio.init_app(
        app,
        async_mode="gevent" if monkey.is_module_patched("socket") else "threading",
        client_manager=Receiver(address, registry.on_access_change, registry.sync_all),
        namespaces=[NAMESPACE],
        transports=["websocket"],
        cors_allowed_origins=views.origin_check(settings.site_url),
        max_http_buffer_size=receive_only.LONGEST_FRAME,
        manage_session=False,
        async_handlers=False,
    )
    receive_only.restrict_client_frames(socketio)
    waiting = SiteCount(
        app.extensions["redis"],
        "live:place",
        MOST_WAITING,
        ceil(receive_only.CONNECT_TIMEOUT) * 2,
    )
    app.wsgi_app = HandshakeLimit(app, waiting)  # type: ignore[method-assign]
    app.before_request(views.note_cursor)
    app.register_blueprint(Blueprint("live", __name__, template_folder="templates"))
    fill_slot(app, "page.body", "live/_cursor.html", views.load_cursor)
    subscribe(broadcast)
    send_broadcasts_by(broadcast_value)
    health.add_check(reason_not_to_serve)


def start(app: Flask) -> None:
    """Subscribe to the other processes at the start of a web process."""
    app.extensions["live"].open()


def reason_not_to_serve() -> str | None:
    """Say why sockets of this process receive nothing, or None; for `/readyz`."""
    if current_app.extensions["live"].is_open and not socketio.server.manager.is_listening:
        return "live: not listening to Redis"
    return None

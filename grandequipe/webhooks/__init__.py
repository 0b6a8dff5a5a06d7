"""Signed webhooks: events of a group sent to programs that its owners choose."""

from flask import Flask

from grandequipe.core.sending import Sender
from grandequipe.webhooks import handlers, views
from grandequipe.webhooks.services.sending import QUEUE as QUEUE, SENDER
from grandequipe.webhooks.tasks import SCHEDULE as SCHEDULE


def init_app(app: Flask) -> None:
    """Register the pages of webhooks, what queues events for them, and what sends."""
    settings = app.config["SETTINGS"]
    app.extensions["webhooks"] = handlers
    app.extensions[SENDER] = Sender(
        f"GrandeEquipe/1.0 (+{settings.site_url}; webhooks)",
        is_open=settings.webhooks_allow_private,
    )
    app.register_blueprint(views.blueprint)

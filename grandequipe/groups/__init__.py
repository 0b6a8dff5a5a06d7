"""Groups, who belongs to them, and as what."""

from flask import Flask

from grandequipe.groups import handlers, views
from grandequipe.groups.tasks import SCHEDULE as SCHEDULE


def init_app(app: Flask) -> None:
    """Give the application its groups."""
    app.extensions["groups"] = handlers
    app.register_blueprint(views.blueprint)

"""The pages of administrators; for other members they are not there (404), visitors log in."""

from flask import Flask
from flask.typing import ResponseReturnValue

from grandequipe.admin.views import members
from grandequipe.admin.views.access import NeedsPassword, ask_for_password, blueprint


def init_app(app: Flask) -> None:
    """Register the blueprint with the routes of each module."""
    members.add_routes(blueprint)
    if "admin" not in app.blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(NeedsPassword, _ask)


def _ask(needed: NeedsPassword) -> ResponseReturnValue:
    return ask_for_password(needed)

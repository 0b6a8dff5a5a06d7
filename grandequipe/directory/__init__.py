"""The directory of members who chose to be listed."""

from flask import Flask

from grandequipe.directory import views


def init_app(app: Flask) -> None:
    """Register the pages of the directory."""
    app.register_blueprint(views.blueprint)

"""The library: all resources in one list, what becomes of them, and collections."""

from flask import Flask

from grandequipe.library import views


def init_app(app: Flask) -> None:
    """Register the pages of the library."""
    app.register_blueprint(views.blueprint)

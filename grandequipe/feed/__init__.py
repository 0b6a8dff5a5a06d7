"""Posts of six kinds, comments and reactions."""

from flask import Flask

from grandequipe.feed import services


def init_app(app: Flask) -> None:
    """Give the application its feed."""
    app.extensions["feed"] = services

"""Searching all that a reader may see: one table, written by triggers, asked with their rights."""

from flask import Flask

from grandequipe.search import views


def init_app(app: Flask) -> None:
    """Register the pages of the search."""
    app.register_blueprint(views.blueprint)

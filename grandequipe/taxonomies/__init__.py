"""The shared words that posts and structures are filed under: themes and territories."""

from flask import Flask

from grandequipe.taxonomies import views


def init_app(app: Flask) -> None:
    """Give the application the look-up of territories."""
    app.register_blueprint(views.blueprint)

"""The controlled vocabularies that classify posts and organisations: themes and territories."""

from flask import Flask

from grandequipe.taxonomies import views


def init_app(app: Flask) -> None:
    """Register the look-up of territories."""
    app.register_blueprint(views.blueprint)

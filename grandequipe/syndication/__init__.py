"""What other programs read of the site: feeds in Atom."""

from flask import Flask

from grandequipe.syndication import views


def init_app(app: Flask) -> None:
    """Register the addresses of feeds."""
    app.register_blueprint(views.blueprint)

"""Previews of the pages that links lead to: title, description, site and picture, kept by us."""

from flask import Flask

from grandequipe.core.fetching import Fetcher
from grandequipe.link_previews import views
from grandequipe.link_previews.tasks import FETCHER, SCHEDULE as SCHEDULE


def init_app(app: Flask) -> None:
    """Register the door of pictures, and what fetches pages."""
    site = app.config["SETTINGS"].site_url
    app.extensions[FETCHER] = Fetcher(f"GrandeEquipe/1.0 (+{site}; link previews)")
    app.register_blueprint(views.blueprint)

"""Announcements of the site's administrators to all members, or to those of a territory."""

from flask import Flask

from grandequipe.announcements import views
from grandequipe.announcements.queries import shown_now
from grandequipe.web.entity_tags import add_to_shell_state
from grandequipe.web.slots import fill_slot


def init_app(app: Flask) -> None:
    """Register the pages of announcements, and the banner on top of every page."""
    app.register_blueprint(views.blueprint)
    fill_slot(app, "page.banner", "announcements/_banner.html", views.load_banner)
    add_to_shell_state("announcements", shown_now)

"""What other programs read of the site: feeds in Atom, the sitemap."""

from flask import Flask

from grandequipe.syndication import views
from grandequipe.syndication.services.sitemap import SECTIONS
from grandequipe.web.sitemaps import add_to_sitemap


def init_app(app: Flask) -> None:
    """Register the addresses of feeds, and the sections of the sitemap."""
    for name, section in SECTIONS.items():
        add_to_sitemap(app, name, section)
    app.register_blueprint(views.blueprint)

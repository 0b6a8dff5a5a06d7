"""The library: all resources in one list, what becomes of them, and collections of posts."""

from flask import Flask

from grandequipe.core.fetching import Fetcher
from grandequipe.feed.slots import FOLLOWS, POST_ACTIONS, POST_RESOURCE, TERRITORY, THEME
from grandequipe.library import handlers, views
from grandequipe.library.services.sitemap import read_collections
from grandequipe.library.tasks import FETCHER, SCHEDULE as SCHEDULE
from grandequipe.library.views.collections import load_add_link, load_followed, load_of_member
from grandequipe.library.views.life import load_life
from grandequipe.library.views.resources import load_about_territory, load_about_theme
from grandequipe.members.slots import PROFILE
from grandequipe.web.sitemaps import add_to_sitemap, one_part
from grandequipe.web.slots import fill_slot


def init_app(app: Flask) -> None:
    """Register the pages of the library, and what it adds to those of posts, labels and follows."""
    app.extensions["library"] = handlers
    app.register_blueprint(views.blueprint)
    site = app.config["SETTINGS"].site_url
    app.extensions[FETCHER] = Fetcher(f"GrandeEquipe/1.0 (+{site}; link check)")
    fill_slot(app, POST_RESOURCE, "library/_life.html", load_life)
    add_to_sitemap(app, "collections", one_part(read_collections))
    fill_slot(app, POST_ACTIONS, "library/_add_link.html", load_add_link)
    fill_slot(app, FOLLOWS, "library/_follows.html", load_followed)
    fill_slot(app, PROFILE, "library/_of_member.html", load_of_member)
    fill_slot(app, TERRITORY, "library/_about_label.html", load_about_territory)
    fill_slot(app, THEME, "library/_about_label.html", load_about_theme)

"""Organisations as profiles that several accounts run: pages, people, and who may run them."""

from flask import Flask

from grandequipe.core.siret import shown_siret
from grandequipe.organisations import views
from grandequipe.organisations.services.sitemap import read_organisations
from grandequipe.web.sitemaps import add_to_sitemap, one_part


def init_app(app: Flask) -> None:
    """Register the pages of organisations."""
    app.register_blueprint(views.blueprint)
    add_to_sitemap(app, "structures", one_part(read_organisations))
    app.jinja_env.globals["logo_of"] = views.logo_of
    app.jinja_env.filters["siret"] = shown_siret

"""Organisations as profiles that several accounts run: pages, people, and who may run them."""

from flask import Flask

from grandequipe.core.siret import shown_siret
from grandequipe.organisations import views


def init_app(app: Flask) -> None:
    """Register the pages of organisations."""
    app.register_blueprint(views.blueprint)
    app.jinja_env.globals["logo_of"] = views.logo_of
    app.jinja_env.filters["siret"] = shown_siret

"""Organisations as profiles that several accounts run: pages, people, and who may run them."""

from flask import Flask
from flask_babel import lazy_gettext as _

from grandequipe.core.siret import shown_siret
from grandequipe.feed.queries.territories import DepartmentCounts, more_counts
from grandequipe.feed.slots import TERRITORY
from grandequipe.organisations import views
from grandequipe.organisations.queries.lists import count_by_department
from grandequipe.organisations.services.sitemap import read_organisations
from grandequipe.organisations.views.here import load_organisations_here
from grandequipe.web.sitemaps import add_to_sitemap, one_part
from grandequipe.web.slots import fill_slot

IN_DEPARTMENTS = DepartmentCounts(_("Organisations"), count_by_department)


def init_app(app: Flask) -> None:
    """Register the pages of organisations."""
    app.register_blueprint(views.blueprint)
    add_to_sitemap(app, "structures", one_part(read_organisations))
    app.jinja_env.globals["logo_of"] = views.logo_of
    app.jinja_env.filters["siret"] = shown_siret
    fill_slot(app, TERRITORY, "organisations/_here.html", load_organisations_here)
    if IN_DEPARTMENTS not in more_counts:
        more_counts.append(IN_DEPARTMENTS)

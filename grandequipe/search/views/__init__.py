"""The pages of the search: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.search.views import pages

blueprint = Blueprint("search", __name__, template_folder="../templates")

for path, view in (
    ("/recherche", pages.results),
    ("/recherche/facettes", pages.facets),
    ("/recherche/suggestions", pages.suggestions),
):
    blueprint.add_url_rule(path, view_func=view, methods=["GET"])

"""The pages of the library: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.library.views import exports, resources

blueprint = Blueprint("library", __name__, template_folder="../templates")

for path, view, methods in (
    ("/ressources", resources.resources, "GET"),
    ("/ressources.<extension>", exports.export_resources, "GET"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

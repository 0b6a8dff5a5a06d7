"""The pages of the library: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.library.views import collections, exports, resources

blueprint = Blueprint("library", __name__, template_folder="../templates")

ONE = "/collections/<id:collection_id>"

for path, view, methods in (
    ("/ressources", resources.resources, "GET"),
    ("/ressources.<extension>", exports.export_resources, "GET"),
    ("/collections", collections.collections, "GET"),
    ("/collections/nouvelle", collections.create_collection, "GET POST"),
    (ONE, collections.collection, "GET"),
    (f"{ONE}.<extension>", collections.export_collection, "GET"),
    (f"{ONE}/modifier", collections.edit_collection, "GET POST"),
    (f"{ONE}/supprimer", collections.delete_collection, "POST"),
    (f"{ONE}/suivre", collections.follow_collection, "POST"),
    (f"{ONE}/publications/<id:post_id>", collections.arrange_item, "POST"),
    (f"{ONE}/publications/<id:post_id>/note", collections.item_note, "GET POST"),
    ("/publications/<id:post_id>/collections", collections.add_to_collection, "GET POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

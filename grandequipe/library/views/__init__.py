"""The pages of the library: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.library.views import collections, exports, life, resources

blueprint = Blueprint("library", __name__, template_folder="../templates")

POST = "/publications/<id:post_id>"
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
    (f"{POST}/collections", collections.add_to_collection, "GET POST"),
    (f"{POST}/relecture", life.care, "GET POST"),
    (f"{POST}/perimee", life.report_outdated, "GET POST"),
    (f"{POST}/usage", life.note_use, "GET POST"),
    (f"{POST}/usage/<id:member_id>/retirer", life.take_back_use, "POST"),
    (f"{POST}/remplacement", life.replacement, "GET POST"),
    (f"{POST}/ressources", life.project_resources, "GET POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

"""The pages of webinars: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.webinars.views import room

blueprint = Blueprint("webinars", __name__, template_folder="../templates")

for path, view, methods in (("/publications/<id:post_id>/salle", room.room, "GET"),):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

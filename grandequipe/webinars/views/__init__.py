"""The pages of webinars: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.webinars.views import room, tokens

blueprint = Blueprint("webinars", __name__, template_folder="../templates")

OWN = "/inscriptions/<token>"

for path, view, methods in (
    (OWN, tokens.own, "GET"),
    (f"{OWN}/confirmer", tokens.confirm, "POST"),
    (f"{OWN}/accepter", tokens.accept, "POST"),
    (f"{OWN}/refuser", tokens.decline, "POST"),
    (f"{OWN}/annuler", tokens.cancel, "POST"),
    ("/publications/<id:post_id>/salle", room.room, "GET"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

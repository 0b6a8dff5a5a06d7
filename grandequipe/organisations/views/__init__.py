"""The pages of organisations: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.organisations.views import claims, managing, pages, people
from grandequipe.organisations.views.logos import logo, logo_of as logo_of, refuse_unread

blueprint = Blueprint("organisations", __name__, template_folder="../templates")

ONE = "/structures/<id:organisation_id>"
SETTINGS = f"{ONE}/reglages"
CLAIM = f"{ONE}/gerer"

for path, view, methods in (
    ("/structures", pages.index, "GET"),
    ("/structures/nouvelle", pages.create, "GET POST"),
    ("/structures/suggestions", pages.suggestions, "GET"),
    (ONE, pages.show, "GET"),
    (f"{ONE}/logo", logo, "GET"),
    (f"{ONE}/suivre", pages.follow, "POST"),
    (SETTINGS, managing.edit, "GET POST"),
    (f"{SETTINGS}/logo", managing.change_logo, "GET POST"),
    (f"{SETTINGS}/logo/retirer", managing.remove_logo, "POST"),
    (f"{SETTINGS}/personnes", people.people, "GET POST"),
    (f"{SETTINGS}/personnes/<id:member_id>", people.answer, "POST"),
    (CLAIM, claims.claim, "GET POST"),
    (f"{CLAIM}/mon-adresse", claims.claim_by_address, "POST"),
    (f"{CLAIM}/adresse", claims.mail_proof, "GET POST"),
    ("/structures/gestion/<key>", claims.open_key, "GET POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

blueprint.register_error_handler(413, refuse_unread)

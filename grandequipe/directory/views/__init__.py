"""The pages of the directory."""

from flask import Blueprint

from grandequipe.directory.views import experience, listing, messages

FORM = ["GET", "POST"]
MEMBER = "/membres/<id:member_id>"

blueprint = Blueprint("directory", __name__, template_folder="../templates")
blueprint.add_url_rule("/annuaire", "index", listing.index)
blueprint.add_url_rule(f"{MEMBER}/ecrire", "write", messages.write, methods=FORM)
blueprint.add_url_rule(f"{MEMBER}/bloquer", "block", messages.block, methods=["POST"])
blueprint.add_url_rule(f"{MEMBER}/debloquer", "unblock", messages.unblock, methods=["POST"])
blueprint.add_url_rule(
    "/publications/<id:post_id>/experience", "ask", experience.ask, methods=["POST"]
)
blueprint.add_url_rule("/reglages/messages", "blocked", messages.blocked)

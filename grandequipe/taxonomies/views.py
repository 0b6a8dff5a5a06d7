"""Suggestions of territories for a text field."""

from flask import Blueprint, render_template, request

from grandequipe.taxonomies.queries import list_territories_like

LONGEST_QUERY = 80

blueprint = Blueprint("taxonomies", __name__, template_folder="templates")


@blueprint.get("/territoires")
def territories() -> str:
    """Return the options of a datalist for the query parameter `q`."""
    typed = request.args.get("q", "")[:LONGEST_QUERY]
    return render_template("taxonomies/_territories.html", territories=list_territories_like(typed))

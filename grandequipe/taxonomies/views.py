"""Looking up territories while one types."""

from flask import Blueprint, render_template, request

from grandequipe.taxonomies.queries import list_territories_like

LONGEST_QUESTION = 80

blueprint = Blueprint("taxonomies", __name__, template_folder="templates")


@blueprint.get("/territoires")
def territories() -> str:
    """Answer with the options of a datalist."""
    typed = request.args.get("q", "")[:LONGEST_QUESTION]
    return render_template("taxonomies/_territories.html", territories=list_territories_like(typed))

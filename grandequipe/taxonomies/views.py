"""Suggestions of territories for a text field."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from grandequipe.taxonomies.models import TerritoryKind
from grandequipe.taxonomies.queries import list_territories_like

LONGEST_QUERY = 80
# The headings under which a list of suggestions stands.
LEVELS = {
    TerritoryKind.REGION: _("Régions"),
    TerritoryKind.DEPARTMENT: _("Départements"),
    TerritoryKind.MUNICIPALITY: _("Towns"),
    TerritoryKind.NEIGHBOURHOOD: _("Priority neighbourhoods"),
}

blueprint = Blueprint("taxonomies", __name__, template_folder="templates")


@blueprint.get("/territoires/suggestions")
def territories() -> str:
    """Return the options of a datalist for the query parameter `q`."""
    typed = request.args.get("q", "")[:LONGEST_QUERY]
    return render_template(
        "taxonomies/_territories.html", territories=list_territories_like(typed), levels=LEVELS
    )

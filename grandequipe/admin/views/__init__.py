"""The pages of administrators; for other members they are not there (404), visitors log in."""

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from grandequipe.admin.views import claims, groups, health, members, site, taxonomies
from grandequipe.admin.views.access import NeedsPassword, ask_for_password

MODULES = (members, groups, site, taxonomies, claims, health)


def init_app(app: Flask) -> None:
    """Register the blueprint with the routes of each module."""
    blueprint = Blueprint(
        "admin", __name__, template_folder="../templates", url_prefix="/administration"
    )
    for module in MODULES:
        module.add_routes(blueprint)
    app.register_blueprint(blueprint)
    app.register_error_handler(NeedsPassword, _ask)


def _ask(needed: NeedsPassword) -> ResponseReturnValue:
    return ask_for_password(needed)

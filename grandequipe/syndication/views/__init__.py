"""What other programs read: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.syndication.views import feeds, private_feeds

blueprint = Blueprint("syndication", __name__, template_folder="../templates")

OWN = "/reglages/flux"

for path, name, page, methods in (
    ("/flux/<key>.atom", "home_feed", feeds.home, "GET"),
    ("/groupes/<slug:slug>/flux.atom", "group_feed", feeds.group, "GET"),
    ("/thematiques/<slug:slug>/flux.atom", "theme_feed", feeds.theme, "GET"),
    ("/territoires/<code>/flux.atom", "territory_feed", feeds.territory, "GET"),
    (OWN, "private_feeds", private_feeds.private_feeds, "GET"),
    (OWN, "create_private_feed", private_feeds.create, "POST"),
    (f"{OWN}/<id:address_id>/revoquer", "revoke_private_feed", private_feeds.revoke, "POST"),
):
    blueprint.add_url_rule(path, name, page, methods=methods.split())

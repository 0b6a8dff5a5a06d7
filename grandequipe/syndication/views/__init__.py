"""What other programs read: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.syndication.views import embedding, feeds, private_feeds, sitemap

blueprint = Blueprint("syndication", __name__, template_folder="../templates")

OWN = "/reglages/flux"

for path, name, page, methods in (
    ("/flux/<key>.atom", "home_feed", feeds.home, "GET"),
    ("/groupes/<slug:slug>/flux.atom", "group_feed", feeds.group, "GET"),
    ("/thematiques/<slug:slug>/flux.atom", "theme_feed", feeds.theme, "GET"),
    ("/territoires/<code>/flux.atom", "territory_feed", feeds.territory, "GET"),
    ("/robots.txt", "robots", sitemap.robots, "GET"),
    ("/sitemap.xml", "sitemap_index", sitemap.sitemap_index, "GET"),
    ("/sitemap-<name>-<id:number>.xml", "sitemap_part", sitemap.sitemap_part, "GET"),
    ("/integration/groupes/<slug:slug>", "embedded", embedding.embedded, "GET"),
    ("/groupes/<slug:slug>/reglages/integration", "embedding", embedding.settings, "GET"),
    (OWN, "private_feeds", private_feeds.private_feeds, "GET"),
    (OWN, "create_private_feed", private_feeds.create, "POST"),
    (f"{OWN}/<id:address_id>/revoquer", "revoke_private_feed", private_feeds.revoke, "POST"),
):
    blueprint.add_url_rule(path, name, page, methods=methods.split())

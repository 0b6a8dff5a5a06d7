"""The feed's pages: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.feed.views import comments, group, home, moderation, posts, publish, reactions
from grandequipe.feed.views.frame import groups_of_viewer as groups_of_viewer

blueprint = Blueprint("feed", __name__, template_folder="../templates")

for path, view, methods in (
    ("/", home.home, "GET"),
    ("/publier", publish.choose_group, "GET"),
    ("/groupes/<slug>", group.group_page, "GET"),
    ("/groupes/<slug>/publier", publish.choose_kind, "GET"),
    ("/groupes/<slug>/publier/<kind>", publish.publish, "GET POST"),
    ("/groupes/<slug>/moderation", moderation.moderation, "GET"),
    ("/publications/<int:post_id>", posts.post_page, "GET"),
    ("/publications/<int:post_id>/modifier", publish.edit_post, "GET POST"),
    ("/publications/<int:post_id>/supprimer", posts.remove_post, "POST"),
    ("/publications/<int:post_id>/publier", moderation.approve_post, "POST"),
    ("/publications/<int:post_id>/refuser", moderation.refuse_post, "POST"),
    ("/publications/<int:post_id>/reactions", reactions.react, "GET POST"),
    ("/publications/<int:post_id>/commentaires", comments.add_comment, "POST"),
    ("/publications/<int:post_id>/commentaires/<int:comment_id>", comments.comment, "GET"),
    ("/commentaires/<int:comment_id>/supprimer", comments.remove_comment, "POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

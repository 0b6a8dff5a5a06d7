"""The feed's pages: this file is only the table of their addresses."""

from flask import Blueprint

from grandequipe.feed.views import (
    bin,
    bookmarks,
    comments,
    drafts,
    endings,
    group,
    highlights,
    history,
    home,
    labels,
    moderation,
    placements,
    posts,
    proposals,
    publish,
    reactions,
)

blueprint = Blueprint("feed", __name__, template_folder="../templates")

POST = "/publications/<id:post_id>"
COMMENT = "<id:comment_id>"
DRAFT = "/brouillons/<id:draft_id>"

for path, view, methods in (
    ("/", home.home, "GET"),
    ("/corbeille", bin.show_bin, "GET"),
    ("/corbeille/publications/<id:post_id>", bin.restore_post, "POST"),
    (f"/corbeille/commentaires/{COMMENT}", bin.restore_comment, "POST"),
    ("/publier", publish.choose_group, "GET"),
    ("/groupes/<slug:slug>", group.group_page, "GET"),
    ("/groupes/<slug:slug>/publier", publish.choose_kind, "GET"),
    ("/groupes/<slug:slug>/publier/<kind>", publish.publish, "GET POST"),
    ("/groupes/<slug:slug>/supprimer", endings.end_group, "GET POST"),
    ("/groupes/<slug:slug>/moderation", moderation.moderation, "GET"),
    ("/brouillons", drafts.drafts, "GET"),
    ("/brouillons", drafts.save_draft, "POST"),
    ("/brouillons/versions", drafts.draft_versions, "GET"),
    (DRAFT, drafts.open_draft, "GET"),
    (f"{DRAFT}/groupe", drafts.move_draft, "POST"),
    (f"{DRAFT}/programmer", drafts.schedule_draft, "GET POST"),
    (f"{DRAFT}/retirer", drafts.unschedule_draft, "POST"),
    (f"{DRAFT}/supprimer", drafts.delete_draft, "POST"),
    (f"{DRAFT}/retablir", drafts.restore_draft, "POST"),
    (f"{DRAFT}/comparaison", drafts.compare_draft, "GET"),
    (f"{DRAFT}/garder", drafts.keep_draft, "POST"),
    ("/thematiques", labels.themes, "GET"),
    ("/thematiques/<slug:slug>", labels.theme_page, "GET"),
    ("/thematiques/<slug:slug>/suivre", labels.follow_theme, "POST"),
    ("/territoires/<code>", labels.territory_page, "GET"),
    ("/territoires/<code>/suivre", labels.follow_territory, "POST"),
    ("/reglages/suivis", labels.follows, "GET"),
    (POST, posts.post_page, "GET"),
    (f"{POST}/modifier", publish.edit_post, "GET POST"),
    (f"{POST}/supprimer", posts.remove_post, "POST"),
    (f"{POST}/groupes/<slug:slug>/mise-en-avant", highlights.arrange_post, "POST"),
    (f"{POST}/commentaires/verrou", highlights.lock_comments, "POST"),
    (f"{POST}/historique", history.history, "GET"),
    (f"{POST}/historique/<id:version>/effacer", history.hide_version, "POST"),
    (f"{POST}/groupes", placements.placements, "GET POST"),
    (f"{POST}/groupes/<slug:slug>/retirer", placements.take_out, "POST"),
    (f"{POST}/publier", moderation.approve_post, "POST"),
    (f"{POST}/refuser", moderation.refuse_post, "GET POST"),
    (f"{POST}/proposition", proposals.proposal, "GET"),
    (f"{POST}/proposition/accepter", proposals.approve_proposal, "POST"),
    (f"{POST}/proposition/refuser", proposals.refuse_proposal, "GET POST"),
    (f"{POST}/proposition/retirer", proposals.withdraw_proposal, "POST"),
    (f"{POST}/reactions", reactions.react, "GET POST"),
    (f"{POST}/favori", bookmarks.bookmark, "GET POST"),
    ("/favoris", bookmarks.bookmarks, "GET"),
    (f"{POST}/commentaires", comments.add_comment, "POST"),
    (f"{POST}/commentaires/{COMMENT}", comments.comment, "GET"),
    (f"/commentaires/{COMMENT}/modifier", comments.edit_comment, "GET POST"),
    (f"/commentaires/{COMMENT}/reactions", reactions.react_to_comment, "GET POST"),
    (f"/commentaires/{COMMENT}/historique", history.comment_history, "GET"),
    (f"/commentaires/{COMMENT}/supprimer", comments.remove_comment, "POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

"""The URLs of the pages of groups."""

from flask import Blueprint
from werkzeug.exceptions import RequestEntityTooLarge

from grandequipe.groups.views import (
    covers,
    groups,
    invitation_page,
    invitations,
    inviting,
    joining,
    member_acts,
    memberships,
    presentation,
    requests,
    sanctions,
)

blueprint = Blueprint("groups", __name__, template_folder="../templates")

MEMBER_PATH = "/groupes/<slug:slug>/membres/<id:member_id>"

for path, view, methods in (
    ("/groupes", groups.index, "GET"),
    ("/groupes/nouveau", groups.create, "GET POST"),
    ("/groupes/<slug:slug>/reglages", groups.settings, "GET POST"),
    ("/groupes/<slug:slug>/reglages/couverture", covers.change_cover, "GET POST"),
    ("/groupes/<slug:slug>/reglages/couverture/retirer", covers.remove_cover, "POST"),
    ("/groupes/<slug:slug>/reglages/charte", presentation.change_charter, "GET POST"),
    ("/groupes/<slug:slug>/reglages/accueil", presentation.change_welcome, "GET POST"),
    ("/groupes/<slug:slug>/presentation", presentation.presentation, "GET"),
    ("/groupes/<slug:slug>/charte", presentation.charter, "GET"),
    ("/groupes/<slug:slug>/charte/accepter", presentation.accept_charter, "POST"),
    ("/groupes/<slug:slug>/couverture", covers.cover, "GET"),
    ("/groupes/<slug:slug>/membres", memberships.members, "GET"),
    ("/groupes/<slug:slug>/rejoindre", joining.join, "GET POST"),
    ("/groupes/<slug:slug>/quitter", memberships.leave, "POST"),
    ("/invitations/<key>", invitation_page.invitation, "GET POST"),
    ("/groupes/<slug:slug>/invitations", invitations.invite, "POST"),
    ("/invitations/lien/<key>", inviting.join_by_link, "GET POST"),
    ("/groupes/<slug:slug>/inviter", inviting.invite_many, "GET POST"),
    ("/groupes/<slug:slug>/inviter/relancer", inviting.remind_invited, "POST"),
    ("/groupes/<slug:slug>/inviter/liens", inviting.create_link, "POST"),
    ("/groupes/<slug:slug>/inviter/liens/<id:link_id>/fin", inviting.end_link, "POST"),
    ("/groupes/<slug:slug>/inviter/liens/<id:link_id>/qr.svg", inviting.link_qr, "GET"),
    ("/groupes/<slug:slug>/invitations/decliner", invitations.decline, "POST"),
    (
        "/groupes/<slug:slug>/invitations/<id:invitation_id>/retirer",
        invitations.withdraw,
        "POST",
    ),
    (
        "/groupes/<slug:slug>/demandes/<id:member_id>",
        requests.answer_request,
        "GET POST",
    ),
    ("/groupes/<slug:slug>/membres/plusieurs", member_acts.act_on_members, "POST"),
    ("/groupes/<slug:slug>/membres.<extension>", member_acts.export_members, "GET"),
    ("/groupes/<slug:slug>/demandes/<id:member_id>/messages", requests.write_message, "POST"),
    ("/groupes/<slug:slug>/demande", requests.own_request, "GET"),
    (f"{MEMBER_PATH}/role", memberships.change_role, "POST"),
    (f"{MEMBER_PATH}/retirer", memberships.remove, "GET POST"),
    (f"{MEMBER_PATH}/sanctionner", sanctions.sanction, "GET POST"),
    (f"{MEMBER_PATH}/reintegrer", sanctions.lift_ban, "POST"),
    ("/groupes/<slug:slug>/sanctions", sanctions.sanctions, "GET"),
    ("/groupes/<slug:slug>/sanctions/<id:sanction_id>/lever", sanctions.lift, "GET POST"),
):
    blueprint.add_url_rule(path, view_func=view, methods=methods.split())

blueprint.register_error_handler(RequestEntityTooLarge, covers.refuse_unread)

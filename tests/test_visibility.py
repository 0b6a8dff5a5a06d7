"""Permissions of every route, requested by seven kinds of people.

A row gives the answers to, in this order, a visitor, an outsider, a member, a moderator, the
owner, a banned member and an administrator, in a public, a private and a hidden group:

  2 it is shown or done    L please log in (401 in the API)    4 there is no such thing
  X you may not            9 not as things stand               U something is missing
  G it is over

A route without a row fails `test_every_route_has_a_row`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, PlacementStatus, Post
from grandequipe.feed.services import edit_post
from grandequipe.feed.services.bulk_removal import remove_contents
from grandequipe.feed.services.proposals import propose
from grandequipe.groups.models import Group, MembershipState
from grandequipe.groups.services import (
    invite_address,
    invite_member,
    key_of_invitation,
    mute_member,
)
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services import create_token
from grandequipe.moderation.models import Case, Decision, DecisionKind, ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import (
    DecisionInput,
    ReportInput,
    decide_case,
    file_appeal,
    report,
)
from grandequipe.webinars.models import RegistrationInput
from grandequipe.webinars.services import register
from tests.conftest import Visitor, empty_database
from tests.factories import Cast, admit, ban, draft_of, make_comment, make_member, make_post
from tests.snapshot import Snapshot

VIEWERS = ("visitor", "driss", "chloe", "bruno", "amina", "eva", "farid")

# In a public, a private and a hidden group: readers, members, moderators, owners; then the same
# for posts, which an outsider does not see in a private group.
READ = ("2222222", "LX222X2", "4422242")
READ_MEMBERS = ("L222222", "LX222X2", "L422242")
ACT = ("LX222XX", "LX222XX", "L42224X")
LOOK_AFTER = ("LXX22X2", "LXX22X2", "L4X2242")
OWN = ("LXXX2X2", "LXXX2X2", "L4XX242")
JOIN = ("L2222X2", "L2222X2", "L42224X")
LEAVE = ("L222922", "L222922", "L422942")
READ_POST = ("2222222", "4422242", "4422242")
ACT_ON_POST = ("LX222XX", "L42224X", "L42224X")
CARE_FOR_POST = ("LXX22X2", "L4X2242", "L4X2242")
# Attendance is noted from shortly before the start on.
CARE_BEFORE_THE_START = ("LXX99X9", "L4X9949", "L4X9949")
# It is not cancelled.
CARE_FOR_NONE = ("LXX44X4", "L4X4444", "L4X4444")
REINSTATE = ("LXX99X9", "L4X9949", "L4X9949")
REMINDER = {"amount": 3, "unit": "hours"}
WAITING = ("4442242",) * 3
CHANGE = ("L442242",) * 3
REPORTED = ("L222222", "L222222", "L422242")
# Bruno took the decision: others judge the appeal.
JUDGE = ("L44X242",) * 3
# Writers of comments, and those who change the post.
SUGGESTED = ("LX222X2", "L422242", "L422242")
# Every member who reads a post; visitors log in.
FOR_ONESELF = ("L222222", "L422242", "L422242")
# None of these people is registered, and visitors have to say by which address they are.
ATTEND = ("UXXXXXX", "44XXX4X", "44XXX4X")
NOT_THE_AUTHOR = ("LXXXXXX", "L4XXX4X", "L4XXX4X")


@dataclass(frozen=True)
class Row:
    """The expected responses of a route: three codes, or one where it has no group."""

    endpoint: str
    method: str
    path: str
    groups: tuple[str, ...]
    form: dict[str, Any] | None = None
    json: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.path}"


def page(endpoint: str, path: str, *groups: str) -> Row:
    """Make the row of a page."""
    return Row(endpoint, "GET", path, groups)


def sent(endpoint: str, path: str, *groups: str, **form: Any) -> Row:
    """Make the row of a form."""
    return Row(endpoint, "POST", path, groups, form=form)


def call(method: str, endpoint: str, path: str, *groups: str, **json: Any) -> Row:
    """Make the row of an API call."""
    return Row(f"api.{endpoint}", method, f"/api/v1{path}", groups, json=json or None)


ALL = "2222222"
IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).isoformat()
LOGGED_IN = "L222222"
# The pages of administrators, and forms without what they need.
ADMINISTRATION = "L444442"
INCOMPLETE = "L44444U"
ACCOUNT_ACTS = (
    ("suspend", "{author}/suspendre", INCOMPLETE),
    ("reinstate", "{author}/retablir", "L444449"),
    ("change_address", "{author}/adresse", INCOMPLETE),
    ("close", "{author}/fermer", ADMINISTRATION),
)
HOOKS = "/groupes/{slug}/reglages/webhooks"
# There is none; owners alone learn it.
NO_HOOK = ("LXXX4X4", "LXXX4X4", "L4XX444")
HOOK_PAGES = (("webhook", ""), ("delivery", "/envois/999"))
HOOK_ACTS = (
    ("webhook", ""),
    ("renew_secret", "/secret"),
    ("switch", "/marche"),
    ("delete", "/supprimer"),
    ("test", "/essai"),
    ("send_again", "/envois/999/renvoyer"),
)
ENDS = "/groupes/{slug}/reglages/fin"
# The post is neither a resource nor a project.
LIVES = (
    ("care", "relecture"),
    ("report_outdated", "perimee"),
    ("note_use", "usage"),
    ("replacement", "remplacement"),
    ("project_resources", "ressources"),
)
NEWS = {"title": "Une nouvelle", "body_html": "<p>Quelques mots.</p>"}

PAGES = (
    *(
        page(f"web.{name}", path, ALL)
        for name, path in (
            ("accessibility", "/accessibilite"),
            ("legal", "/mentions-legales"),
            ("privacy", "/confidentialite"),
            ("terms", "/conditions"),
            ("sitemap", "/plan-du-site"),
            ("help", "/aide"),
            ("favicon", "/favicon.ico"),
            ("healthz", "/healthz"),
        )
    ),
    page("web.show_metrics", "/metrics", "4444444"),  # without METRICS_TOKEN
    page("web.received_forms", "/formulaires/recus?key=0123456789abcdef", LOGGED_IN),
    sent("web.set_locale", "/langue", ALL, locale="en", next="/"),
    sent("web.set_view", "/affichage", ALL, view="liste", next="/"),
    page("webinars.series_page", "/series/999", "4444444"),
    page("webinars.register_all", "/series/999/inscription", "4444444"),
    sent("webinars.register_all", "/series/999/inscription", "4444444"),
    sent("webinars.cancel_all", "/series/999/inscription/annuler", "L444444"),
    page("static", "/static/dist/manifest.json", ALL),
    page("library.resources", "/ressources?affiner=1", ALL),
    page("search.results", "/recherche?q=quartier&affiner=1", ALL),
    page("search.facets", "/recherche/facettes?q=quartier", ALL),
    page("search.suggestions", "/recherche/suggestions?q=qu", ALL),
    page("library.export_resources", "/ressources.csv", ALL),
    page("library.collections", "/collections", ALL),
    page("library.create_collection", "/collections/nouvelle", LOGGED_IN),
    page("library.collection", "/collections/999", "4444444"),
    page("library.export_collection", "/collections/999.csv", "4444444"),
    page("library.edit_collection", "/collections/999/modifier", "L444444"),
    page("library.item_note", "/collections/999/publications/1/note", "L444444"),
    *(
        sent(f"library.{endpoint}", f"/collections/999/{path}", "L444444")
        for endpoint, path in (
            ("edit_collection", "modifier"),
            ("delete_collection", "supprimer"),
            ("follow_collection", "suivre"),
            ("arrange_item", "publications/1"),
            ("item_note", "publications/1/note"),
        )
    ),
    sent("library.create_collection", "/collections/nouvelle", "LUUUUUU"),
    page("taxonomies.territories", "/territoires/suggestions?q=lyon", ALL),
    page("courrier.index", "/courrier", ALL),
    page("courrier.show", "/courrier/1-a", "4444444"),
    page("courrier.html", "/courrier/1-a/html", "4444444"),
    page("security.login", "/connexion", ALL),
    page("security.register", "/inscription", ALL),
    page("security.forgot_password", "/mot-de-passe-oublie", ALL),
    page("security.reset_password", "/mot-de-passe-oublie/faux", ALL),
    page("security.send_confirmation", "/confirmation", ALL),
    page("security.confirm_email", "/confirmation/faux", ALL),
    page("security.change_password", "/reglages/mot-de-passe", LOGGED_IN),
    page("security.verify", "/reglages/verification", LOGGED_IN),
    sent("security.logout", "/deconnexion", ALL),
    page("members.settings", "/reglages", LOGGED_IN),
    page("admin.index", "/administration", ADMINISTRATION),
    page("admin.members", "/administration/membres", ADMINISTRATION),
    *(
        each
        for endpoint, path, form in ACCOUNT_ACTS
        for each in (
            page(f"admin.{endpoint}", f"/administration/membres/{path}", ADMINISTRATION),
            sent(f"admin.{endpoint}", f"/administration/membres/{path}", form),
        )
    ),
    page("admin.member", "/administration/membres/{author}", ADMINISTRATION),
    page("admin.site", "/administration/site", ADMINISTRATION),
    page("admin.logo", "/administration/site/logo", ADMINISTRATION),
    sent("admin.logo", "/administration/site/logo", "L44444U"),
    sent("admin.remove_logo", "/administration/site/logo/retirer", ADMINISTRATION),
    page("admin.themes", "/administration/themes", ADMINISTRATION),
    page("admin.theme", "/administration/themes/999", "L444444"),
    page("admin.organisations", "/administration/structures", ADMINISTRATION),
    page("admin.organisation", "/administration/structures/999", "L444444"),
    page("admin.merge", "/administration/structures/999/fusionner", "L444444"),
    page("admin.answer_claim", "/administration/structures/demandes/999", "L444444"),
    page("organisations.index", "/structures", ALL),
    page("organisations.create", "/structures/nouvelle", LOGGED_IN),
    page("organisations.suggestions", "/structures/suggestions?q=a", LOGGED_IN),
    page("organisations.show", "/structures/999", "4444444"),
    page("organisations.logo", "/structures/999/logo", "4444444"),
    *(
        row(f"organisations.{name}", f"/structures/999/{path}", "L444444")
        for row, name, path in (
            (page, "edit", "reglages"),
            (page, "change_logo", "reglages/logo"),
            (sent, "remove_logo", "reglages/logo/retirer"),
            (page, "people", "reglages/personnes"),
            (sent, "answer", "reglages/personnes/999"),
            (sent, "follow", "suivre"),
            (page, "claim", "gerer"),
            (sent, "claim_by_address", "gerer/mon-adresse"),
            (page, "mail_proof", "gerer/adresse"),
        )
    ),
    page("organisations.open_key", "/structures/gestion/faux", "L444444"),
    sent("admin.set_spokesperson", "/administration/structures/9/porte-parole/9", "L444444"),
    page("admin.legal_texts", "/administration/textes", ADMINISTRATION),
    page("admin.legal_text", "/administration/textes/terms/fr", ADMINISTRATION),
    page("admin.announcements", "/administration/annonces", ADMINISTRATION),
    sent("admin.withdraw", "/administration/annonces/999/retirer", "L444444"),
    page("admin.groups", "/administration/groupes", ADMINISTRATION),
    *(
        sent(f"admin.{endpoint}", f"/administration/groupes/999/{path}", "L444444")
        for endpoint, path in (
            ("approve_group", "approuver"),
            ("feature_group", "en-avant"),
            ("unfeature_group", "en-avant/retirer"),
            ("move_group_up", "en-avant/monter"),
            ("archive", "archiver"),
            ("reopen", "rouvrir"),
            ("refuse_group", "refuser"),
            ("give_group", "donner"),
        )
    ),
    page("admin.refuse_group", "/administration/groupes/999/refuser", "L444444"),
    page("admin.give_group", "/administration/groupes/999/donner", "L444444"),
    page("admin.health", "/administration/sante", ADMINISTRATION),
    sent("admin.replay_handler", "/administration/sante/taches/rejouer", ADMINISTRATION),
    sent("admin.resolve_mail", "/administration/sante/courriels/999/resoudre", "L444444"),
    sent("admin.unsuppress_address", "/administration/sante/adresses/retablir", "L444444"),
    sent("admin.confirm", "/administration/membres/{author}/confirmer", ADMINISTRATION),
    sent("admin.sign_out", "/administration/membres/{author}/deconnecter", ADMINISTRATION),
    sent("admin.promote", "/administration/membres/{author}/administration", ADMINISTRATION),
    sent("admin.demote", "/administration/membres/{author}/administration/retirer", ADMINISTRATION),
    page("members.edit_profile", "/reglages/profil", LOGGED_IN),
    page("directory.index", "/annuaire", LOGGED_IN),
    # They receive no messages.
    page("directory.write", "/membres/{author}/ecrire", "LXXXXXX"),
    sent("directory.write", "/membres/{author}/ecrire", "LXXXXXX", subject="a", text="b"),
    sent("directory.block", "/membres/{author}/bloquer", LOGGED_IN),
    sent("directory.unblock", "/membres/{author}/debloquer", LOGGED_IN),
    page("directory.blocked", "/reglages/messages", LOGGED_IN),
    sent("directory.ask", "/publications/{post}/experience", *NOT_THE_AUTHOR),
    page("directory.index", "/annuaire?q=chloe&cursor=x", LOGGED_IN),
    page("members.edit_preferences", "/reglages/preferences", LOGGED_IN),
    sent("members.set_locale", "/reglages/langue", LOGGED_IN, locale="fr", next="/"),
    page("members.change_picture", "/reglages/photo", LOGGED_IN),
    sent("members.change_picture", "/reglages/photo", "LUUUUUU"),
    sent("members.remove_picture", "/reglages/photo/retirer", LOGGED_IN),
    page("members.profile", "/membres/{author}", LOGGED_IN),
    page("members.picture", "/membres/{author}/photo", "4444444"),
    page("appearance.colours", "/couleurs.css", "4444444"),
    page("appearance.logo", "/logo", "4444444"),
    page("announcements.index", "/annonces", LOGGED_IN),
    page("announcements.show", "/annonces/999", "L444444"),
    sent("announcements.dismiss", "/annonces/999/fermer", LOGGED_IN, next="/"),
    page("attachments.file", "/fichiers/999/a.pdf", "4444444"),
    page("link_previews.picture", "/apercus/999.webp", "4444444"),
    sent("feed.ask_address", "/publier/adresse", LOGGED_IN, url="http://exemple.fr/"),
    page("feed.answer_address", "/publier/adresse/abc", LOGGED_IN),
    page("digests.preferences", "/reglages/lettre", LOGGED_IN),
    page("digests.preview", "/reglages/lettre/apercu", LOGGED_IN),
    page("digests.preview_digest", "/reglages/lettre/apercu/lettre", LOGGED_IN),
    page("digests.unsubscribe", "/lettre/desabonnement/faux", "4444444"),
    page("notifications.index", "/notifications", LOGGED_IN),
    page("notifications.counter", "/notifications/compteur", LOGGED_IN),
    page("notifications.mailed", "/reglages/notifications", LOGGED_IN),
    page("notifications.reminders", "/reglages/rappels", LOGGED_IN),
    page("notifications.stop_mail", "/notifications/courriels/arret/faux", "4444444"),
    page("webinars.own", "/inscriptions/faux", "4444444"),
    page("webinars.enter", "/inscriptions/faux/salle", "4444444"),
    page("webinars.feedback", "/inscriptions/faux/avis", "4444444"),
    *(
        sent(f"webinars.{name}", f"/inscriptions/faux/{path}", "4444444")
        for name, path in (
            ("confirm", "confirmer"),
            ("feedback", "avis"),
            ("want_replay", "rediffusion"),
            ("accept", "accepter"),
            ("decline", "refuser"),
            ("cancel_own", "annuler"),
        )
    ),
    page("webinars.answers", "/inscriptions/faux/reponses", "4444444"),
    sent("webinars.answers", "/inscriptions/faux/reponses", "4444444", answer_1="Oui"),
    sent("notifications.read", "/notifications/lire", LOGGED_IN),
    page("notifications.follow", "/notifications/999", "L444444"),
    page("feed.home", "/", ALL),
    page("feed.choose_group", "/publier", LOGGED_IN),
    page("feed.show_bin", "/corbeille", LOGGED_IN),
    page("feed.bookmarks", "/favoris", LOGGED_IN),
    page("feed.drafts", "/brouillons", LOGGED_IN),
    page("feed.draft_versions", "/brouillons/versions?key=a", LOGGED_IN),
    page("feed.open_draft", "/brouillons/999", "L444444"),
    page("feed.schedule_draft", "/brouillons/999/programmer", "L444444"),
    page("feed.compare_draft", "/brouillons/999/comparaison", "L444444"),
    sent("feed.move_draft", "/brouillons/999/groupe", "L444444"),
    sent("feed.unschedule_draft", "/brouillons/999/retirer", "L444444"),
    sent("feed.restore_draft", "/brouillons/999/retablir", "L444444"),
    sent("feed.keep_draft", "/brouillons/999/garder", "L444444"),
    sent("feed.delete_draft", "/brouillons/999/supprimer", LOGGED_IN),
    sent("feed.save_draft", "/brouillons", LOGGED_IN, draft_of="new-news-1", **NEWS),
    page("feed.themes", "/thematiques", ALL),
    page("feed.theme_page", "/thematiques/rien", "4444444"),
    page("feed.territory_page", "/territoires/D00", "4444444"),
    page("feed.territories", "/territoires?q=lyon", ALL),
    page("feed.territory_map", "/territoires/carte", ALL),
    page("feed.near", "/territoires/pres-de-chez-moi", "L222222"),
    page("feed.follows", "/reglages/suivis", LOGGED_IN),
    sent("feed.follow_theme", "/thematiques/rien/suivre", "L444444"),
    sent("feed.follow_territory", "/territoires/D00/suivre", "L444444"),
    page("moderation.thanks", "/signaler/merci", ALL),
    page("moderation.my_reports", "/signalements", LOGGED_IN),
    page("moderation.my_decisions", "/reglages/decisions", LOGGED_IN),
    page("moderation.suspension", "/decisions/suspension/faux", "4444444"),
    sent("moderation.suspension", "/decisions/suspension/faux", "4444444", text="Un mot."),
    page("transparency.site_log", "/administration/journal", ADMINISTRATION),
    page("moderation.site", "/moderation", "LXXXXX2"),
    page("moderation.report", "/signaler/membre/{author}", "4222222"),
    page("moderation.decision", "/decisions/999", "L444444"),
    page("moderation.appeal", "/recours/999", "L444444"),
    page("groups.index", "/groupes", ALL),
    page("groups.create", "/groupes/nouveau", LOGGED_IN),
)

IN_GROUPS = (
    page("feed.group_page", "/groupes/{slug}", ALL, ALL, "4422242"),
    page("groups.members", "/groupes/{slug}/membres", *READ_MEMBERS),
    page("feed.choose_kind", "/groupes/{slug}/publier", *ACT),
    page("feed.publish", "/groupes/{slug}/publier/actualite", *ACT),
    sent("feed.publish", "/groupes/{slug}/publier/actualite", *ACT, **NEWS),
    page("feed.moderation", "/groupes/{slug}/moderation", *LOOK_AFTER),
    page("notifications.preferences", "/groupes/{slug}/notifications", *["L422244"] * 3),
    page("groups.settings", "/groupes/{slug}/reglages", *OWN),
    page("groups.change_cover", "/groupes/{slug}/reglages/couverture", *OWN),
    sent(
        "groups.change_cover",
        "/groupes/{slug}/reglages/couverture",
        *(each.replace("2", "U") for each in OWN),
    ),
    sent("groups.remove_cover", "/groupes/{slug}/reglages/couverture/retirer", *OWN),
    page("groups.cover", "/groupes/{slug}/couverture", "4444444"),
    page("groups.presentation", "/groupes/{slug}/presentation", ALL, ALL, "4422242"),
    page("groups.charter", "/groupes/{slug}/charte", ALL, ALL, "4422242"),
    page("groups.change_charter", "/groupes/{slug}/reglages/charte", *OWN),
    sent("groups.change_charter", "/groupes/{slug}/reglages/charte", *OWN, body_html="Respect."),
    page("groups.change_welcome", "/groupes/{slug}/reglages/accueil", *OWN),
    sent("groups.change_welcome", "/groupes/{slug}/reglages/accueil", *OWN, mail_content="whole"),
    sent("groups.accept_charter", "/groupes/{slug}/charte/accepter", *ACT, charter="0"),
    page("groups.join", "/groupes/{slug}/rejoindre", *["L222222"] * 2, "L42224X"),
    page("groups.own_request", "/groupes/{slug}/demande", "L222222", "L222222", "L422242"),
    page("feed.end_group", "/groupes/{slug}/supprimer", "LXXX9XX", "LXXX9XX", "L4XX94X"),
    sent("groups.act_on_members", "/groupes/{slug}/membres/plusieurs", *LOOK_AFTER),
    page("groups.export_members", "/groupes/{slug}/membres.csv", *OWN),
    page("feed.member_history", "/groupes/{slug}/membres/{author}", *LOOK_AFTER),
    page("feed.vitality", "/groupes/{slug}/vitalite", *LOOK_AFTER),
    page("feed.write_word", "/groupes/{slug}/vitalite/nouveaux", *LOOK_AFTER),
    page("feed.ends", ENDS, *OWN),
    sent("feed.close_group", f"{ENDS}/fermer", *(each.replace("2", "U") for each in OWN)),
    *(
        sent(f"feed.{name}", f"{ENDS}/{path}", *OWN)
        for name, path in (
            ("keep_group", "garder"),
            ("archive_group", "archiver"),
            ("reopen_group", "rouvrir"),
            ("withdraw_offer", "reprendre"),
        )
    ),
    sent("feed.offer_group", f"{ENDS}/proposer", *(each.replace("2", "U") for each in OWN)),
    page("feed.answer_offer", "/groupes/{slug}/reprise", *["L444444"] * 3),
    sent("groups.join", "/groupes/{slug}/rejoindre", *JOIN),
    sent("groups.leave", "/groupes/{slug}/quitter", *LEAVE),
    sent("groups.decline", "/groupes/{slug}/invitations/decliner", "L222222", "L222222", "L422242"),
    sent(
        "groups.invite",
        "/groupes/{slug}/invitations",
        "LX222X2",
        *LOOK_AFTER[1:],
        email="g@example.org",
    ),
    sent("groups.withdraw", "/groupes/{slug}/invitations/{invitation}/retirer", *LOOK_AFTER),
    page("groups.invite_many", "/groupes/{slug}/inviter", *LOOK_AFTER),
    sent("groups.invite_many", "/groupes/{slug}/inviter", *LOOK_AFTER, addresses="g@example.org"),
    sent("groups.remind_invited", "/groupes/{slug}/inviter/relancer", *LOOK_AFTER),
    sent(
        "groups.create_link",
        "/groupes/{slug}/inviter/liens",
        *(each.replace("2", "U") for each in LOOK_AFTER),
        max_uses="0",
    ),
    sent(
        "groups.end_link",
        "/groupes/{slug}/inviter/liens/999/fin",
        *(each.replace("2", "4") for each in LOOK_AFTER),
    ),
    page(
        "groups.link_qr",
        "/groupes/{slug}/inviter/liens/999/qr.svg",
        *(each.replace("2", "4") for each in LOOK_AFTER),
    ),
    page("groups.join_by_link", "/invitations/lien/faux", "4444444"),
    sent("groups.join_by_link", "/invitations/lien/faux", "4444444"),
    page("groups.invitation", "/invitations/{key}", *["22222G2"] * 3),
    sent("groups.invitation", "/invitations/{key}", *["U2222G2"] * 3),
    page("groups.answer_request", "/groupes/{slug}/demandes/{asker}", *LOOK_AFTER),
    sent("groups.answer_request", "/groupes/{slug}/demandes/{asker}", *LOOK_AFTER, answer="accept"),
    sent(
        "groups.write_message",
        "/groupes/{slug}/demandes/{asker}/messages",
        *LOOK_AFTER,
        body="Oui ?",
    ),
    sent("groups.change_role", "/groupes/{slug}/membres/{victim}/role", *OWN, role="moderator"),
    page("groups.remove", "/groupes/{slug}/membres/{victim}/retirer", *LOOK_AFTER),
    sent("groups.remove", "/groupes/{slug}/membres/{victim}/retirer", *LOOK_AFTER, reason="Non."),
    page("groups.sanction", "/groupes/{slug}/membres/{victim}/sanctionner", *LOOK_AFTER),
    sent(
        "groups.sanction",
        "/groupes/{slug}/membres/{victim}/sanctionner",
        *LOOK_AFTER,
        kind="ban",
        duration="hour",
        reason="Messages hors de propos.",
    ),
    page("groups.sanctions", "/groupes/{slug}/sanctions", *LOOK_AFTER),
    page("feed.remove_contents", "/groupes/{slug}/membres/{victim}/publications", *LOOK_AFTER),
    sent(
        "feed.remove_contents",
        "/groupes/{slug}/membres/{writer}/publications",
        *LOOK_AFTER,
        period="ever",
        reason="Messages hors de propos.",
    ),
    page("transparency.group_log", "/groupes/{slug}/moderation/journal", *LOOK_AFTER),
    page("transparency.group_transparency", "/groupes/{slug}/transparence", *READ),
    page("transparency.group_figures", "/groupes/{slug}/transparence.csv", *READ),
    page("transparency.transparency", "/transparence", ALL),
    page("transparency.figures", "/transparence.csv", ALL),
    page("feed.removals", "/groupes/{slug}/retraits", *LOOK_AFTER),
    sent("feed.restore_contents", "/groupes/{slug}/retraits/{removal}/annuler", *LOOK_AFTER),
    page("groups.lift", "/groupes/{slug}/sanctions/{sanction}/lever", *LOOK_AFTER),
    sent("groups.lift", "/groupes/{slug}/sanctions/{sanction}/lever", *LOOK_AFTER),
    sent("groups.lift_ban", "/groupes/{slug}/membres/{banished}/reintegrer", *LOOK_AFTER),
    page("feed.post_page", "/publications/{post}", *READ_POST),
    page("feed.post_page", "/publications/{post}-autres-mots", *READ_POST),
    page("feed.share_picture", "/publications/{post}/carte-x.png", ALL, *["4444444"] * 2),
    page("feed.share_picture", "/publications/{pending}/carte-x.png", *["4444444"] * 3),
    page("feed.share_picture", "/publications/{removed}/carte-x.png", *["4444444"] * 3),
    page("feed.post_page", "/publications/{pending}", *WAITING),
    page("feed.post_page", "/publications/{refused}", *WAITING),
    page("feed.post_page", "/publications/{removed}", *["4444444"] * 3),
    # It opens tomorrow, for those registered.
    page("webinars.room", "/publications/{webinar}/salle", "XXX22X2", "44X2242", "44X2242"),
    page("webinars.room", "/publications/{post}/salle", *["4444444"] * 3),
    page("webinars.attend", "/publications/{webinar}/presence", *READ_POST),
    # Too early for a code.
    sent("webinars.attend", "/publications/{webinar}/presence", *ATTEND, code="ABC234"),
    page("webinars.attendance_list", "/publications/{webinar}/presences", *CARE_FOR_POST),
    page("webinars.replay", "/publications/{webinar}/rediffusion", *CARE_FOR_POST),
    sent("webinars.replay", "/publications/{webinar}/rediffusion", "LXXUUXU", "L4XUU4U", "L4XUU4U"),
    sent("webinars.remove_replay", "/publications/{webinar}/rediffusion/retirer", *CARE_FOR_POST),
    page("webinars.captions", "/publications/{webinar}/sous-titres.vtt", *["4444444"] * 3),
    page("webinars.attendance_sheet", "/publications/{webinar}/presences/affiche", *CARE_FOR_POST),
    page("webinars.attendance_qr", "/publications/{webinar}/presence.svg", *CARE_FOR_POST),
    sent("webinars.renew_code", "/publications/{webinar}/presences/code", *CARE_FOR_POST),
    sent("webinars.mark", "/publications/{marked}", *CARE_BEFORE_THE_START, attended="1"),
    page(
        "webinars.export_registrations", "/publications/{webinar}/inscriptions.csv", *CARE_FOR_POST
    ),
    page("webinars.register", "/publications/{webinar}/inscription", *READ_POST),
    page("webinars.register", "/publications/{post}/inscription", *["4444444"] * 3),
    # Visitors give a name and an address.
    sent(
        "webinars.register",
        "/publications/{webinar}/inscription",
        *("U2222X2", "4422242", "4422242"),
        mode="seat",
    ),
    page("webinars.thanks", "/publications/{webinar}/inscription/merci", *READ_POST),
    sent("webinars.cancel", "/publications/{webinar}/inscription/annuler", *FOR_ONESELF),
    sent("webinars.answer", "/publications/{webinar}/inscription/place", *FOR_ONESELF, accept="1"),
    page("webinars.registrations", "/publications/{webinar}/inscriptions", *CARE_FOR_POST),
    sent(
        "webinars.cancel_one",
        "/publications/{webinar}/inscriptions/999/annuler",
        *("LXX44X4", "L4X4444", "L4X4444"),
    ),
    page("webinars.settings", "/publications/{webinar}/inscriptions/reglages", *CARE_FOR_POST),
    sent(
        "webinars.settings",
        "/publications/{webinar}/inscriptions/reglages",
        *CARE_FOR_POST,
        is_open="y",
        most_places="3",
    ),
    sent(
        "webinars.ask",
        "/publications/{webinar}/inscriptions/questions",
        *CARE_FOR_POST,
        label="Un repas ?",
        kind="yes_no",
    ),
    sent(
        "webinars.take_back_question",
        "/publications/{webinar}/inscriptions/questions/999",
        *CARE_FOR_POST,
    ),
    sent("webinars.manager", "/publications/{webinar}/inscriptions/responsable", *CARE_FOR_POST),
    page("webinars.cancel_webinar", "/publications/{webinar}/annuler", *CARE_FOR_POST),
    sent("webinars.cancel_webinar", "/publications/{webinar}/annuler", *CARE_FOR_POST, words="x"),
    sent("webinars.reinstate_webinar", "/publications/{webinar}/retablir", *REINSTATE),
    page("webinars.reminders", "/publications/{webinar}/rappels", *CARE_FOR_POST),
    sent("webinars.reminders", "/publications/{webinar}/rappels", *CARE_FOR_POST, **REMINDER),
    sent("webinars.remove_reminder", "/publications/{webinar}/rappels/1/retirer", *CARE_FOR_POST),
    page("feed.edit_post", "/publications/{post}/modifier", *CARE_FOR_POST),
    sent("feed.edit_post", "/publications/{post}/modifier", *CARE_FOR_POST, **NEWS),
    sent("feed.remove_post", "/publications/{post}/supprimer", *CARE_FOR_POST),
    page("feed.moderate_post", "/publications/{post}/retirer", *CARE_FOR_POST),
    sent("feed.moderate_post", "/publications/{post}/retirer", *CARE_FOR_POST, reason="Publicité."),
    page("feed.moderate_comment", "/commentaires/{comment}/retirer", *CARE_FOR_POST),
    sent(
        "feed.moderate_comment",
        "/commentaires/{comment}/retirer",
        *CARE_FOR_POST,
        reason="Publicité.",
    ),
    sent(
        "feed.arrange_post",
        "/publications/{post}/groupes/{slug}/mise-en-avant",
        *CARE_FOR_POST,
        change="featured",
    ),
    page("feed.lock_comments", "/publications/{post}/commentaires/verrou", *CARE_FOR_POST),
    sent(
        "feed.lock_comments",
        "/publications/{post}/commentaires/verrou",
        *CARE_FOR_POST,
        reason="Hors sujet.",
    ),
    sent("feed.restore_post", "/corbeille/publications/{removed}", *["L444444"] * 3),
    sent("feed.restore_comment", "/corbeille/commentaires/{comment}", *["L444444"] * 3),
    page("feed.history", "/publications/{post}/historique", *READ_POST),
    page("feed.history", "/publications/{pending}/historique", *WAITING),
    sent("feed.hide_version", "/publications/{edited}/historique/1/effacer", *CARE_FOR_POST),
    page("feed.placements", "/publications/{post}/groupes", *CARE_FOR_POST),
    sent("feed.take_out", "/publications/{post}/groupes/{slug}/retirer", *CARE_FOR_POST),
    sent("feed.approve_held", "/groupes/ess-quartiers/retenues/999/publier", "LXX99X9", read="0"),
    sent("feed.remove_held", "/groupes/ess-quartiers/retenues/999/retirer", "LXX99X9"),
    sent("feed.approve_post", "/publications/{pending}/publier", *CHANGE, read="0"),
    page("feed.refuse_post", "/publications/{pending}/refuser", *CHANGE),
    sent("feed.refuse_post", "/publications/{pending}/refuser", *CHANGE, reason="Non."),
    page("feed.return_post", "/publications/{pending}/demander-des-modifications", *CHANGE),
    sent(
        "feed.return_post",
        "/publications/{pending}/demander-des-modifications",
        *CHANGE,
        reason="La date.",
    ),
    page("feed.proposal", "/publications/{proposed}/proposition", *CHANGE),
    sent(
        "feed.approve_proposal",
        "/publications/{proposed}/proposition/accepter",
        "LXX99X9",
        *["L4X9949"] * 2,
        read="0",
    ),
    page("feed.refuse_proposal", "/publications/{proposed}/proposition/refuser", *CARE_FOR_POST),
    sent(
        "feed.refuse_proposal",
        "/publications/{proposed}/proposition/refuser",
        *CARE_FOR_POST,
        reason="Non.",
    ),
    sent(
        "feed.withdraw_proposal",
        "/publications/{proposed}/proposition/retirer",
        *NOT_THE_AUTHOR,
    ),
    sent("feed.add_comment", "/publications/{post}/commentaires", *ACT_ON_POST, body_html="Oui"),
    page("feed.comment", "/publications/{commented}", *READ_POST),
    page("feed.react", "/publications/{post}/reactions", *READ_POST),
    sent("feed.react", "/publications/{post}/reactions", *ACT_ON_POST, add="thanks"),
    sent("feed.remove_comment", "/commentaires/{comment}/supprimer", *CARE_FOR_POST),
    page("library.add_to_collection", "/publications/{post}/collections", *FOR_ONESELF),
    page("library.add_to_collection", "/publications/{pending}/collections", *["L444444"] * 3),
    sent("library.add_to_collection", "/publications/{post}/collections", *FOR_ONESELF),
    *(
        page(f"library.{endpoint}", f"/publications/{{post}}/{path}", *["L444444"] * 3)
        for endpoint, path in LIVES
    ),
    *(
        sent(f"library.{endpoint}", f"/publications/{{post}}/{path}", *["L444444"] * 3)
        for endpoint, path in (*LIVES, ("take_back_use", "usage/1/retirer"))
    ),
    page("feed.bookmark", "/publications/{post}/favori", *FOR_ONESELF),
    page("feed.bookmark", "/publications/{pending}/favori", *["L444444"] * 3),
    sent("feed.bookmark", "/publications/{post}/favori", *FOR_ONESELF, add="1"),
    sent("feed.bookmark", "/publications/{removed}/favori", *["L444444"] * 3, undo="1"),
    page("feed.react_to_comment", "/commentaires/{comment}/reactions", *READ_POST),
    sent(
        "feed.react_to_comment",
        "/commentaires/{comment}/reactions",
        *ACT_ON_POST,
        add="thanks",
    ),
    page("feed.mentionable_under", "/publications/{post}/mentions?q=a", *SUGGESTED),
    page("feed.mentionable_in", "/groupes/{slug}/mentions?q=a", *ACT),
    page("notifications.reminder", "/publications/{post}/rappel", *FOR_ONESELF),
    page("notifications.reminder", "/publications/{pending}/rappel", *["L444444"] * 3),
    sent("notifications.reminder", "/publications/{post}/rappel", *FOR_ONESELF, day="week"),
    sent("notifications.conversation", "/publications/{post}/conversation", *FOR_ONESELF),
    sent("notifications.follow_group", "/groupes/{slug}/suivre", *["L422244"] * 3),
    page("moderation.group_cases", "/groupes/{slug}/moderation/dossiers", *LOOK_AFTER),
    page("moderation.report", "/signaler/publication/{post}", *READ_POST),
    page("moderation.report", "/signaler/publication/{pending}", *["4444444"] * 3),
    page("moderation.report", "/signaler/commentaire/{comment}", *READ_POST),
    sent(
        "moderation.report",
        "/signaler/publication/{post}",
        *(each.replace("2", "U", 1) if each[0] == "2" else each for each in READ_POST),
        reason="spam",
    ),
    page("moderation.case", "/dossiers/{case}", *CHANGE),
    sent("moderation.case", "/dossiers/{case}", *CHANGE, version=1, decision="keep", reason="Non."),
    sent("moderation.take", "/dossiers/{case}/prendre", *CHANGE, version=1),
    sent(
        "moderation.release",
        "/dossiers/{case}/rendre",
        *CHANGE,
        version=1,
    ),
    page("moderation.decision", "/decisions/{decision}", *CHANGE),
    sent(
        "moderation.decision",
        "/decisions/{decision}",
        *(each.replace("2", "X") for each in CHANGE),
        text="Ce n’est pas juste.",
    ),
    page("moderation.appeal", "/recours/{appeal}", *JUDGE),
    sent("moderation.appeal", "/recours/{appeal}", *JUDGE, decision="upheld", reason="Non."),
    page("feed.edit_comment", "/commentaires/{comment}/modifier", *NOT_THE_AUTHOR),
    sent("feed.edit_comment", "/commentaires/{comment}/modifier", *NOT_THE_AUTHOR, body_html="x"),
    page("feed.comment_history", "/commentaires/{comment}/historique", *CARE_FOR_POST),
)

# Members: of the protocol that these take, none is named.
NO_VERSION = "L" + "412" * 6
API = (
    Row("api_documents.page", "GET", "/api/v1/docs", (ALL,)),
    Row("api_documents.description", "GET", "/api/v1/openapi.json", (ALL,)),
    call("POST", "create_api_token", "/tokens", "UUUUUUU", name="x"),
    call("DELETE", "revoke_current_token", "/tokens/current", LOGGED_IN),
    call("GET", "show_me", "/me", LOGGED_IN),
    call("PATCH", "edit_me", "/me", LOGGED_IN, locale="fr"),
    call("GET", "show_feed", "/feed", LOGGED_IN),
    call("GET", "show_agenda", "/agenda", ALL),
    call("GET", "search", "/search?q=quartier&facets=true", ALL),
    call("GET", "search", "/search?q=quartier&group={slug}", "2222222", "2222222", "4422242"),
    call("GET", "show_agenda", "/agenda?group={slug}", *READ),
    page("webinars.agenda", "/agenda", ALL),
    page("webinars.agenda", "/agenda?groupe={slug}", "2222222", "4422242", "4422242"),
    page("webinars.own_calendar", "/agenda/faux.ics", "4444444"),
    page("webinars.subscribe", "/agenda/abonnements", LOGGED_IN),
    sent("webinars.create_key", "/agenda/abonnements", LOGGED_IN),
    sent("webinars.revoke_key", "/agenda/abonnements/999/revoquer", "L444444"),
    page("webinars.event_calendar", "/publications/{webinar}.ics", *READ_POST),
    page("webinars.group_calendar", "/groupes/{slug}/agenda.ics", *READ_POST),
    page("syndication.robots", "/robots.txt", ALL),
    page("syndication.sitemap_index", "/sitemap.xml", ALL),
    page("syndication.sitemap_part", "/sitemap-pages-1.xml", ALL),
    page("webhooks.webhooks", HOOKS, *OWN),
    sent("webhooks.webhooks", HOOKS, "LXXXUXU", "LXXXUXU", "L4XXU4U"),
    *(page(f"webhooks.{name}", f"{HOOKS}/999{path}", *NO_HOOK) for name, path in HOOK_PAGES),
    *(sent(f"webhooks.{name}", f"{HOOKS}/999{path}", *NO_HOOK) for name, path in HOOK_ACTS),
    page("syndication.home_feed", "/flux/faux.atom", "4444444"),
    # Programs have no session: what is not public is read by private addresses alone.
    page("syndication.group_feed", "/groupes/{slug}/flux.atom", ALL, "4444444", "4444444"),
    page("syndication.theme_feed", "/thematiques/rien/flux.atom", "4444444"),
    page("syndication.territory_feed", "/territoires/D00/flux.atom", "4444444"),
    page("syndication.embedded", "/integration/groupes/{slug}", ALL, "4444444", "4444444"),
    page("syndication.embedding", "/groupes/{slug}/reglages/integration", *LOOK_AFTER),
    page("syndication.private_feeds", "/reglages/flux", LOGGED_IN),
    sent("syndication.create_private_feed", "/reglages/flux", LOGGED_IN),
    sent("syndication.revoke_private_feed", "/reglages/flux/999/revoquer", "L444444"),
    call("GET", "list_changes", "/changes", LOGGED_IN),
    call("POST", "list_changes_after", "/changes", LOGGED_IN, limit=10),
    call("GET", "list_notifications", "/notifications", LOGGED_IN),
    call("GET", "list_drafts", "/me/drafts", LOGGED_IN),
    call("GET", "show_draft", "/me/drafts/999", "L444444"),
    call("PATCH", "edit_draft", "/me/drafts/999", "L444444", version=1),
    call("DELETE", "delete_draft", "/me/drafts/999", "L444444"),
    call("POST", "send_file", "/files", "LUUUUUU"),
    call("GET", "show_file", "/files/987654", "4444444"),
    call("POST", "begin_upload", "/uploads", NO_VERSION),
    call("PATCH", "send_part", "/uploads/987654", NO_VERSION),
    call("DELETE", "end_upload", "/uploads/987654", NO_VERSION),
    call("POST", "read_notifications", "/notifications/read", LOGGED_IN, up_to=0),
    call("GET", "show_notification_settings", "/me/notification-settings", LOGGED_IN),
    call("PUT", "set_notification_settings", "/me/notification-settings", LOGGED_IN, channels={}),
    call("GET", "list_bookmarks", "/me/bookmarks", LOGGED_IN),
    call("GET", "list_organisations", "/organisations?q=a", ALL),
    call("GET", "show_organisation", "/organisations/999", "4444444"),
    call("GET", "list_collections", "/collections", ALL),
    call("GET", "show_collection", "/collections/999", "4444444"),
    call("POST", "create_collection", "/collections", LOGGED_IN, title="Lire"),
    call("PATCH", "change_collection", "/collections/999", "L444444", title="Lire"),
    call("DELETE", "delete_collection", "/collections/999", "L444444"),
    call("GET", "list_groups", "/groups", ALL),
    call("GET", "list_listed_members", "/members", LOGGED_IN),
    call("POST", "create_group", "/groups", LOGGED_IN, name="Nouveau"),
    call("GET", "show_group", "/groups/{slug}", ALL, ALL, "4422242"),
    call("GET", "read_moderation_log", "/groups/{slug}/moderation-log", *LOOK_AFTER),
    call("PATCH", "edit_group", "/groups/{slug}", *OWN, description="Mieux"),
    call("DELETE", "end_group", "/groups/{slug}", "LXXX9XX", "LXXX9XX", "L4XX94X"),
    call("PUT", "join_group", "/groups/{slug}/membership", *JOIN),
    call("DELETE", "leave_group", "/groups/{slug}/membership", *LEAVE),
    call("GET", "list_members", "/groups/{slug}/members", *READ_MEMBERS),
    call(
        "PATCH",
        "change_membership",
        "/groups/{slug}/members/{victim}",
        *OWN,
        role="moderator",
    ),
    call("GET", "list_invitations", "/groups/{slug}/invitations", *LOOK_AFTER),
    call(
        "POST",
        "invite_address",
        "/groups/{slug}/invitations",
        "LX222X2",
        *LOOK_AFTER[1:],
        email="g@example.org",
    ),
    call(
        "POST",
        "create_invitation_link",
        "/groups/{slug}/invitation-links",
        *LOOK_AFTER,
        max_uses=5,
        expires_at=IN_A_MONTH,
    ),
    call("DELETE", "withdraw_invitation", "/groups/{slug}/invitations/{invitation}", *LOOK_AFTER),
    call("PUT", "change_level", "/groups/{slug}/preferences", *ACT, level="all"),
    call("GET", "list_posts", "/groups/{slug}/posts", *READ),
    call("POST", "publish_post", "/groups/{slug}/posts", *ACT, kind="news", **NEWS),
    call("GET", "show_post", "/posts/{post}", *READ_POST),
    call("GET", "show_post", "/posts/{pending}", *WAITING),
    call("GET", "show_post", "/posts/{refused}", *WAITING),
    call("GET", "show_post", "/posts/{removed}", *["4444444"] * 3),
    call("PATCH", "edit_post", "/posts/{post}", *CARE_FOR_POST, title="Autre"),
    call("DELETE", "remove_post", "/posts/{post}", *CARE_FOR_POST),
    call("GET", "list_versions", "/posts/{post}/history", *READ_POST),
    call("PUT", "cancel_webinar", "/posts/{webinar}/cancellation", *CARE_FOR_POST, reason="x"),
    call("DELETE", "reinstate_webinar", "/posts/{webinar}/cancellation", *REINSTATE),
    call("GET", "list_webinar_reminders", "/posts/{webinar}/webinar-reminders", *CARE_FOR_POST),
    call(
        "POST",
        "add_webinar_reminder",
        "/posts/{webinar}/webinar-reminders",
        *CARE_FOR_POST,
        **REMINDER,
    ),
    call(
        "DELETE",
        "remove_webinar_reminder",
        "/posts/{webinar}/webinar-reminders/1",
        *CARE_FOR_POST,
    ),
    call("PUT", "put_placement", "/posts/{post}/placements/{slug}", *CARE_FOR_POST),
    call("DELETE", "remove_placement", "/posts/{post}/placements/{slug}", *CARE_FOR_POST),
    call("GET", "list_proposals", "/groups/{slug}/proposals", *LOOK_AFTER),
    call("GET", "show_proposal", "/posts/{proposed}/proposal", *CHANGE),
    call(
        "PATCH",
        "decide_on_proposal",
        "/posts/{proposed}/proposal",
        *CARE_FOR_POST,
        state="refused",
        reason="Non.",
    ),
    call("DELETE", "withdraw_proposal", "/posts/{proposed}/proposal", *NOT_THE_AUTHOR),
    call("GET", "list_comments", "/posts/{post}/comments", *READ_POST),
    call("POST", "add_comment", "/posts/{post}/comments", *ACT_ON_POST, body_html="<p>Oui</p>"),
    call("DELETE", "remove_comment", "/comments/{comment}", *CARE_FOR_POST),
    call("PUT", "react_to_comment", "/comments/{comment}/reactions/thanks", *ACT_ON_POST),
    call("DELETE", "take_back_from_comment", "/comments/{comment}/reactions/thanks", *ACT_ON_POST),
    call("PATCH", "edit_comment", "/comments/{comment}", *NOT_THE_AUTHOR, body_html="<p>x</p>"),
    call("PUT", "add_reaction", "/posts/{post}/reactions/thanks", *ACT_ON_POST),
    call("DELETE", "remove_reaction", "/posts/{post}/reactions/thanks", *ACT_ON_POST),
    call("PUT", "put_bookmark", "/posts/{post}/bookmark", *FOR_ONESELF, note="Lire"),
    call("DELETE", "remove_bookmark", "/posts/{post}/bookmark", *FOR_ONESELF),
    call("POST", "report_post", "/posts/{post}/reports", *FOR_ONESELF, reason="spam"),
    call("POST", "report_comment", "/comments/{comment}/reports", *FOR_ONESELF, reason="spam"),
    call("POST", "report_file", "/files/987654/reports", "L444444", reason="spam"),
    call("POST", "report_member", "/members/{author}/reports", LOGGED_IN, reason="spam"),
    call("POST", "report_group", "/groups/{slug}/reports", *REPORTED, reason="spam"),
    call("GET", "list_group_cases", "/groups/{slug}/cases", *LOOK_AFTER),
    call("GET", "show_case", "/cases/{case}", *CHANGE),
    call("PATCH", "decide_case", "/cases/{case}", *CHANGE, version=1, state="taken"),
    call("GET", "show_decision", "/decisions/{decision}", *CHANGE),
    call(
        "POST",
        "file_appeal",
        "/decisions/{decision}/appeal",
        *(each.replace("2", "X") for each in CHANGE),
        text="Ce n’est pas juste.",
    ),
    call(
        "PATCH",
        "decide_appeal",
        "/appeals/{appeal}",
        *JUDGE,
        decision="upheld",
        reason="Non.",
    ),
    call("GET", "show_registration", "/posts/{webinar}/registration", *["L444444"] * 3),
    call("PUT", "put_registration", "/posts/{webinar}/registration", "L2222X2", *FOR_ONESELF[1:]),
    call("PUT", "put_registration", "/posts/{post}/registration", *["L444444"] * 3),
    call("DELETE", "remove_registration", "/posts/{webinar}/registration", *FOR_ONESELF),
    call("GET", "list_questions", "/posts/{webinar}/questions", *READ_POST),
    call("GET", "list_registrations", "/posts/{webinar}/registrations", *CARE_FOR_POST),
    call("PUT", "note_attendance", "/posts/{webinar}/registrations/999/attendance", *CARE_FOR_NONE),
    call(
        "DELETE",
        "take_back_attendance",
        "/posts/{webinar}/registrations/999/attendance",
        *CARE_FOR_NONE,
    ),
    call("GET", "show_recording", "/posts/{webinar}/recording", *["4444444"] * 3),
    call("PUT", "save_recording", "/posts/{webinar}/recording", *CARE_FOR_POST, url="https://a.fr"),
    call("DELETE", "remove_recording", "/posts/{webinar}/recording", *CARE_FOR_POST),
    call("GET", "list_reminders", "/me/reminders", LOGGED_IN),
    call(
        "PUT",
        "put_reminder",
        "/posts/{post}/reminder",
        *FOR_ONESELF,
        due_at="2027-06-01T09:00:00+02:00",
    ),
    call("DELETE", "remove_reminder", "/posts/{post}/reminder", *FOR_ONESELF),
    call("PUT", "put_conversation", "/posts/{post}/conversation", *FOR_ONESELF, choice="muted"),
    call("DELETE", "remove_conversation", "/posts/{post}/conversation", *FOR_ONESELF),
)

ROWS = (*PAGES, *IN_GROUPS, *API)


AUTHOR = "Zoé"


class Stage:
    """A group with one more member, who wrote what the others request."""

    def __init__(self, cast: Cast, group: Group) -> None:
        self.cast = cast
        self.group = group
        self.number = 0
        self.made: dict[str, str] = {}
        address = self.address_of(AUTHOR)
        self.author = find_member_by_email(address) or self._author(address)

    def address_of(self, name: str) -> str:
        """Give the address of a person of this stage."""
        return f"{name}{self.number}.{self.group.id}@example.org"

    def _author(self, address: str) -> Member:
        author = make_member(AUTHOR, email=address)
        admit(self.group, author)
        return author

    def person(self, name: str) -> Member:
        """Make a new person."""
        self.number += 1
        return make_member(name, email=self.address_of(name))

    def fill(self, path: str) -> str:
        """Make anew what the path names."""
        makers = {
            "slug": lambda: self.group.slug,
            "author": lambda: self.author.id,
            "victim": self._victim,
            "writer": lambda: make_post(self.author, self.group).author_id,
            "asker": self._asker,
            "banished": self._banished,
            "sanction": self._sanction,
            "removal": self._removal,
            "invitation": self._invitation,
            "key": self._key,
            "case": lambda: self._case().id,
            "decision": lambda: self._decision().id,
            "appeal": self._appeal,
            "post": lambda: make_post(self.author, self.group).id,
            "webinar": lambda: self._webinar().id,
            "marked": self._marked,
            "pending": lambda: self._post(PlacementStatus.PENDING).id,
            "refused": lambda: self._post(PlacementStatus.REFUSED).id,
            "proposed": self._proposed,
            "edited": self._edited,
            "removed": lambda: self._post(PlacementStatus.REMOVED).id,
            "comment": lambda: make_comment(self.author, make_post(self.author, self.group)).id,
            "commented": self._commented,
        }
        return path.format_map(
            {name: make() for name, make in makers.items() if f"{{{name}}}" in path}
        )

    def fill_once(self, path: str) -> str:
        """Make what a path names, unless an earlier call has left it."""
        if path not in self.made:
            self.made[path] = self.fill(path)
        return self.made[path]

    def use_up(self, path: str) -> None:
        """Make what a path names anew for the next caller: this one has changed it."""
        self.made.pop(path, None)

    def _post(self, status: PlacementStatus) -> Post:
        post = make_post(self.author, self.group, Kind.NEWS)
        with atomic():
            placement = post.placements[0]
            placement.status = status
            placement.refusal = "Déjà annoncé." if status is PlacementStatus.REFUSED else None
        return post

    def _webinar(self) -> Post:
        url = "https://visio.example.org/salle"
        return make_post(self.author, self.group, Kind.WEBINAR, join_url=url)

    def _marked(self) -> str:
        webinar = self._webinar()
        with atomic():
            registration = register(self.author, webinar, RegistrationInput())
        return f"{webinar.id}/presences/{registration.id}"

    def _case(self) -> Case:
        """Have a member report a post."""
        reporter = self.person("Signale")
        admit(self.group, reporter)
        post = make_post(self.author, self.group)
        reportable = get_reportable(SubjectType.POST, post.id, seen_by=reporter)
        with atomic():
            return report(reporter, reportable, ReportInput(ReportReason.SPAM)).cases[0]

    def _decision(self) -> Decision:
        """Have Bruno remove a post that was reported."""
        case = self._case()
        removal = DecisionInput(DecisionKind.REMOVE, "Une publicité.")
        with atomic():
            return decide_case(self.cast.bruno, case, case.version, removal)

    def _appeal(self) -> int:
        """Have the author appeal against that."""
        decision = self._decision()
        with atomic():
            return file_appeal(self.author, decision, "Ce n’est pas juste.").id

    def _proposed(self) -> int:
        """Make a post with a proposal by its author."""
        post = make_post(self.author, self.group)
        with atomic():
            propose(self.author, post, draft_of(title="Autre"), None)
        return post.id

    def _edited(self) -> int:
        """Make a post that its author changed once."""
        post = make_post(self.author, self.group)
        with atomic():
            edit_post(self.author, post, draft_of(title="Autre"))
        return post.id

    def _commented(self) -> str:
        comment = make_comment(self.author, make_post(self.author, self.group))
        return f"{comment.post_id}/commentaires/{comment.id}"

    def _victim(self) -> int:
        victim = self.person("Victime")
        admit(self.group, victim)
        return victim.id

    def _asker(self) -> int:
        asker = self.person("Demande")
        with atomic():
            invite_member(self.cast.amina, self.group, asker).state = MembershipState.REQUESTED
        return asker.id

    def _banished(self) -> int:
        banished = self.person("Exclu")
        ban(self.group, banished)
        return banished.id

    def _sanction(self) -> int:
        with atomic():
            victim = db.session.get_one(Member, self._victim())
            return mute_member(self.cast.amina, self.group, victim, "Messages répétés.").id

    def _removal(self) -> int:
        make_post(self.author, self.group)
        amina, since = self.cast.amina, self.group.created_at
        with atomic():
            return remove_contents(amina, self.group, self.author, since, "Publicité.").id

    def _key(self) -> str:
        """Invite an address without an account: the holder of the mail may accept."""
        with atomic():
            email = f"lettre{self.number}@example.org"
            return key_of_invitation(invite_address(self.cast.amina, self.group, email))

    def _invitation(self) -> int:
        with atomic():
            return invite_address(self.cast.amina, self.group, "invitee@example.org").id


def test_every_route_has_a_row(session_app: Flask) -> None:
    rows = {(row.endpoint, row.method) for row in ROWS}
    forms_shown_by_get = {row.endpoint for row in ROWS if row.method == "GET"}
    missing = [
        f"{method} {rule}"
        for rule in session_app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if (rule.endpoint, method) not in rows
        and not (method == "POST" and rule.endpoint in forms_shown_by_get)
        and rule.endpoint != "web.readyz"  # it answers to watchers, 200 or 503
    ]
    assert missing == []


@pytest.fixture(scope="module")
def staged(session_app: Flask, snapshot: Snapshot) -> Snapshot:
    """Make a stage in a public, a private and a hidden group, once."""
    with session_app.app_context():
        empty_database()
        snapshot.restore()
        set_stages(Cast())
        return Snapshot()


@pytest.fixture
def stages(staged: Snapshot, app: Flask) -> list[Stage]:
    """Restore these stages for each scene."""
    staged.restore()
    return set_stages(Cast())


def set_stages(cast: Cast) -> list[Stage]:
    """Make a stage in a public, a private and a hidden group, or find the existing ones."""
    return [Stage(cast, group) for group in (cast.ess, cast.private, cast.hidden)]


def test_pages_answer_each_person_as_the_table_says(stages: list[Stage], app: Flask) -> None:
    """Routes that only read share one database; all rows are compared at the end."""
    callers = Callers(app)
    reads = [row for row in ROWS if row.method == "GET"]
    assert {str(row): answers_to(row, stages, callers) for row in reads} == {
        str(row): row.groups for row in reads
    }


@pytest.mark.parametrize("row", [row for row in ROWS if row.method != "GET"], ids=str)
def test_writes_answer_each_person_as_the_table_says(
    row: Row, stages: list[Stage], app: Flask
) -> None:
    assert answers_to(row, stages, Callers(app)) == row.groups


def test_what_may_not_be_seen_answers_as_what_is_not_there(cast: Cast, browser: Any) -> None:
    stage = Stage(cast, cast.private)
    outsider = browser(cast.driss)
    unknown = body_of(outsider, "/publications/987654")
    for path in ("{post}", "{pending}", "{removed}"):
        assert body_of(outsider, stage.fill(f"/publications/{path}")) == unknown
    assert body_of(outsider, "/groupes/comite-de-pilotage") == body_of(outsider, "/groupes/rien")


def test_numbers_that_no_database_holds_are_not_there(cast: Cast, browser: Any) -> None:
    member = browser(cast.chloe)
    for path in ("/publications/{0}", "/membres/{0}", "/publications/{0}/modifier"):
        assert member.get(path.format(10**30)).status_code == 404


def answers_to(row: Row, stages: list[Stage], callers: "Callers") -> tuple[str, ...]:
    """Request a route as everybody, in each group, or in one only where the route has no group."""
    asked = stages[: len(row.groups)]
    return tuple("".join(answer_to(who, row, each, callers) for who in VIEWERS) for each in asked)


def body_of(client: Visitor, path: str) -> str:
    """Read a response without what differs each time: nonces, tokens and the requested address."""
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    lines = [line for line in answer.text.splitlines() if "csrf" not in line]
    return "\n".join(lines).replace(nonce, "").replace(path, "")


class Callers:
    """The callers' browsers and programs, which are replaced after a call that writes."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._browsers: dict[int | None, Visitor] = {}
        self._keys: dict[int, str] = {}

    def send(self, row: Row, path: str, member: Member | None) -> TestResponse:
        """Request a route with a person's browser or program."""
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self._key_of(member)}"} if member else {}
            client = self._app.test_client()
            return client.open(path, method=row.method, json=row.json, headers=headers)
        browser = self._browser_of(member)
        return browser.send(path, row.form) if row.method == "POST" else browser.get(path)

    def forget(self) -> None:
        """Replace the browsers: the last call may have logged somebody out."""
        self._browsers.clear()
        self._keys.clear()

    def _browser_of(self, member: Member | None) -> Visitor:
        own = member.id if member else None
        if own not in self._browsers:
            self._browsers[own] = cast_to_visitor(self._app.test_client())
            if member:
                self._browsers[own].log_in(member)
        return self._browsers[own]

    def _key_of(self, member: Member) -> str:
        if member.id not in self._keys:
            with atomic():
                self._keys[member.id] = create_token(member, "table", ["read", "write"])[0]
        return self._keys[member.id]


def cast_to_visitor(client: Any) -> Visitor:
    """Cast the test client to its class, for mypy."""
    assert isinstance(client, Visitor)
    return client


def answer_to(viewer: str, row: Row, stage: Stage, callers: Callers) -> str:
    """Request a route as one person; return the response's code."""
    path = stage.fill_once(row.path)
    answer = callers.send(row, path, getattr(stage.cast, viewer, None))
    said = code_of(answer.status_code, answer.headers.get("Location", ""))
    if row.method != "GET" and said == "2":
        stage.use_up(row.path)
        callers.forget()
    return said


def code_of(status: int, location: str) -> str:
    """Give the code of a response, as listed above."""
    if status == 401 or (status in (302, 303) and location.startswith("/connexion")):
        return "L"
    symbols = {403: "X", 404: "4", 409: "9", 410: "G", 422: "U"}
    return symbols.get(status, "2" if status < 400 else str(status))

"""Every page, as everyone, wide and narrow, by light and by dark: legible, whole, and quiet.

A window itself complains of scripts that fail, of a broken content policy, and of requests to
other sites (see tests/chromium.py).
"""

from collections.abc import Iterator
from functools import partial
from math import ceil
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from flask_security.recoverable import generate_reset_password_token

from grandequipe.core import mail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import KIND_BY_PATH, Kind
from grandequipe.members.models import Member
from grandequipe.moderation.models import DecisionKind, ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import (
    DecisionInput,
    ReportInput,
    decide_case,
    file_appeal,
    report,
)
from grandequipe.notifications.models import MAILED_KINDS
from grandequipe.notifications.queries import count_unread
from grandequipe.notifications.services import stopping_token
from grandequipe.organisations.services import claim_by_word
from grandequipe.taxonomies.services import load_territories, load_themes
from tests.browser.looks import looks_of
from tests.browser.subscriptions import key_of
from tests.chromium import AXE, OpenWindow
from tests.factories import Cast, make_post
from tests.organisations.conftest import make_organisation, name_organisation
from tests.sample_content import make_sample_content
from tests.waiting import wait_until

ESS = "/groupes/ess-quartiers"

FOR_VISITORS = (
    "/",
    ESS,
    "/structures/{structure}",
    "/groupes",
    "/groupes/regies-de-quartier",
    "/connexion",
    "/inscription",
    "/confirmation",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/{reset}",
    "/lettre/desabonnement/{leaving}",
    "/notifications/courriels/arret/{stopping}",
    "/courrier",
    "/aide",
    "/accessibilite",
    "/mentions-legales",
    "/confidentialite",
    "/conditions",
    "/plan-du-site",
    "/thematiques",
    "/rien",
    "/api/v1/docs",
    "/courrier/{mail}",
    "/publications/{news}",
    "/agenda",
    "/agenda?vue=mois",
    "/series/{series}/inscription",
    "/ressources",
    "/collections",
    "/recherche",
    "/recherche?q=quartier&affiner=1",
    "/recherche?q=rien-de-tel",
    "/signaler/publication/{news}",
    "/signaler/merci",
)
FOR_MEMBERS = (
    "/annuaire",
    "/annuaire?q=personne",
    "/reglages/messages",
    "/reglages/profil?next=/groupes",
    "/structures",
    "/structures?q=rien",
    "/structures/{structure}",
    "/structures/nouvelle",
    "/structures/{free}/gerer",
    "/structures/{free}/gerer/adresse",
    "/signalements",
    "/reglages/decisions",
    "/signaler/publication/{news}",
    "/decisions/{decision}",
    "/",
    "/?kind=appel",
    ESS,
    f"{ESS}?kind=appel",
    f"{ESS}/membres",
    f"{ESS}/presentation",
    "/groupes/petites-annonces/charte",
    "/groupes/petites-annonces/presentation",
    f"{ESS}/notifications",
    f"{ESS}/publier",
    *(f"{ESS}/publier/{kind}" for kind in KIND_BY_PATH),
    *(f"/publications/{{{kind.value}}}" for kind in Kind),
    f"{ESS}/reglages",
    "/groupes/petites-annonces/publier/actualite",
    "/groupes",
    "/groupes/nouveau",
    "/publier",
    "/corbeille",
    "/brouillons",
    "/brouillons?deleted={draft}",
    "/brouillons/{draft}",
    "/brouillons/{draft}/programmer",
    "/brouillons/{copied}/comparaison",
    "/brouillons/{homeless}",
    "/commentaires/{answer}/reactions",
    "/membres/1",
    "/notifications",
    "/favoris",
    "/publications/{webinar}/salle",
    "/agenda",
    "/agenda?vue=mois",
    "/agenda?passe=1",
    "/ressources?affiner=1&type=guide",
    "/collections/nouvelle",
    "/publications/{news}/collections",
    "/publications/{resource}/usage",
    "/publications/{resource}/perimee",
    "/publications/{project}/ressources?q=a",
    "/agenda?territoire=Nulle-part",
    "/agenda?jour=2026-12-10",
    "/agenda/abonnements",
    "/reglages/flux",
    "/series/{series}",
    "/publications/{ended}",
    "/inscriptions/{after}",
    "/inscriptions/{after}/avis",
    "/publications/{webinar}/presence",
    "/publications/{meeting}/presence",
    "/publications/{webinar}/inscription",
    "/publications/{webinar}/inscription/merci",
    "/publications/{webinar}/inscriptions",
    "/publications/{webinar}/inscriptions/reglages?q=a",
    "/publications/{news}/favori",
    "/publications/{news}/rappel",
    "/reglages/rappels",
    "/reglages",
    "/reglages/profil",
    "/reglages/photo",
    "/reglages/preferences",
    "/reglages/mot-de-passe",
    "/reglages/verification",
    "/reglages/lettre",
    "/reglages/lettre/apercu",
    "/reglages/notifications",
    "/reglages/suivis",
    "/thematiques/sante",
    "/territoires",
    "/territoires/D93",
    "/territoires/carte",
    "/territoires/pres-de-chez-moi",
)
FOR_OWNERS = (
    "/",
    "/notifications",
    f"{ESS}/membres",
    f"{ESS}/moderation",
    f"{ESS}/moderation/dossiers",
    "/dossiers/{case}",
    "/recours/{appeal}",
    f"{ESS}/reglages",
    f"{ESS}/reglages/couverture",
    f"{ESS}/reglages/fin",
    f"{ESS}/reglages/integration",
    f"{ESS}/reglages/webhooks",
    f"{ESS}/reglages/webhooks/{{hook}}",
    f"{ESS}/reglages/webhooks/{{hook}}/envois/{{delivery}}",
    f"{ESS}/membres/1",
    f"{ESS}/vitalite",
    f"{ESS}/vitalite/nouveaux",
    f"{ESS}/membres?role=member&activite=recent",
    f"{ESS}/inviter",
    f"{ESS}/reglages/charte",
    f"{ESS}/reglages/accueil",
    "/groupes/regies-de-quartier/demandes/{asker}",
    "/groupes/petites-annonces/moderation",
    "/groupes/regies-de-quartier/moderation",
    "/groupes/regies-de-quartier/membres",
    "/groupes/groupe-vide",
    "/publications/{pending}",
    "/publications/{pending}/refuser",
    "/publications/{pending}/demander-des-modifications",
    f"{ESS}/membres/{{chloe}}/sanctionner",
    f"{ESS}/membres/{{chloe}}/publications",
    f"{ESS}/sanctions",
    f"{ESS}/retraits",
    f"{ESS}/moderation/journal",
    f"{ESS}/transparence",
    "/transparence",
    "/publications/{proposed}/proposition",
    "/publications/{news}/modifier",
    "/publications/{news}/historique",
    "/commentaires/{answer}/modifier",
    "/commentaires/{answer}/historique",
    "/publications/{news}/groupes",
    "/publications/{ended}/rediffusion",
    "/publications/{webinar}/annuler",
    "/publications/{webinar}/rappels",
    "/publications/{webinar}/presences",
    "/publications/{meeting}/presences",
    "/publications/{meeting}/presences/affiche",
)
FOR_NEWCOMERS = (
    "/",
    "/groupes",
    "/groupes/regies-de-quartier",
    "/groupes/petites-annonces/rejoindre",
    "/groupes/regies-de-quartier/demande",
    "/notifications",
)
FOR_ADMINISTRATORS = (
    "/moderation",
    "/administration/membres",
    "/administration/membres?q=rien",
    "/administration/membres/3",
    "/administration/membres/3/suspendre",
    "/administration/membres/3/adresse",
    "/administration/membres/3/fermer",
    "/administration/membres/3/retablir",
    "/administration/sante",
    "/administration/journal",
    "/administration/site",
    "/administration/site/logo",
    "/administration/annonces",
    "/administration/textes",
    "/administration/themes",
    "/administration/structures",
    "/administration/structures/{structure}",
    "/administration/structures/{structure}/fusionner",
    "/administration/structures/demandes/{claim}",
    "/structures/{structure}/reglages",
    "/structures/{structure}/reglages/logo",
    "/structures/{structure}/reglages/personnes",
    "/administration/textes/terms/fr",
    "/annonces",
    "/administration/groupes",
    "/administration/groupes/1/refuser",
    "/administration/groupes/1/donner",
)
PAGES = {
    None: FOR_VISITORS,
    "chloe": FOR_MEMBERS,
    "amina": FOR_OWNERS,
    "driss": FOR_NEWCOMERS,
    "farid": FOR_ADMINISTRATORS,
}


@pytest.fixture
def places(cast: Cast, mails_folder: Path, running_site: object) -> dict[str, str]:
    """Furnish the site with something of everything, and return the addresses by name."""
    stands = make_sample_content(cast)
    with atomic():
        load_themes({"city_policy": [{"slug": "sante", "name": "Santé"}], "social_economy": []})
        load_territories([("D93", "department", "Seine-Saint-Denis", None, "93")])
    with atomic():
        mail.send(mail.Mail("chloe@example.org", "Bienvenue", "Bonjour !", "<p>Bonjour !</p>"))
    for member in (cast.amina, cast.chloe):
        wait_until(partial(_has_news, member), "the bell shows it")
    name = max(path.stem for path in mails_folder.glob("[0-9]*.eml"))
    return {
        **stands,
        **make_structure(cast),
        **report_and_appeal(cast),
        "mail": name,
        "chloe": str(cast.chloe.id),
        "leaving": key_of(cast.driss),
        "reset": generate_reset_password_token(cast.bruno),
        "stopping": stopping_token(cast.chloe, MAILED_KINDS),
    }


def make_structure(cast: Cast) -> dict[str, str]:
    """Make an organisation that Amina runs, to which Chloé belongs by her own word, and a claim."""
    site = "https://regie.example.org/"
    run = make_organisation("Régie de Bagnolet", cast.amina, description="Ici.", website=site)
    name_organisation(cast.chloe, "Régie de Bagnolet")
    free = make_organisation("Centre social", website=site)
    with atomic():
        claim = claim_by_word(cast.bruno, free, "Je le préside.")
    return {"structure": str(run.id), "free": str(free.id), "claim": str(claim.id)}


def report_and_appeal(cast: Cast) -> dict[str, str]:
    """Have Chloé report a post and a profile, and appeal against the removal of one of her own."""
    reported, removed = make_post(cast.bruno, cast.ess), make_post(cast.chloe, cast.ess)
    subjects = (
        (cast.chloe, SubjectType.POST, reported.id),
        (cast.driss, SubjectType.POST, removed.id),
        (cast.chloe, SubjectType.MEMBER, cast.driss.id),
    )
    cases = []
    for reporter, subject_type, subject_id in subjects:
        reportable = get_reportable(subject_type, subject_id, seen_by=reporter)
        with atomic():
            filed = report(reporter, reportable, ReportInput(ReportReason.SPAM, "Une publicité."))
            cases.append(filed.cases[0])
    with atomic():
        removal = DecisionInput(DecisionKind.REMOVE, "Une publicité.", "Charte, article 3")
        decision = decide_case(cast.bruno, cases[1], cases[1].version, removal)
        appeal = file_appeal(cast.chloe, decision, "Ce n’est pas une publicité.")
    return {"case": str(cases[0].id), "decision": str(decision.id), "appeal": str(appeal.id)}


def _shares(most: int = 17) -> Iterator[ParameterSet]:
    """Cut each reader's pages into shares of about as many, which two workers take in turn."""
    for name, paths in PAGES.items():
        count = ceil(len(paths) / most)
        for number in range(count):
            share = f"{name} {number + 1}"
            group = pytest.mark.xdist_group(f"pages {share}")
            yield pytest.param(name, paths[number::count], id=share, marks=group)


@pytest.mark.parametrize(("name", "paths"), list(_shares()))
def test_every_page_can_be_read_by_everyone(
    name: str | None,
    paths: tuple[str, ...],
    cast: Cast,
    places: dict[str, str],
    open_window: OpenWindow,
) -> None:
    """Nothing that axe calls serious, nothing sideways, one h1, a title, a language."""
    window = open_window(getattr(cast, name) if name else None)
    # Compiled once for all pages, where one process of Chromium shows them.
    window.add_init_script(path=AXE)
    wrong = {}
    for path in paths:
        window.goto(path.format_map(places))
        wrong |= {f"{path} {look}": found for look, found in looks_of(window).items() if found}
    assert wrong == {}


def _has_news(member: Member) -> bool:
    db.session.rollback()
    return count_unread(member) > 0

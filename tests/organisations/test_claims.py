"""Members run an organisation by an address of its domain, or by an administrator's word."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import (
    BelongingRefusal,
    ManagerKey,
    Member,
    Organisation,
    OrganisationClaim,
)
from grandequipe.organisations.services import make_manager
from tests.conftest import Visitor
from tests.factories import Cast, make_member
from tests.members.conftest import Inbox, link_in, text_of
from tests.organisations.conftest import SITE, make_organisation, managers_of

Browser = Callable[[Member], Visitor]


@pytest.fixture
def unrun(cast: Cast) -> Organisation:
    """Give an organisation that nobody runs, whose website is known."""
    return make_organisation("Régie de Bagnolet", website=SITE)


def test_an_account_with_an_address_of_the_domain_runs_the_page(
    browser: Browser, unrun: Organisation
) -> None:
    anna = make_member("Anna", email="Anna@Regie.example.org")
    page, path = browser(anna), f"/structures/{unrun.id}/gerer"
    assert "cela suffit" in page.get(path).text
    assert page.send(f"{path}/mon-adresse").location == f"/structures/{unrun.id}/reglages"
    assert managers_of(unrun) == {anna.id}
    assert (anna.organisation_id, anna.organisation_confirmed_at is not None) == (unrun.id, True)


@pytest.mark.parametrize(
    ("email", "website"),
    [
        ("anna@gmail.com", "https://gmail.com/"),
        ("anna@gmail.com", SITE),
        ("anna@facebook.com", "https://www.facebook.com/regie"),
        ("anna@regie.example.org.evil.org", SITE),
        ("anna@evil-regie.example.org", SITE),
        ("anna@stagiaires.regie.example.org", SITE),
        ("anna@example.org", SITE),
        ("anna@asso.fr", "https://asso.fr/"),
        ("anna@regie.example.org", "https://regie.example.org@evil.org/"),
        ("anna@regie.example.org", None),
    ],
)
def test_no_other_address_runs_it(
    cast: Cast, browser: Browser, inbox: Inbox, email: str, website: str | None
) -> None:
    organisation = make_organisation("Régie", website=website)
    anna = make_member("Anna", email=email)
    page, path = browser(anna), f"/structures/{organisation.id}/gerer"
    assert page.send(f"{path}/mon-adresse").status_code == 403
    assert page.send(f"{path}/adresse", {"email": email}).status_code in (404, 422)
    assert inbox.mails() == []
    assert managers_of(organisation) == set()


def test_an_address_that_is_not_confirmed_proves_nothing(
    browser: Browser, unrun: Organisation
) -> None:
    anna = make_member("Anna", email="anna@regie.example.org", confirmed_at=None)
    page = browser(anna)
    for rest in ("/mon-adresse", "/adresse", ""):
        sent = page.send(f"/structures/{unrun.id}/gerer{rest}", {"email": anna.email})
        assert sent.status_code in (303, 403)
    assert managers_of(unrun) == set()
    assert db.session.query(ManagerKey).count() == 0


def test_a_link_mailed_to_an_address_of_the_domain_works_once_for_who_asked(
    cast: Cast, browser: Browser, inbox: Inbox, unrun: Organisation
) -> None:
    driss, path = browser(cast.driss), f"/structures/{unrun.id}/gerer/adresse"
    for wrong in ("driss@gmail.com", "driss@x.regie.example.org", "regie.example.org", ""):
        assert driss.send(path, {"email": wrong}).status_code == 422
    assert driss.send(path, {"email": "driss@regie.example.org"}).status_code == 303
    mail = inbox.mail()
    assert mail["To"] == "driss@regie.example.org"
    link = link_in(mail)
    assert browser(cast.chloe).send(link).status_code == 404
    assert driss.send(link).status_code == 303
    assert managers_of(unrun) == {cast.driss.id}
    assert driss.send(link).status_code == 404
    assert cast.driss.email == "driss@example.org"


@pytest.mark.parametrize("change", ["late", "run", "moved"])
def test_a_link_that_proves_nothing_any_more_opens_nothing(
    cast: Cast, browser: Browser, inbox: Inbox, unrun: Organisation, change: str
) -> None:
    driss = browser(cast.driss)
    address = {"email": "driss@regie.example.org"}
    driss.send(f"/structures/{unrun.id}/gerer/adresse", address)
    link = link_in(inbox.mail())
    with atomic():
        if change == "late":
            db.session.query(ManagerKey).one().made_at = clock.now() - timedelta(days=4)
        elif change == "run":
            make_manager(cast.bruno, unrun, cast.bruno)
        else:
            unrun.website = "https://autre.example.org/"
    assert driss.send(link).status_code == (404 if change == "late" else 409)
    assert cast.driss.id not in managers_of(unrun)


def test_who_was_refused_runs_nothing_by_an_old_address_once_nobody_runs_it(
    browser: Browser, inbox: Inbox, unrun: Organisation
) -> None:
    anna = make_member("Anna", email="anna@regie.example.org")
    page, path = browser(anna), f"/structures/{unrun.id}/gerer"
    page.send(f"{path}/adresse", {"email": "accueil@regie.example.org"})
    link = link_in(inbox.mail())
    with atomic():
        refusal = {"organisation_id": unrun.id, "member_id": anna.id, "refused_at": clock.now()}
        db.session.add(BelongingRefusal(**refusal))
    assert "cela suffit" not in page.get(path).text
    assert page.send(f"{path}/mon-adresse").status_code == 403
    assert page.send(f"{path}/adresse", {"email": anna.email}).status_code == 404
    assert page.send(link).status_code == 409
    assert managers_of(unrun) == set()
    assert page.send(path, {"message": "Je la préside."}).status_code == 303


def test_who_has_an_address_of_the_domain_asks_once_somebody_runs_it(
    cast: Cast, browser: Browser, unrun: Organisation
) -> None:
    with atomic():
        make_manager(cast.bruno, unrun, cast.bruno)
    anna = browser(make_member("Anna", email="anna@regie.example.org"))
    path = f"/structures/{unrun.id}/gerer"
    assert "déjà gérée" in anna.get(path).text
    assert anna.send(f"{path}/mon-adresse").status_code == 403
    assert anna.send(path, {"message": "Je la préside."}).status_code == 303


def test_an_administrator_accepts_a_request_and_its_author_gets_a_mail(
    cast: Cast, browser: Browser, inbox: Inbox, unrun: Organisation
) -> None:
    driss, farid = browser(cast.driss), browser(cast.farid)
    path = f"/structures/{unrun.id}/gerer"
    assert driss.send(path, {"message": " "}).status_code == 422
    driss.send(path, {"message": "Je la préside."})
    assert "Demande envoyée" in driss.get(path).text
    assert driss.send(path, {"message": "Encore."}).status_code == 409
    claim = db.session.query(OrganisationClaim).one()
    assert "Driss" in farid.get("/administration/structures").text
    own = f"/administration/structures/demandes/{claim.id}"
    assert "Je la préside." in farid.get(own).text
    assert browser(cast.amina).get(own).status_code == 404
    farid.send(own, {"accept": "1"})
    assert managers_of(unrun) == {cast.driss.id}
    assert "a accepté" in text_of(inbox.mail())
    assert farid.send(own, {"accept": "1"}).status_code == 404
    acts = [entry.act for entry in db.session.query(LogEntry)]
    assert "claim.accepted" in acts


def test_a_refusal_says_why_and_the_same_person_does_not_ask_again_at_once(
    cast: Cast, browser: Browser, inbox: Inbox, unrun: Organisation
) -> None:
    driss, path = browser(cast.driss), f"/structures/{unrun.id}/gerer"
    driss.send(path, {"message": "Je la préside."})
    claim = db.session.query(OrganisationClaim).one()
    own, farid = f"/administration/structures/demandes/{claim.id}", browser(cast.farid)
    assert farid.send(own, {"refuse": "1", "reason": ""}).status_code == 422
    farid.send(own, {"refuse": "1", "reason": "Votre nom n’y figure pas."})
    assert "Votre nom n’y figure pas." in text_of(inbox.mail())
    assert driss.send(path, {"message": "Mais si."}).status_code == 409
    with atomic():
        claim.answered_at = clock.now() - timedelta(days=31)
    assert driss.send(path, {"message": "Mais si."}).status_code == 303
    assert managers_of(unrun) == set()

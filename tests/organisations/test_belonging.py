"""Members say to belong to an organisation, and its managers confirm or refuse them."""

from collections.abc import Callable
from html import unescape

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import BelongingRefusal, Member, Organisation, OrganisationManager
from grandequipe.members.services import erase_member
from tests.conftest import Visitor
from tests.factories import Cast
from tests.members.conftest import Inbox, link_in
from tests.notifications.dispatching import run_pending_handlers
from tests.organisations.conftest import make_organisation, managers_of, name_organisation

Browser = Callable[[Member], Visitor]
PROFILE = {"display_name": "Chloé Dumas", "organisation": "Régie de Bagnolet", "bio": "Ici."}


def people(organisation: Organisation, member: Member | None = None) -> str:
    """Give the address of the people of an organisation, or of one of them."""
    path = f"/structures/{organisation.id}/reglages/personnes"
    return f"{path}/{member.id}" if member else path


def test_what_a_member_says_is_shown_as_unconfirmed_until_it_is_confirmed(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    reader, amina = browser(cast.driss), browser(cast.amina)
    pages = (f"/membres/{cast.chloe.id}", f"/structures/{regie.id}")
    for page in pages:
        assert "on confirmé" in reader.get(page).text
    assert "Chloé" in amina.get(people(regie)).text
    assert amina.send(people(regie, cast.chloe), {"act": "confirm"}).location == people(regie)
    for page in pages:
        assert "on confirmé" not in reader.get(page).text


def test_who_was_refused_cannot_say_it_again_until_it_is_allowed(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    amina, chloe = browser(cast.amina), browser(cast.chloe)
    amina.send(people(regie, cast.chloe), {"act": "refuse"})
    assert cast.chloe.organisation is None
    for name in ("Régie de Bagnolet", " régie DE bagnolet "):
        again = chloe.send("/reglages/profil", PROFILE | {"organisation": name})
        assert (again.status_code, "organisation-error" in again.text) == (422, True)
        assert "Ici." in again.text, "nothing that was typed is lost"
    assert cast.chloe.organisation is None
    amina.send(people(regie, cast.chloe), {"act": "allow"})
    assert chloe.send("/reglages/profil", PROFILE).status_code == 303
    assert cast.chloe.organisation_id == regie.id
    assert cast.chloe.organisation_confirmed_at is None


def test_the_bell_says_it_to_those_who_answer_and_to_whom_they_answered(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    run_pending_handlers()
    amina, chloe = browser(cast.amina), browser(cast.chloe)
    assert "dit faire partie d’une structure que vous gérez" in unescape(
        amina.get("/notifications").text
    )
    amina.send(people(regie, cast.chloe), {"act": "manage"})
    amina.send(people(regie, cast.chloe), {"act": "unmanage"})
    amina.send(people(regie, cast.chloe), {"act": "refuse"})
    run_pending_handlers()
    bell = unescape(chloe.get("/notifications").text)
    for words in (
        "a confirmé que vous en faites partie", "vous n’en faites pas partie",
        "Vous gérez maintenant la page", "Vous ne gérez plus la page",
    ):  # fmt: skip
        assert words in bell


def test_the_bell_says_nothing_of_what_a_member_hides(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    with atomic():
        cast.driss.audiences = {}
    name_organisation(cast.driss, "Régie de Bagnolet")
    run_pending_handlers()
    assert "Driss" not in browser(cast.amina).get("/notifications").text


def test_who_leaves_and_comes_back_is_unconfirmed_again(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    browser(cast.amina).send(people(regie, cast.chloe), {"act": "confirm"})
    for name in ("Autre", "Régie de Bagnolet"):
        name_organisation(cast.chloe, name)
    assert cast.chloe.organisation_confirmed_at is None
    name_organisation(cast.amina, "Autre")
    name_organisation(cast.amina, "Régie de Bagnolet")
    assert cast.amina.organisation_confirmed_at is not None, "she runs it"


def test_managers_do_not_learn_by_trying_who_names_it_without_showing_it(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    amina = browser(cast.amina)
    with atomic():
        cast.chloe.audiences = {}
    for act in ("confirm", "refuse", "manage"):
        amina.send(people(regie, cast.chloe), {"act": act})
        for_one_who_does = amina.get(people(regie)).text
        amina.send(people(regie, cast.driss), {"act": act})
        assert "Chloé" not in for_one_who_does
        assert "indique plus votre structure" in for_one_who_does, (
            "what is said of who does not name it"
        )
        assert "indique plus votre structure" in amina.get(people(regie)).text
    assert cast.chloe.organisation_id == regie.id
    assert cast.chloe.organisation_confirmed_at is None


def test_managers_add_another_who_confirms_and_the_last_one_gives_up_knowingly(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    amina, chloe = browser(cast.amina), browser(cast.chloe)
    amina.send(people(regie, cast.amina), {"act": "unmanage"})
    assert "Ajoutez d’abord quelqu’un" in amina.get(people(regie)).text
    amina.send(people(regie, cast.chloe), {"act": "manage"})
    assert managers_of(regie) == {cast.amina.id, cast.chloe.id}
    assert cast.chloe.organisation_confirmed_at is not None
    chloe.send(people(regie, cast.amina), {"act": "refuse"})
    assert cast.amina.organisation_id == regie.id, "the role goes first"
    amina.send(people(regie, cast.amina), {"act": "unmanage"})
    assert managers_of(regie) == {cast.chloe.id}
    assert amina.get(people(regie)).status_code == 403
    chloe.send(people(regie, cast.chloe), {"act": "unmanage", "gives_up": "1"})
    assert managers_of(regie) == set()


def test_a_manager_of_one_organisation_does_nothing_in_another(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    other = make_organisation("Autre", cast.bruno)
    bruno = browser(cast.bruno)
    for act in ("confirm", "refuse", "manage", "unmanage", "allow"):
        assert bruno.send(people(regie, cast.chloe), {"act": act}).status_code == 403
    bruno.send(people(other, cast.chloe), {"act": "confirm"})
    assert (cast.chloe.organisation_id, cast.chloe.organisation_confirmed_at) == (regie.id, None)
    assert bruno.send(people(other, cast.bruno), {"act": "rule"}).status_code == 404


def test_an_invitation_makes_a_manager_of_whose_address_it_was_sent_to(
    cast: Cast, browser: Browser, inbox: Inbox, regie: Organisation
) -> None:
    amina = browser(cast.amina)
    for email in ("driss@example.org", "nobody@example.org"):
        assert amina.send(people(regie), {"email": email}).status_code == 303
    mail = inbox.mail()
    assert mail["To"] == "driss@example.org"
    link = link_in(mail)
    assert browser(cast.bruno).get(link).status_code == 404
    driss = browser(cast.driss)
    assert "Régie de Bagnolet" in driss.get(link).text
    assert managers_of(regie) == {cast.amina.id}, "a page that is opened changes nothing"
    assert driss.send(link).location == f"/structures/{regie.id}/reglages"
    assert managers_of(regie) == {cast.amina.id, cast.driss.id}
    assert driss.get(link).status_code == 404
    assert amina.send(people(regie), {"email": "n'importe quoi"}).status_code == 422


def test_what_a_manager_mailed_opens_nothing_once_they_are_none(
    cast: Cast, browser: Browser, inbox: Inbox, regie: Organisation
) -> None:
    browser(cast.amina).send(people(regie), {"email": "driss@example.org"})
    link = link_in(inbox.mail())
    browser(cast.farid).send(people(regie, cast.amina), {"act": "unmanage", "gives_up": "1"})
    assert browser(cast.driss).send(link).status_code == 404
    assert managers_of(regie) == set()


@pytest.mark.parametrize("speaks", [True, False])
def test_who_speaks_for_it_by_an_administrators_word_is_confirmed(
    cast: Cast, browser: Browser, regie: Organisation, speaks: bool
) -> None:
    path = f"/administration/structures/{regie.id}/porte-parole/{cast.chloe.id}"
    browser(cast.farid).send(path, {"speaks": "1"} if speaks else {})
    assert (cast.chloe.organisation_confirmed_at is not None) is speaks


def test_a_closed_account_runs_and_belongs_to_nothing(cast: Cast, regie: Organisation) -> None:
    with atomic():
        erase_member(cast.amina)
    assert db.session.query(OrganisationManager).count() == 0
    assert db.session.query(BelongingRefusal).count() == 0
    assert cast.amina.organisation_confirmed_at is None

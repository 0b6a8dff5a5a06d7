"""B17, and the invitation's page: from the mail to the group by one click."""

import contextvars
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grandequipe.core.events import EventRecord
from grandequipe.core.site_settings import change_site_settings, read_site_settings
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    ban_member,
    invite_address,
    key_of_invitation,
    leave_group,
    withdraw_invitation,
)
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.web.models import FormSubmission
from tests.api.conftest import react_to_all
from tests.conftest import Visitor, new_key
from tests.factories import PASSWORD, Cast, make_member_with_password
from tests.locks import count_held_up, held_up
from tests.members.conftest import Inbox, link_in
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]
NOBODY = "nadia@example.org"
HIDDEN = "/groupes/comite-de-pilotage"
NADIA = {"display_name": "Nadia Haddad", "password": PASSWORD}


def invite(group: Group, email: str, by: Member) -> str:
    """Invite an address; return the path of the page that its mail links to."""
    with atomic():
        sent = invite_address(by, group, email)
    react_to_all()
    return f"/invitations/{key_of_invitation(sent)}"


def state_of(member: Member | None, group: Group) -> MembershipState | None:
    membership = find_membership(member, group)
    return membership.state if membership else None


@pytest.fixture
def path(cast: Cast) -> str:
    """Invite an address without an account to a hidden group; return the path."""
    return invite(cast.hidden, NOBODY, cast.bruno)


def test_who_has_no_account_is_in_the_group_by_one_press(
    cast: Cast, visitor: Visitor, inbox: Inbox
) -> None:
    with atomic():
        invite_address(cast.bruno, cast.hidden, NOBODY)
    react_to_all()
    path = link_in(inbox.mail())
    page = visitor.get(path).text
    for said in ("<bdi>Bruno Castel</bdi> vous invite", "Comité de pilotage", f'value="{NOBODY}"'):
        assert said in page
    joined = visitor.send(path, NADIA)
    assert (joined.status_code, joined.location) == (303, HIDDEN)
    assert "Bienvenue" in visitor.get(HIDDEN).text
    nadia = find_member_by_email(NOBODY)
    assert nadia is not None
    assert (nadia.display_name, nadia.is_confirmed) == ("Nadia Haddad", True)
    assert state_of(nadia, cast.hidden) is MembershipState.ACTIVE
    react_to_all()
    assert inbox.mails() == []
    assert db.session.query(Invitation).count() == 0
    visitor.send("/deconnexion")
    back = visitor.send("/connexion", {"email": NOBODY, "password": PASSWORD})
    assert back.location == "/"


def test_an_invitation_opens_no_account_while_the_site_takes_none(
    cast: Cast, visitor: Visitor, path: str
) -> None:
    for registration, status in (("closed", 403), ("invitation", 303)):
        with atomic():
            change_site_settings(read_site_settings().version, registration=registration)
        assert ("pas de nouveaux comptes" in visitor.get(path).text) == (registration == "closed")
        assert visitor.send(path, NADIA).status_code == status
        assert (find_member_by_email(NOBODY) is not None) == (status == 303)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"display_name": "  ", "password": PASSWORD}, "Indiquez votre nom."),
        ({"display_name": "Nadia", "password": "court"}, "au moins 10"),
        ({"display_name": "www.evil.example", "password": PASSWORD}, "sans adresse"),
        ({"display_name": "Nadia", "password": ""}, "mot de passe"),
    ],
)
def test_name_and_password_are_judged_as_at_registration(
    visitor: Visitor, path: str, typed: dict[str, str], says: str
) -> None:
    refused = visitor.send(path, typed)
    assert (refused.status_code, says in refused.text) == (422, True)
    assert find_member_by_email(NOBODY) is None


def test_it_takes_over_what_a_stranger_registered(
    app: Flask, visitor: Visitor, path: str, cast: Cast
) -> None:
    """A3, by the mail of an invitation."""
    attacker: Any = app.test_client()
    theirs = {"display_name": "Pirate", "email": NOBODY, "password": "un mot de passe volé"}
    attacker.send("/inscription", theirs)
    assert "Pirate" not in visitor.get(path).text
    assert visitor.send(path, NADIA).location == HIDDEN
    assert attacker.send("/connexion", theirs).status_code == 422
    nadia = find_member_by_email(NOBODY)
    assert nadia is not None
    assert nadia.display_name == "Nadia Haddad"


def test_who_has_an_account_and_is_logged_in_joins_by_one_press(cast: Cast, browser: Open) -> None:
    driss = browser(cast.driss)
    path = invite(cast.hidden, "Driss@Example.org", cast.bruno)
    assert "<bdi>Bruno Castel</bdi> vous invite" in driss.get(path).text
    assert driss.send(path).location == HIDDEN
    assert state_of(cast.driss, cast.hidden) is MembershipState.ACTIVE
    assert driss.get(path).location == HIDDEN


def test_who_has_an_account_and_is_logged_out_gives_its_password_and_is_in(
    cast: Cast, app: Flask, visitor: Visitor
) -> None:
    zoe = make_member_with_password("Zoé Martin", email="zoe@example.org", locale="fr")
    path = invite(cast.hidden, zoe.email, cast.bruno)
    page = visitor.get(path).text
    assert 'value="zoe@example.org"' in page
    assert 'name="display_name"' not in page
    wrong = visitor.send(path, {"password": "pas le bon mot de passe"})
    assert wrong.status_code == 422
    assert "ne vont pas ensemble" in wrong.text
    assert "actuel" not in wrong.text
    assert state_of(zoe, cast.hidden) is MembershipState.INVITED
    assert visitor.send(path, {"password": PASSWORD}).location == HIDDEN
    assert visitor.get(HIDDEN).status_code == 200


def test_wrong_passwords_there_are_counted_with_those_of_the_log_in(
    cast: Cast, visitor: Visitor
) -> None:
    zoe = make_member_with_password("Zoé Martin", email="zoe@example.org")
    path = invite(cast.ess, zoe.email, cast.bruno)
    wrong = {"email": zoe.email, "password": "pas le bon mot de passe"}
    for door in (path, "/connexion", path, "/connexion", path):
        assert visitor.send(door, wrong).status_code == 422
    right = {**wrong, "password": PASSWORD}
    assert visitor.send("/connexion", right).status_code == 429
    refused = visitor.send(path, right)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    _before, beside = refused.text.split('id="password-error"')
    assert "Trop de mots de passe faux" in beside.partition("</p>")[0]


def test_who_is_logged_in_under_another_address_reads_both_and_may_accept(
    cast: Cast, browser: Open, path: str
) -> None:
    """B17: nobody has an account with the address invited."""
    driss = browser(cast.driss)
    page = driss.get(path).text
    assert NOBODY in page
    assert "driss@example.org" in page
    assert driss.send(path).location == HIDDEN
    assert state_of(cast.driss, cast.hidden) is MembershipState.ACTIVE
    assert db.session.query(Invitation).count() == 0


def test_who_is_logged_in_under_another_address_may_switch(
    cast: Cast, browser: Open, path: str
) -> None:
    """B17"""
    driss = browser(cast.driss)
    assert driss.send(path, {"switch": "1"}).location == path
    assert driss.get("/reglages").status_code == 303
    assert driss.send(path, NADIA).location == HIDDEN
    assert state_of(cast.driss, cast.hidden) is None


def test_an_invitation_of_an_account_is_accepted_by_that_one_alone(
    cast: Cast, browser: Open
) -> None:
    """B17: a forwarded mail lets nobody accept for another account."""
    zoe = make_member_with_password("Zoé Martin", email="zoe@example.org")
    path = invite(cast.hidden, zoe.email, cast.bruno)
    driss = browser(cast.driss)
    page = driss.get(path).text
    assert zoe.email in page
    assert "driss@example.org" in page
    assert driss.send(path).status_code == 200
    assert state_of(cast.driss, cast.hidden) is None
    assert state_of(zoe, cast.hidden) is MembershipState.INVITED
    driss.send(path, {"switch": "1"})
    assert driss.send(path, {"password": PASSWORD}).location == HIDDEN
    assert state_of(zoe, cast.hidden) is MembershipState.ACTIVE


def ways_to_end(cast: Cast, sent: Invitation) -> dict[str, Callable[[], object]]:
    return {
        "withdrawn": lambda: withdraw_invitation(cast.bruno, sent),
        "sent by who left": lambda: leave_group(cast.bruno, cast.hidden),
    }


@pytest.mark.parametrize("way", ["withdrawn", "sent by who left"])
def test_one_that_is_over_says_so_and_names_no_group(
    cast: Cast, visitor: Visitor, browser: Open, way: str
) -> None:
    with atomic():
        sent = invite_address(cast.bruno, cast.hidden, NOBODY)
    path = f"/invitations/{key_of_invitation(sent)}"
    with atomic():
        ways_to_end(cast, sent)[way]()
    for person in (visitor, browser(cast.driss)):
        for answer in (person.get(path), person.send(path, NADIA)):
            assert answer.status_code == 410
            assert "Cette invitation n’est plus valable" in answer.text
            assert "pilotage" not in answer.text
    assert f"/connexion?next={path}" in visitor.get(path).text
    assert find_member_by_email(NOBODY) is None
    assert browser(cast.chloe).get(path).location == HIDDEN


def test_one_that_is_used_leads_who_accepted_it_to_the_group(
    cast: Cast, app: Flask, visitor: Visitor, path: str
) -> None:
    visitor.send(path, NADIA)
    assert visitor.get(path).location == HIDDEN
    another: Any = app.test_client()
    assert another.send(path, {**NADIA, "display_name": "Une autre"}).status_code == 410


def test_who_sends_it_again_because_the_answer_was_lost_is_led_to_log_in(
    app: Flask, visitor: Visitor, path: str
) -> None:
    """B7: the cookies of the log-in were lost with the answer."""
    form = {**NADIA, "csrf_token": contextvars.Context().run(visitor._token), "form_key": new_key()}
    kept = dict(visitor._cookies)  # type: ignore[arg-type]
    assert visitor.post(path, data=form).location == HIDDEN
    visitor._cookies = kept  # type: ignore[assignment]
    again = visitor.post(path, data=form)
    assert (again.status_code, again.location) == (303, f"/connexion?next={HIDDEN}")
    log_in = {"email": NOBODY, "password": PASSWORD, "next": HIDDEN}
    assert visitor.send("/connexion", log_in).location == HIDDEN


def test_the_key_is_kept_nowhere(cast: Cast, browser: Open, visitor: Visitor, path: str) -> None:
    driss = browser(cast.driss)
    assert driss.send(path, {"switch": "1"}).location == path
    visitor.send("/inscription", {**NADIA, "email": "autre@example.org", "next": path})
    rows = db.session.scalars(select(FormSubmission)).all()
    assert len(rows) == 2
    assert [row.location for row in rows] == [None, None]


def test_who_was_banned_reads_nothing_by_any_mail(
    cast: Cast, browser: Open, visitor: Visitor, path: str
) -> None:
    assert browser(cast.eva).get(path).status_code == 410
    assert browser(cast.eva).send(path).status_code == 410
    zoe = make_member_with_password("Zoé Martin", email="zoe@example.org")
    theirs = invite(cast.hidden, zoe.email, cast.bruno)
    with atomic():
        ban_member(cast.bruno, cast.hidden, zoe, "Hors sujet.")
    assert visitor.get(theirs).status_code == 410
    assert visitor.send(theirs, {"password": PASSWORD}).status_code == 410


def test_who_declined_may_think_again(cast: Cast, browser: Open) -> None:
    driss, path = browser(cast.driss), invite(cast.hidden, "driss@example.org", cast.bruno)
    declined = re.search(r'action="([^"]+/decliner)"', driss.get(path).text)
    assert declined
    assert driss.send(declined[1]).location == "/groupes"
    assert driss.get(HIDDEN).status_code == 404
    page = driss.get(path).text
    assert "/decliner" not in page
    assert driss.send(path).location == HIDDEN


def test_a_key_is_neither_guessed_nor_changed(cast: Cast, visitor: Visitor, path: str) -> None:
    other = invite(cast.ess, NOBODY, cast.bruno)
    key, sign = path.rpartition("/")[2].split(".")
    other_key, other_sign = other.rpartition("/")[2].split(".")
    for wrong in (f"{key}.{other_sign}", f"{other_key}.{sign}", key, "1", "a" * 5000, f"{key}.é"):
        assert visitor.get(f"/invitations/{wrong}").status_code == 404


def test_an_address_that_is_sent_to_no_other_site(cast: Cast, visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_program_that_looks_at_links_accepts_nothing(
    cast: Cast, visitor: Visitor, path: str
) -> None:
    for method in ("get", "head", "options"):
        getattr(visitor, method)(path)
    assert visitor.post(path, data=NADIA).status_code == 400
    assert find_member_by_email(NOBODY) is None
    assert db.session.query(Invitation).count() == 1


def test_two_who_accept_at_once_are_one_member(cast: Cast, app: Flask, path: str) -> None:
    people: list[Any] = [app.test_client(), app.test_client()]
    forms = [{**NADIA, "csrf_token": contextvars.Context().run(person._token)} for person in people]
    with ThreadPoolExecutor(2) as together, held_up("member"):
        sent = [
            together.submit(FlaskClient.open, person, path, method="POST", data=form)
            for person, form in zip(people, forms, strict=True)
        ]
        wait_until(lambda: count_held_up() == 2, "both wait")
        db.session.rollback()
    assert sorted(answer.result().status_code for answer in sent) == [303, 410]
    assert db.session.query(EventRecord).filter_by(kind="member.joined").count() >= 1
    nadia = find_member_by_email(NOBODY)
    assert state_of(nadia, cast.hidden) is MembershipState.ACTIVE
    assert cast.hidden.member_count == 4


def test_an_invitation_by_name_has_no_page_of_its_own(cast: Cast, browser: Open) -> None:
    """It is sent to an account as a notification: no mail has its key."""
    path = invite(cast.hidden, "driss@example.org", cast.bruno)
    db.session.query(Invitation).update({"email": None, "member_id": cast.driss.id})
    db.session.commit()
    assert browser(cast.chloe).get(path).location == HIDDEN
    assert browser(cast.farid).get(path).status_code == 410

"""Joining a group: freely, on request, by invitation."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import invite_member, join_group
from grandequipe.members.models import Member
from tests.api.conftest import react_to_all
from tests.conftest import Visitor
from tests.factories import Cast, make_member

Open = Callable[[Member], Visitor]

PRIVATE = "/groupes/regies-de-quartier"


def state_of(member: Member, group: Group) -> MembershipState | None:
    db.session.expire_all()
    membership = find_membership(member, group)
    return membership.state if membership else None


def test_one_joins_an_open_group_at_once(browser: Open, cast: Cast) -> None:
    before = cast.ess.member_count
    answer = browser(cast.driss).send("/groupes/ess-quartiers/rejoindre")
    assert (answer.status_code, answer.location) == (303, "/groupes/ess-quartiers")
    assert state_of(cast.driss, cast.ess) is MembershipState.ACTIVE
    browser(cast.driss).send("/groupes/ess-quartiers/rejoindre")
    db.session.refresh(cast.ess)
    assert cast.ess.member_count == before + 1


def test_a_visitor_and_a_banned_person_do_not(visitor: Visitor, browser: Open, cast: Cast) -> None:
    assert visitor.send("/groupes/ess-quartiers/rejoindre").location == "/connexion"
    assert browser(cast.eva).send("/groupes/ess-quartiers/rejoindre").status_code == 403
    assert state_of(cast.eva, cast.ess) is MembershipState.BANNED


def test_one_asks_and_a_moderator_accepts(browser: Open, cast: Cast) -> None:
    driss, bruno = browser(cast.driss), browser(cast.bruno)
    assert driss.send(f"{PRIVATE}/rejoindre").location == PRIVATE
    assert state_of(cast.driss, cast.private) is MembershipState.REQUESTED
    assert driss.get("/groupes/regies-de-quartier/membres").status_code == 403

    page = bruno.get("/groupes/regies-de-quartier/membres").text
    path = f"/groupes/regies-de-quartier/demandes/{cast.driss.id}"
    assert path in page
    back = {"answer": "accept", "next": "/groupes/regies-de-quartier/moderation"}
    assert bruno.send(path, back).location == "/groupes/regies-de-quartier/moderation"
    assert driss.get("/groupes/regies-de-quartier/membres").status_code == 200


def test_one_asks_on_the_page_of_the_group_and_takes_it_back_there(
    browser: Open, cast: Cast
) -> None:
    driss = browser(cast.driss)
    assert driss.get(PRIVATE).text.count("Demander à rejoindre") == 1
    assert driss.send(f"{PRIVATE}/rejoindre").location == PRIVATE
    page = driss.get(PRIVATE).text
    assert "Demander à rejoindre" not in page
    assert f'action="{PRIVATE}/quitter"' in page
    assert f'href="{PRIVATE}/demande"' in page
    assert f'name="next" value="{PRIVATE}"' in page
    assert driss.send(f"{PRIVATE}/quitter", {"next": PRIVATE}).location == PRIVATE
    assert state_of(cast.driss, cast.private) is None


def test_one_who_asks_from_the_list_stays_there(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    assert 'name="next" value="/groupes"' in driss.get("/groupes").text
    assert driss.send(f"{PRIVATE}/rejoindre", {"next": "/groupes"}).location == "/groupes"


@pytest.mark.parametrize(
    ("before", "answer", "status", "said"),
    [
        ("accept", "refuse", 409, "est déjà membre"),
        ("accept", "accept", 303, ""),
        ("refuse", "accept", 409, "n’attend plus"),
        ("refuse", "refuse", 409, "n’attend plus"),
        ("take back", "refuse", 409, "n’attend plus"),
    ],
)
def test_who_answers_second_reads_what_is_true(
    browser: Open, cast: Cast, before: str, answer: str, status: int, said: str
) -> None:
    driss, group = browser(cast.driss), "/groupes/regies-de-quartier"
    driss.send(f"{group}/rejoindre")
    path = f"{group}/demandes/{cast.driss.id}"
    if before == "take back":
        driss.send(f"{group}/quitter")
    else:
        browser(cast.amina).send(path, {"answer": before, "reason": "Pas ici."})
    was = state_of(cast.driss, cast.private)
    second = browser(cast.bruno).send(path, {"answer": answer, "reason": "Pas ici."})
    assert second.status_code == status
    assert said in second.text
    assert state_of(cast.driss, cast.private) is was


def test_one_asks_and_a_moderator_refuses(browser: Open, cast: Cast) -> None:
    browser(cast.driss).send("/groupes/regies-de-quartier/rejoindre")
    path = f"/groupes/regies-de-quartier/demandes/{cast.driss.id}"
    assert browser(cast.bruno).send(path, {"answer": "refuse", "reason": "Non."}).status_code == 303
    assert state_of(cast.driss, cast.private) is None
    assert browser(cast.bruno).send(path, {"answer": "accept"}).status_code == 409
    assert state_of(cast.driss, cast.private) is None


def test_only_moderators_answer(browser: Open, cast: Cast) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    path = f"/groupes/regies-de-quartier/demandes/{cast.driss.id}"
    for other in (cast.chloe, cast.driss, cast.eva):
        assert browser(other).send(path, {"answer": "accept"}).status_code == 403
    assert browser(cast.bruno).send(path).status_code == 422
    assert state_of(cast.driss, cast.private) is MembershipState.REQUESTED


def test_a_request_can_be_taken_back(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    driss.send("/groupes/regies-de-quartier/rejoindre")
    assert "/groupes/regies-de-quartier/quitter" in driss.get("/groupes").text
    driss.send("/groupes/regies-de-quartier/quitter")
    assert state_of(cast.driss, cast.private) is None


def test_an_invitation_opens_a_hidden_group(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    assert driss.send("/groupes/comite-de-pilotage/rejoindre").status_code == 404
    sent = browser(cast.bruno).send(
        "/groupes/comite-de-pilotage/invitations", {"email": "DRISS@example.org "}
    )
    assert sent.location == "/groupes/comite-de-pilotage/membres"
    react_to_all()
    assert state_of(cast.driss, cast.hidden) is MembershipState.INVITED
    assert driss.get("/groupes/comite-de-pilotage/membres").status_code == 403
    driss.send("/groupes/comite-de-pilotage/rejoindre")
    assert driss.get("/groupes/comite-de-pilotage/membres").status_code == 200


def test_an_invitation_can_be_declined(browser: Open, cast: Cast) -> None:
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    driss = browser(cast.driss)
    assert driss.send("/groupes/comite-de-pilotage/invitations/decliner").location == "/groupes"
    assert state_of(cast.driss, cast.hidden) is None
    browser(cast.chloe).send("/groupes/ess-quartiers/invitations/decliner")
    assert state_of(cast.chloe, cast.ess) is MembershipState.ACTIVE


def test_the_inviter_does_not_learn_who_has_an_account(browser: Open, cast: Cast) -> None:
    make_member("Gaëlle Petit", email="gaelle@example.org", confirmed_at=None)
    bruno, said = browser(cast.bruno), set()
    for name in ("driss", "eva", "chloe", "gaelle", "nobody"):
        email = f"{name}@example.org"
        answer = bruno.send("/groupes/ess-quartiers/invitations", {"email": email})
        page = bruno.get("/groupes/ess-quartiers/membres").text
        flashed = page[page.index("data-flashes") : page.index("group-header")]
        said.add((answer.status_code, answer.location, flashed.replace(email, "EMAIL")))
    assert len(said) == 1
    react_to_all()
    invited = db.session.query(Membership).filter_by(state=MembershipState.INVITED).all()
    assert [membership.member_id for membership in invited] == [cast.driss.id]
    assert state_of(cast.eva, cast.ess) is MembershipState.BANNED


@pytest.mark.parametrize("typed", ["", "not an address", "\x00", "x" * 3000])
def test_an_odd_address_is_named_and_kept(browser: Open, cast: Cast, typed: str) -> None:
    answer = browser(cast.bruno).send("/groupes/ess-quartiers/invitations", {"email": typed})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_who_may_invite_depends_on_how_one_joins(browser: Open, cast: Cast) -> None:
    asked = {"email": "driss@example.org"}
    assert (
        browser(cast.chloe).send("/groupes/regies-de-quartier/invitations", asked).status_code
        == 403
    )
    assert browser(cast.driss).send("/groupes/ess-quartiers/invitations", asked).status_code == 403
    assert browser(cast.chloe).send("/groupes/ess-quartiers/invitations", asked).status_code == 303

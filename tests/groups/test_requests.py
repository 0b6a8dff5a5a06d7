"""Requests to join: questions, a thread with the moderators, a refusal with its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import JoinRequest, RequestState
from grandequipe.groups.queries import find_latest_request
from grandequipe.groups.services import (
    WelcomeInput,
    ban_member,
    change_welcome,
    join_group,
    publish_charter,
)
from grandequipe.groups.tasks import delete_old_requests
from grandequipe.members.models import Member
from tests.api.conftest import Program, program as program
from tests.conftest import Visitor
from tests.factories import Cast
from tests.members.conftest import Inbox, html_of, text_of
from tests.members.test_closing import close
from tests.notifications.dispatching import run_pending_handlers

Open = Callable[[Member], Visitor]
PRIVATE = "/groupes/regies-de-quartier"
QUESTIONS = ["Qui êtes-vous\u202f?", "Que cherchez-vous\u202f?"]


@pytest.fixture
def asking(cast: Cast) -> Cast:
    """Have the private group ask two questions."""
    with atomic():
        change_welcome(cast.amina, cast.private, WelcomeInput(questions=QUESTIONS))
    return cast


def request_of(member: Member, cast: Cast) -> JoinRequest:
    db.session.expire_all()
    found = find_latest_request(member, cast.private)
    assert found is not None
    return found


def test_who_asks_answers_the_questions_and_moderators_alone_read_it(
    browser: Open, asking: Cast
) -> None:
    driss = browser(asking.driss)
    assert driss.send(f"{PRIVATE}/rejoindre").location == f"{PRIVATE}/rejoindre"
    assert QUESTIONS[1] in driss.get(f"{PRIVATE}/rejoindre").text
    half = {"joining": "1", "answer_1": "Un voisin.", "answer_2": " "}
    again = driss.send(f"{PRIVATE}/rejoindre", half)
    assert again.status_code == 422
    assert "Un voisin." in again.text
    whole = half | {"answer_2": "Un jardin."}
    assert driss.send(f"{PRIVATE}/rejoindre", whole).location == PRIVATE
    assert request_of(asking.driss, asking).answers == [
        [QUESTIONS[0], "Un voisin."],
        [QUESTIONS[1], "Un jardin."],
    ]
    path = f"{PRIVATE}/demandes/{asking.driss.id}"
    for page in (f"{PRIVATE}/moderation", f"{PRIVATE}/membres", path):
        assert "Un jardin." in browser(asking.bruno).get(page).text
    assert "Un jardin." in driss.get(f"{PRIVATE}/demande").text
    assert "Un jardin." not in browser(asking.chloe).get(f"{PRIVATE}/membres").text
    assert browser(asking.chloe).get(path).status_code == 403
    assert browser(asking.chloe).get(f"{PRIVATE}/demande").location == PRIVATE


def test_the_invited_are_asked_nothing(browser: Open, asking: Cast) -> None:
    invite = {"email": "driss@example.org"}
    browser(asking.bruno).send(f"{PRIVATE}/invitations", invite)
    run_pending_handlers()
    assert browser(asking.driss).send(f"{PRIVATE}/rejoindre").location == PRIVATE


def test_a_refusal_has_a_reason_that_is_mailed(browser: Open, cast: Cast, inbox: Inbox) -> None:
    driss, bruno = browser(cast.driss), browser(cast.bruno)
    driss.send(f"{PRIVATE}/rejoindre")
    path = f"{PRIVATE}/demandes/{cast.driss.id}"
    silent = bruno.send(path, {"answer": "refuse"})
    assert silent.status_code == 422
    assert "Dites pourquoi" in silent.text
    reason = "Réservé aux régies.\nÉcrivez-nous <b>d'abord</b>."
    assert bruno.send(path, {"answer": "refuse", "reason": reason}).status_code == 303
    run_pending_handlers()
    mail = next(each for each in inbox.mails() if each["To"] == "driss@example.org")
    assert "Réservé aux régies." in text_of(mail)
    assert "&lt;b&gt;" in html_of(mail)
    assert f"{PRIVATE}/demande" in text_of(mail)
    assert "Réservé aux régies." in driss.get(f"{PRIVATE}/demande").text
    assert request_of(cast.driss, cast).closed_by_id == cast.bruno.id
    # The person may ask again, and a run of the handlers again mails nothing more.
    driss.send(f"{PRIVATE}/rejoindre")
    assert request_of(cast.driss, cast).is_open


def test_a_request_is_talked_about(browser: Open, cast: Cast) -> None:
    driss, bruno = browser(cast.driss), browser(cast.bruno)
    driss.send(f"{PRIVATE}/rejoindre")
    path = f"{PRIVATE}/demandes/{cast.driss.id}"
    assert bruno.send(f"{path}/messages", {"body": " "}).status_code == 422
    asked = bruno.send(f"{path}/messages", {"body": "Quelle régie\u202f?"})
    assert asked.location == f"{path}#messages"
    run_pending_handlers()
    bell = driss.get("/notifications").text
    assert "Bruno Castel" in bell
    assert "Quelle régie" in driss.get(f"{PRIVATE}/demande").text
    answered = driss.send(f"{path}/messages", {"body": "Celle du Parc."})
    assert answered.location == f"{PRIVATE}/demande#messages"
    run_pending_handlers()
    for moderator in (cast.bruno, cast.amina):
        assert "a écrit au sujet de sa demande" in browser(moderator).get("/notifications").text
    assert "Celle du Parc." in browser(cast.amina).get(path).text
    assert browser(cast.chloe).send(f"{path}/messages", {"body": "Moi"}).status_code == 403
    assert bruno.send(path, {"answer": "accept"}).status_code == 303
    late = bruno.send(f"{path}/messages", {"body": "Trop tard, et gardé."})
    assert late.status_code == 409
    assert "Trop tard, et gardé." in late.text


@pytest.mark.parametrize(
    ("way", "state"),
    [
        ("accept", RequestState.ACCEPTED),
        ("ban", RequestState.REFUSED),
        ("cancel", RequestState.CANCELLED),
    ],
)
def test_a_request_ends_with_its_membership(
    browser: Open, cast: Cast, way: str, state: RequestState
) -> None:
    driss, bruno = browser(cast.driss), browser(cast.bruno)
    driss.send(f"{PRIVATE}/rejoindre")
    if way == "accept":
        bruno.send(f"{PRIVATE}/demandes/{cast.driss.id}", {"answer": "accept"})
    elif way == "ban":
        with atomic():
            ban_member(cast.bruno, cast.private, cast.driss, "Insultes.")
    else:
        driss.send(f"{PRIVATE}/quitter")
    assert request_of(cast.driss, cast).state is state


def test_who_was_accepted_has_accepted_the_charter_that_was_shown(
    browser: Open, cast: Cast
) -> None:
    with atomic():
        publish_charter(cast.amina, cast.private, "<p>Respect.</p>")
    form = {"joining": "1", "charter": "1", "accepts": "y"}
    browser(cast.driss).send(f"{PRIVATE}/rejoindre", form)
    browser(cast.bruno).send(f"{PRIVATE}/demandes/{cast.driss.id}", {"answer": "accept"})
    page = browser(cast.driss).get(PRIVATE).text
    assert "Lire la charte et l’accepter" not in page


def test_a_program_answers_too(program: Callable[..., Program], asking: Cast) -> None:
    driss, address = program(asking.driss), "/groups/regies-de-quartier/membership"
    assert "answer_1" in driss.put(address).json["errors"]
    answers = {"answers": ["Un voisin.", "Un jardin."]}
    assert driss.put(address, answers).json == {"state": "requested"}
    refused = {"state": "none", "reason": "Réservé aux régies."}
    path = f"/groups/regies-de-quartier/members/{asking.driss.id}"
    assert program(asking.bruno).patch(path, refused).status_code == 200
    assert request_of(asking.driss, asking).reason == "Réservé aux régies."


def test_requests_are_not_kept_for_ever(cast: Cast) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
        request_of(cast.driss, cast)
    close(cast.driss)
    run_pending_handlers()
    assert db.session.query(JoinRequest).count() == 0
    with atomic():
        db.session.add(
            JoinRequest(
                group_id=cast.private.id,
                member_id=cast.eva.id,
                state=RequestState.REFUSED,
                created_at=clock.now() - timedelta(days=200),
                closed_at=clock.now() - timedelta(days=181),
            )
        )
    delete_old_requests()
    assert db.session.query(JoinRequest).count() == 0

"""What is set while somebody registers is what holds once the webinar is theirs to change."""

from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import SettingsInput
from tests.conftest import Visitor
from tests.factories import Cast
from tests.locks import count_held_up
from tests.waiting import wait_until
from tests.webinars.conftest import MakeWebinar, states_of
from tests.webinars.test_registering import page_of

LOCK = "SELECT FROM webinar WHERE post_id = :id FOR NO KEY UPDATE"
FEWER_EACH = "UPDATE registration_settings SET most_places = 1 WHERE post_id = :id"
CLOSED = "UPDATE registration_settings SET is_open = false WHERE post_id = :id"
ASKED = (
    "INSERT INTO registration_question (post_id, position, kind, label, is_required, created_at)"
    " VALUES (:id, 1, 'text', 'Votre structure ?', true, now())"
)
FEWER = "UPDATE webinar SET capacity = 2 WHERE post_id = :id"


@pytest.fixture(params=["member", "visitor"])
def person(
    request: pytest.FixtureRequest,
    cast: Cast,
    browser: Callable[[Member], Visitor],
    visitor: Visitor,
) -> Visitor:
    """Give the browser of a member, and of a visitor."""
    return visitor if request.param == "visitor" else browser(cast.chloe)


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (FEWER_EACH, 422, "Choisissez une place."),
        (FEWER, 422, "Choisissez entre 1 et 2 places."),
        (CLOSED, 403, "Les inscriptions sont fermées."),
        (ASKED, 422, "Votre structure ?"),
    ],
)
def test_what_changes_while_one_waits_for_the_webinar_holds(
    app: Flask,
    cast: Cast,
    make_webinar: MakeWebinar,
    person: Visitor,
    change: str,
    status: int,
    said: str,
) -> None:
    webinar = make_webinar(capacity=10)
    with atomic():
        services.change_settings(cast.amina, webinar, SettingsInput(most_places=3))
    form = {"mode": "seat", "places": "3", "name": "Nadia Ferrand", "email": "nadia@example.net"}
    post_id, path, answers = webinar.id, page_of(webinar), []
    db.session.rollback()

    def send() -> None:
        with app.app_context():
            answers.append(person.send(path, form))

    waiting = Thread(target=send)
    with db.engine.begin() as connection:
        connection.execute(text(LOCK), {"id": post_id})
        waiting.start()
        wait_until(lambda: count_held_up() == 1, "the request waits for the webinar")
        connection.execute(text(change), {"id": post_id})
    waiting.join()
    (answer,) = answers
    assert answer.status_code == status
    assert said in answer.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert states_of(webinar) == {}

"""Many people at once for fewer places; `make bench` has five hundred for three hundred."""

from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import insert

from grandequipe.core import clock
from grandequipe.core.events import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import Registration, RegistrationInput, RegistrationState
from grandequipe.webinars.queries import count_places
from tests.webinars.conftest import MakeWebinar

PEOPLE, PLACES, AT_ONCE = 100, 60, 10


def _make_people(number: int) -> list[int]:
    with atomic():
        streams = db.session.scalars(
            insert(Stream).returning(Stream.id), [{"last_position": 0}] * number
        ).all()
        rows = [
            {
                "email": f"personne{stream}@example.org",
                "fs_uniquifier": f"personne{stream}",
                "confirmed_at": clock.now(),
                "created_at": clock.now(),
                "stream_id": stream,
                "display_name": f"Personne {stream}",
            }
            for stream in streams
        ]
        return list(db.session.scalars(insert(Member).returning(Member.id), rows))


def test_a_hundred_at_once_get_sixty_places_and_the_others_a_place_in_line_each(
    app: Flask, make_webinar: MakeWebinar
) -> None:
    post_id = make_webinar(capacity=PLACES).id
    people = _make_people(PEOPLE)
    db.session.rollback()
    ready, errors = Barrier(AT_ONCE), []

    def register(member_ids: list[int]) -> None:
        with app.app_context():
            ready.wait()
            for member_id in member_ids:
                try:
                    with atomic():
                        member = db.session.get_one(Member, member_id)
                        webinar = db.session.get_one(Webinar, post_id)
                        services.register(member, webinar, RegistrationInput())
                except Exception as error:
                    errors.append(error)

    threads = [Thread(target=register, args=(people[each::AT_ONCE],)) for each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert count_places([post_id])[post_id] == (PLACES, 0, PEOPLE - PLACES, 0)
    waiting = db.session.query(Registration.line_number).filter_by(
        post_id=post_id, state=RegistrationState.WAITING
    )
    assert len({number for (number,) in waiting}) == PEOPLE - PLACES

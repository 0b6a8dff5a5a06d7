"""Programs of organisers tick who was there, and publish recordings."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar
from grandequipe.webinars.models import Registration, RegistrationInput
from grandequipe.webinars.services import register
from tests.api.conftest import Program
from tests.factories import Cast, make_post

VIDEO = "https://video.example.org/4711"
SRT = "1\n00:00:01,000 --> 00:00:04,000\nBonjour\n"


@pytest.fixture
def ended(cast: Cast) -> Webinar:
    """Have a webinar of Amina's end, to which Chloé was registered."""
    starts_at = clock.now() - timedelta(hours=3)
    with clock.travel(starts_at - timedelta(days=1)):
        post = make_post(
            cast.amina,
            cast.ess,
            Kind.WEBINAR,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
        assert isinstance(post, Webinar)
        with atomic():
            register(cast.chloe, post, RegistrationInput())
    return post


def test_a_recording_has_chapters_and_captions_and_goes_again(
    cast: Cast, ended: Webinar, program: Callable[..., Program]
) -> None:
    amina, visitor, path = program(cast.amina), program(), f"/posts/{ended.id}/recording"
    assert visitor.get(path).status_code == 404
    chapters = [{"at": 0, "title": "Accueil"}, {"at": 3750, "title": "Questions de la salle"}]
    wanted = {"url": VIDEO, "chapters": chapters, "captions": SRT, "transcript": "Bonjour"}
    saved = amina.put(path, wanted)
    assert saved.status_code == 200
    assert saved.json["chapters"] == chapters
    assert saved.json["captions"].startswith("WEBVTT")
    assert visitor.get(path).json == saved.json
    # What is left out goes, but captions stay until they are taken away.
    assert amina.put(path, {"url": VIDEO}).json["captions"] == saved.json["captions"]
    assert amina.put(path, {"url": VIDEO, "captions": ""}).json["captions"] is None
    for wrong, field in (
        ({}, "url"),
        ({"url": VIDEO, "captions": "Bonjour"}, "captions"),
        ({"url": VIDEO, "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ):
        refused = amina.put(path, wrong)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert program(cast.driss).put(path, wanted).status_code == 403
    assert amina.delete(path).status_code == 204
    assert amina.delete(path).status_code == 204
    assert visitor.get(path).status_code == 404


def test_attendance_is_noted_and_taken_back(
    cast: Cast, ended: Webinar, program: Callable[..., Program]
) -> None:
    amina = program(cast.amina)
    registration = db.session.query(Registration).filter_by(post_id=ended.id).one()
    path = f"/posts/{ended.id}/registrations/{registration.id}/attendance"
    noted = amina.put(path)
    assert noted.status_code == 200
    assert noted.json["attended_by"] == "organiser"
    assert amina.delete(path).status_code == 204
    [listed] = amina.get(f"/posts/{ended.id}/registrations").json["items"]
    assert listed["attended_at"] is None
    assert program(cast.chloe).put(path).status_code == 403
    assert amina.put(path.replace(str(registration.id), "999")).status_code == 404
    later = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    with atomic():
        early = register(cast.chloe, later, RegistrationInput()).id
    assert amina.put(f"/posts/{later.id}/registrations/{early}/attendance").status_code == 409

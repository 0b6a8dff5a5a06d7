"""Programs register their members for webinars, and read the lists of organisers."""

from collections.abc import Callable
from typing import Any

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.webinars import services
from grandequipe.webinars.models import QuestionKind, RegistrationQuestion, VisitorInput
from tests.api.conftest import Program
from tests.factories import Cast, make_post
from tests.webinars.conftest import MakeWebinar, make_webinar as make_webinar

TEXT, CHOICE, PLACES = QuestionKind.TEXT, QuestionKind.CHOICE, ["Nord", "Sud"]
OpenProgram = Callable[..., Program]


def test_the_last_seat_goes_to_one_and_then_to_the_next_in_line(
    cast: Cast, program: OpenProgram, make_webinar: MakeWebinar
) -> None:
    path = f"/posts/{make_webinar(capacity=1).id}"
    own = f"{path}/registration"
    chloe, driss, visitor = program(cast.chloe), program(cast.driss), program()
    assert chloe.get(own).status_code == 404
    assert visitor.put(own, {}).status_code == 401
    first, second = chloe.put(own, {"mode": "seat"}), driss.put(own, {})
    assert (first.status_code, first.json["state"], first.json["place"]) == (200, "going", None)
    assert (second.json["state"], second.json["place"]) == ("waiting", 1)
    assert [seats_of(each, path) for each in (chloe, driss, visitor)] == [
        (1, 1, "going"), (1, 1, "waiting"), (1, 1, None),
    ]  # fmt: skip
    assert chloe.delete(own).status_code == 204
    assert chloe.delete(own).status_code == 204
    assert chloe.get(own).json["state"] == "cancelled"
    offered = driss.get(own).json
    assert offered["state"] == "offered"
    assert offered["offer_ends_at"]
    assert driss.put(own, {}).json["state"] == "going"
    assert driss.put(own, {"mode": "replay"}).json["state"] == "replay"


def seats_of(reader: Program, path: str) -> tuple[Any, ...]:
    """Read of a post what concerns its places."""
    shown: dict[str, Any] = reader.get(path).json
    return tuple(shown[name] for name in ("places_taken", "places_waited_for", "my_registration"))


def test_questions_are_listed_answered_and_read_by_organisers(
    cast: Cast, program: OpenProgram, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    with atomic():
        for position, own in enumerate(({"kind": TEXT}, {"kind": CHOICE, "choices": PLACES})):
            values: dict[str, Any] = {"label": "Question", "is_required": True, **own}
            db.session.add(RegistrationQuestion(post_id=webinar.id, position=position, **values))
        visitor = VisitorInput(name="Léa", email="lea@example.org")
    path, chloe = f"/posts/{webinar.id}", program(cast.chloe)
    found = chloe.get(f"{path}/questions").json
    assert (found["most_places"], found["open"]) == (1, True)
    text, choice = (each["id"] for each in found["items"])
    for answers, wrong in (
        ({}, {f"answer_{text}", f"answer_{choice}"}),
        ({str(text): "Oui", str(choice): "Est"}, {f"answer_{choice}"}),
        ({str(text): 12}, {"answers"}),
    ):
        refused = chloe.put(f"{path}/registration", {"answers": answers})
        assert refused.status_code == 422
        assert {name.partition(".")[0] for name in refused.json["errors"]} == wrong
    answers = {str(text): "Oui", str(choice): "Nord"}
    assert chloe.put(f"{path}/registration", {"answers": answers}).json["answers"] == answers
    with atomic():
        db.session.execute(db.delete(RegistrationQuestion))
        services.confirm_registration(services.register_visitor(webinar, visitor))
    assert chloe.get(f"{path}/registrations").status_code == 403
    listed = program(cast.bruno).get(f"{path}/registrations?state=going").json["items"]
    named = {each["name"]: each for each in listed}
    assert named.keys() == {"Chloé Dumas", "Léa"}
    assert named["Chloé Dumas"]["answers"] == answers
    assert named["Chloé Dumas"]["email"] is None
    assert named["Chloé Dumas"]["member"]["id"] == cast.chloe.id
    assert (named["Léa"]["member"], named["Léa"]["email"]) == (None, "lea@example.org")
    first = program(cast.bruno).get(f"{path}/registrations?limit=1").json
    assert len(first["items"]) == 1
    rest = program(cast.bruno).get(f"{path}/registrations?limit=1&cursor={first['next']}").json
    assert {each["name"] for each in (*first["items"], *rest["items"])} == named.keys()


def test_only_webinars_have_registrations(cast: Cast, program: OpenProgram) -> None:
    news = make_post(cast.amina, cast.ess)
    chloe = program(cast.chloe)
    assert chloe.put(f"/posts/{news.id}/registration", {}).status_code == 404
    assert "my_registration" not in chloe.get(f"/posts/{news.id}").json
    assert "room_url" not in chloe.get(f"/posts/{news.id}").json


def test_a_program_writes_where_a_meeting_is_and_for_whom_its_room(
    cast: Cast, program: OpenProgram
) -> None:
    amina, place = program(cast.amina), {
        "venue": "Maison du projet, 3 rue des Lilas", "venue_access": "Plain-pied",
        "venue_map_url": "https://carte.example.org/a", "join_url": "https://visio.example.org/a",
    }  # fmt: skip
    body = {
        "kind": "webinar", "title": "Réunion", "body_html": "<p>Venez.</p>",
        "starts_at": "2049-12-03T14:00:00+01:00", "ends_at": "2049-12-03T15:00:00+01:00",
    }  # fmt: skip
    posts = f"/groups/{cast.ess.slug}/posts"
    made = amina.post(posts, body | place)
    assert made.status_code == 201
    assert {name: made.json[name] for name in place} == place
    assert made.json["join_for"] == "registered"
    path = f"/posts/{made.json['id']}"
    assert amina.patch(path, {"join_for": "members"}).json["join_for"] == "members"
    assert amina.patch(path, {"title": "Rencontre"}).json["join_for"] == "members"
    assert amina.patch(path, {"join_for": "friends"}).status_code == 422
    wrong = amina.patch(path, {"venue": ""})
    assert (wrong.status_code, wrong.json["errors"].keys()) == (422, {"venue"})

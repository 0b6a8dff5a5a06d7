"""The form of a webinar asks for whom its room is and where people meet."""

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import JoinFor, Post
from tests.feed.conftest import main_of, wrong_fields

ROOM = "https://visio.example.org/salle?a=1&b=2"
PLACE = {
    "venue": "Maison du projet, 3 rue des Lilas",
    "venue_access": "Plain-pied",
    "venue_map_url": "carte.example.org/a",
}
TYPED = {
    "title": "Réunion", "body_html": "Venez.", "body_format": "text",
    "starts_at": "2049-12-03T14:00", "ends_at": "2049-12-03T15:00", "time_zone": "Europe/Paris",
    "join_url": ROOM,
}  # fmt: skip
PUBLISH = "/groupes/ess-quartiers/publier/webinaire"
WARNING = "contient l’adresse de la salle"


def the_post() -> Post:
    """Read the only post."""
    db.session.rollback()
    return db.session.query(Post).one()


def test_a_meeting_has_a_room_and_a_place(cast, browser, visitor):
    amina = browser(cast.amina)
    assert amina.send(PUBLISH, {**TYPED, **PLACE, "join_for": "members"}).status_code == 303
    post = the_post()
    assert (post.join_for, post.venue_map_url) == (JoinFor.MEMBERS, "https://carte.example.org/a")
    page = main_of(visitor.get(f"/publications/{post.id}").text)
    for each in (PLACE["venue"], PLACE["venue_access"], "https://carte.example.org/a"):
        assert each in page
    assert "Les membres du groupe" in page
    form = amina.get(f"/publications/{post.id}/modifier").text
    assert ROOM.replace("&", "&amp;") in form
    assert 'value="members" checked' in form.replace("\n", "").replace("        ", " ")


def test_a_map_or_access_without_a_place_is_asked_for_it(cast, browser):
    amina = browser(cast.amina)
    for name in ("venue_access", "venue_map_url"):
        refused = amina.send(PUBLISH, {**TYPED, name: PLACE[name]})
        assert refused.status_code == 422
        assert wrong_fields(refused.text) == {"venue"}
        assert PLACE[name] in refused.text


def test_what_says_nothing_of_the_readers_of_a_room_leaves_them(cast, browser):
    """Such as a form that was opened before it asked."""
    amina = browser(cast.amina)
    amina.send(PUBLISH, TYPED)
    post = the_post()
    assert post.join_for is JoinFor.REGISTERED
    with atomic():
        post.join_for = JoinFor.EVERYONE
    amina.send(f"/publications/{post.id}/modifier", {**TYPED, "title": "Autre"})
    post = the_post()
    assert (post.title, post.join_for) == ("Autre", JoinFor.EVERYONE)


def test_an_address_in_the_text_is_the_author_s_own_business(cast, browser):
    amina = browser(cast.amina)
    said = {**TYPED, "body_html": f"Venez sur {ROOM.removeprefix('https://')} !"}
    for typed, is_warned in ((TYPED, False), (said, True)):
        assert (WARNING in amina.send(PUBLISH, {**typed, "preview": "1"}).text) is is_warned
        address = amina.send(PUBLISH, typed).location
        assert (WARNING in amina.get(address).text) is is_warned

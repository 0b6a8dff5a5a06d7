"""Posts in the name of an organisation: written, shown, followed, merged, read by programs."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import LabelFollow, PlacementLabel, Post
from grandequipe.members.models import Member, Organisation
from grandequipe.members.services.organisations import merge_organisations
from tests.api.conftest import program as program
from tests.conftest import Visitor
from tests.factories import Cast, make_group, make_post
from tests.feed.conftest import cards
from tests.organisations.conftest import make_organisation

Browser = Callable[[Member], Visitor]
NEWS = "/groupes/ess-quartiers/publier/actualite"
WORDS = {"title": "Un chantier ouvre", "body_html": "<p>Lundi.</p>"}
IN_ITS_NAME = "au nom de"


def test_only_its_own_write_in_its_name_and_what_they_wrote_stays(
    cast: Cast, browser: Browser, visitor: Visitor, regie: Organisation
) -> None:
    amina, chloe = browser(cast.amina), browser(cast.chloe)
    words = WORDS | {"organisation_id": str(regie.id)}
    assert chloe.send(NEWS, words).status_code == 422, "she is not confirmed"
    assert "organisation_id" not in chloe.get(NEWS).text
    people = f"/structures/{regie.id}/reglages/personnes/{cast.chloe.id}"
    amina.send(people, {"act": "confirm"})
    assert "Régie de Bagnolet" in chloe.get(NEWS).text
    written = chloe.send(NEWS, words)
    assert written.status_code == 303
    post = db.session.query(Post).one()
    assert post.organisation_id == regie.id
    for page in (f"/publications/{post.id}", "/groupes/ess-quartiers", f"/structures/{regie.id}"):
        assert IN_ITS_NAME in visitor.get(page).text, page
    amina.send(people, {"act": "refuse"})
    assert chloe.send(NEWS, words).status_code == 422
    changed = chloe.send(
        f"/publications/{post.id}/modifier", words | {"title": "Un autre", "seen": "0"}
    )
    assert changed.status_code == 303
    assert (post.organisation_id, post.title) == (regie.id, "Un autre")
    chloe.send(f"/publications/{post.id}/modifier", WORDS | {"organisation_id": ""})
    assert post.organisation_id is None
    assert db.session.query(PlacementLabel).count() == 0


def test_its_followers_have_its_public_posts_at_home_and_see_why(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    elsewhere, driss = make_group(cast.amina, "Ailleurs"), browser(cast.driss)
    path = f"/structures/{regie.id}/suivre"
    assert driss.send(path, {"add": "1"}).status_code == 303
    assert "1 abonné" in driss.get(f"/structures/{regie.id}").text
    post = make_post(cast.amina, elsewhere, organisation_id=regie.id)
    make_post(cast.amina, elsewhere)
    home = driss.get("/").text
    assert cards(home) == [post.id]
    assert "Parce que vous suivez" in home
    assert "Régie de Bagnolet" in driss.get("/reglages/suivis").text
    driss.send(path, {"take_back": "1"})
    assert cards(driss.get("/").text) == []


def test_a_double_gives_up_its_posts_and_followers_to_the_one_that_is_kept(
    cast: Cast, browser: Browser, visitor: Visitor, regie: Organisation
) -> None:
    double = make_organisation("Regie Bagnolet", cast.bruno)
    for member in (cast.driss, cast.chloe):
        browser(member).send(f"/structures/{double.id}/suivre", {"add": "1"})
    browser(cast.chloe).send(f"/structures/{regie.id}/suivre", {"add": "1"})
    post = make_post(cast.bruno, cast.ess, organisation_id=double.id)
    with atomic():
        merge_organisations(cast.farid, double, regie)
    assert cards(visitor.get(f"/structures/{regie.id}").text) == [post.id]
    follows = db.session.query(LabelFollow.member_id, LabelFollow.label).all()
    key = f"O{regie.id}"
    assert set(follows) == {(cast.driss.id, key), (cast.chloe.id, key)}
    with atomic():
        again = make_post(cast.bruno, cast.ess, organisation_id=double.id)
    assert again.organisation_id == regie.id, "a draft that names the double is of the kept one"


@pytest.mark.usefixtures("taxonomies")
def test_programs_find_organisations_and_write_in_their_name(cast, program, regie):
    amina, chloe = program(cast.amina), program(cast.chloe)
    found = amina.get("/organisations?q=régie").json["items"]
    assert [(each["id"], each["name"]) for each in found] == [(regie.id, "Régie de Bagnolet")]
    assert amina.get("/organisations?territory=C93006").json["items"] == []
    assert amina.get("/organisations?territory=rien").status_code == 422
    assert amina.get(f"/organisations/{regie.id}").json["website"] == regie.website
    assert amina.get("/organisations/987654").status_code == 404
    body = WORDS | {"kind": "news", "organisation": regie.id}
    assert chloe.post("/groups/ess-quartiers/posts", body).status_code == 422
    made = amina.post("/groups/ess-quartiers/posts", body)
    assert made.json["organisation"] == {"id": regie.id, "name": "Régie de Bagnolet"}
    kept = amina.patch(f"/posts/{made.json['id']}", {"title": "Autre"})
    assert kept.json["organisation"]["id"] == regie.id
    emptied = amina.patch(f"/posts/{made.json['id']}", {"organisation": None})
    assert emptied.json["organisation"] is None

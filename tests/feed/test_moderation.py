"""Scenes in a group where a moderator reads first."""

import re

import pytest

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus, Post
from grandequipe.feed.services import approve_post, edit_post
from grandequipe.groups.services import join_group
from tests.factories import draft_of, make_post
from tests.feed.conftest import cards
from tests.web.reading import sentences_of

ADS = "/groupes/petites-annonces"


def test_a_member_s_post_waits_and_a_moderator_s_does_not(cast, browser, visitor):
    typed = {"title": "Prête perceuse", "body_html": "Le soir."}
    form = browser(cast.chloe).get(f"{ADS}/publier/actualite").text
    assert form != browser(cast.bruno).get(f"{ADS}/publier/actualite").text
    chloe = browser(cast.chloe)
    address = chloe.send(f"{ADS}/publier/actualite", typed).headers["Location"]
    assert chloe.get(address).status_code == 200
    assert visitor.get(address).status_code == 404
    assert cards(visitor.get(ADS).text) == []
    published = browser(cast.bruno).send(f"{ADS}/publier/actualite", typed).headers["Location"]
    assert visitor.get(published).status_code == 200


def test_moderators_find_what_waits(cast, browser, visitor):
    post = make_post(cast.chloe, cast.moderated, title="Prête perceuse")
    page = browser(cast.bruno).get(f"{ADS}/moderation").text
    assert "Prête perceuse" in page
    assert f"/publications/{post.id}/publier" in page
    assert f"/publications/{post.id}/refuser" in page
    assert browser(cast.farid).get(f"{ADS}/moderation").status_code == 200
    for member in (cast.chloe, cast.driss, cast.eva):
        assert browser(member).get(f"{ADS}/moderation").status_code == 403
    assert visitor.get(f"{ADS}/moderation").status_code == 303


def test_many_posts_wait_in_parts_the_oldest_first(cast, browser):
    """As many as a page of any list, whatever waits: a moderator's page stays light."""
    posts = [make_post(cast.chloe, cast.moderated, title=f"Annonce {n}") for n in range(23)]
    bruno = browser(cast.bruno)
    page = bruno.get(f"{ADS}/moderation").text
    assert approvals(page) == [post.id for post in posts[:20]]
    (further,) = re.findall(rf'href="({ADS}/moderation\?posts=[^"#]+)#pending-title"', page)
    assert approvals(bruno.get(further).text) == [post.id for post in posts[20:]]
    assert 'rel="next"' not in bruno.get(further).text
    assert bruno.get(f"{ADS}/moderation?posts=rien").status_code == 422


def approvals(page: str) -> list[int]:
    """Read which posts a moderator is asked about, in their order."""
    return [int(id) for id in re.findall(r'action="/publications/(\d+)/publier"', page)]


def test_who_asks_to_join_waits_on_the_same_page(cast, browser):
    with atomic():
        join_group(cast.driss, cast.private)
    page = browser(cast.bruno).get(f"/groupes/{cast.private.slug}/moderation").text
    assert "Driss Amrani" in page
    assert f"/groupes/{cast.private.slug}/demandes/{cast.driss.id}" in page


@pytest.mark.parametrize(
    ("word", "status"),
    [("publier", PlacementStatus.PUBLISHED), ("refuser", PlacementStatus.REFUSED)],
)
def test_moderators_and_nobody_else_decide(word, status, cast, browser, visitor):
    post = make_post(cast.chloe, cast.moderated)
    address = f"/publications/{post.id}/{word}"
    assert browser(cast.chloe).send(address).status_code == 403
    for member in (cast.driss, cast.eva):
        assert browser(member).send(address).status_code == 404
    assert "/connexion" in visitor.send(address).headers["Location"]
    assert db.session.get(Post, post.id).placements[0].is_pending
    form = {"read": post.text_version, "reason": "Déjà annoncé."}
    answer = browser(cast.bruno).send(address, form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADS}/moderation")
    assert db.session.get(Post, post.id).placements[0].status is status
    assert browser(cast.chloe).send(address).status_code in (403, 404)
    found = 200 if status is PlacementStatus.PUBLISHED else 404
    assert visitor.get(f"/publications/{post.id}").status_code == found
    assert browser(cast.bruno).send(address, form).status_code in (404, 409)


def test_the_page_of_what_waits_offers_the_decision_to_moderators(cast, browser):
    post = make_post(cast.chloe, cast.moderated)
    address = f"/publications/{post.id}"
    assert f"{address}/refuser" in browser(cast.bruno).get(address).text
    assert f"{address}/refuser" not in browser(cast.chloe).get(address).text
    assert f"{address}/commentaires" not in browser(cast.chloe).get(address).text


def test_nothing_waits_in_a_group_that_is_quiet(cast, browser):
    page = browser(cast.bruno).get("/groupes/ess-quartiers/moderation")
    assert page.status_code == 200
    assert cards(page.text) == []


def test_who_changes_a_post_while_it_is_approved_proposes_the_change(app, cast):
    post = make_post(cast.chloe, cast.moderated)
    assert post.placements[0].is_pending
    with app.app_context(), atomic():
        elsewhere = db.session.get_one(Post, post.id)
        approve_post(cast.bruno, elsewhere, elsewhere.text_version)
    with atomic():
        proposal = edit_post(cast.chloe, post, draft_of(title="Prête scie"))
    assert (proposal.post_input.title, post.placements[0].status) == (
        "Prête scie",
        PlacementStatus.PUBLISHED,
    )
    assert post.title != "Prête scie", "the group reads what was approved"
    event_records = db.session.query(EventRecord).filter_by(stream_id=cast.moderated.stream_id)
    assert event_records.order_by(EventRecord.position.desc()).first().kind == "post.published"


def test_a_moderator_publishes_what_they_read_and_nothing_else(cast, browser, visitor):
    post = make_post(cast.chloe, cast.moderated, title="Gentil titre")
    bruno = browser(cast.bruno)
    read = re.search(r'name="read" value="([^"]+)"', bruno.get(f"{ADS}/moderation").text)[1]
    with atomic():
        edit_post(cast.chloe, post, draft_of(title="Tout autre chose"))
    answer = bruno.send(f"/publications/{post.id}/publier", {"read": read})
    assert answer.status_code == 409
    assert visitor.get(f"/publications/{post.id}").status_code == 404
    page = bruno.get(f"{ADS}/moderation").text
    assert "Tout autre chose" in page
    again = re.search(r'name="read" value="([^"]+)"', page)[1]
    assert bruno.send(f"/publications/{post.id}/publier", {"read": again}).status_code == 303
    assert "Tout autre chose" in visitor.get(f"/publications/{post.id}").text


def test_each_answer_to_what_waits_names_its_post(cast, browser):
    titles = ("Prête perceuse", "Cherche échelle")
    for title in titles:
        make_post(cast.chloe, cast.moderated, title=title)
    page = browser(cast.bruno).get(f"{ADS}/moderation").text
    for title in titles:
        for word, more in (("Publier", ""), ("Refuser", "…")):
            assert f'aria-label="{word} «\u00a0{title}\u00a0»{more}"' in page


def test_lifting_a_ban_names_its_member(cast, browser):
    page = browser(cast.amina).get("/groupes/ess-quartiers/membres").text
    assert 'aria-label="Lever l’exclusion\u00a0: Eva Moreau"' in page


def test_the_number_beside_moderation_says_what_it_counts(cast, browser):
    make_post(cast.chloe, cast.moderated)
    page = browser(cast.bruno).get(ADS).text
    assert '<span class="count">1<span class="visually-hidden"> en attente</span></span>' in page


def test_a_title_that_quotes_is_quoted_with_inner_marks(cast, browser):
    post = make_post(cast.chloe, cast.moderated, title="«\u00a0Demain\u00a0» a dix ans")
    bruno = browser(cast.bruno)
    page = bruno.get(f"{ADS}/moderation").text
    assert "Refuser «\u00a0“Demain” a dix ans\u00a0»…" in page
    bruno.send(f"/publications/{post.id}/refuser", {"reason": "Déjà annoncé."})
    assert "«\u00a0“Demain” a dix ans\u00a0» n’est pas publié" in sentences_of(bruno.get("/").text)

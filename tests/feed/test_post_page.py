"""Scenes at a post's own page."""

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, PlacementStatus, Post
from grandequipe.feed.services import edit_post
from grandequipe.groups.services import leave_group
from tests.factories import draft_of, make_post
from tests.feed.conftest import main_of

OTHERS = ["driss", "eva", "visitor"]


def reader(name, cast, browser, visitor):
    """Open the browser of someone of the cast, or of a visitor."""
    return visitor if name == "visitor" else browser(getattr(cast, name))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_post_of_each_kind_is_read(kind, cast, visitor):
    post = make_post(cast.chloe, cast.ess, kind, title="Ce qu’on apprend")
    page = visitor.get(f"/publications/{post.id}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    for said in ("Ce qu’on apprend", "Quelques mots.", "Chloé Dumas", "ESS Quartiers"):
        assert said in main_of(page.text)
    assert 'name="body_html"' not in page.text


@pytest.mark.parametrize("name", OTHERS)
def test_what_one_may_not_see_is_not_found(name, cast, browser, visitor):
    other = reader(name, cast, browser, visitor)
    for post in (
        make_post(cast.amina, cast.private),
        make_post(cast.amina, cast.hidden),
        make_post(cast.chloe, cast.moderated),
    ):
        assert browser(cast.chloe).get(f"/publications/{post.id}").status_code == 200
        assert other.get(f"/publications/{post.id}").status_code == 404
    unknown = other.get("/publications/999999").text
    private = other.get(f"/publications/{post.id}").text
    # But for the way back, after logging in, to what was asked for.
    assert main_of(unknown).replace("999999", str(post.id)) == main_of(private)


def test_who_left_a_private_group_finds_nothing(cast, browser):
    post = make_post(cast.chloe, cast.private)
    chloe = browser(cast.chloe)
    assert chloe.get(f"/publications/{post.id}").status_code == 200
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert chloe.get(f"/publications/{post.id}").status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "x"])
def test_a_number_that_is_no_post_is_not_found(number, visitor):
    assert visitor.get(f"/publications/{number}").status_code == 404


def test_the_page_offers_what_the_policies_allow(cast, browser, visitor):
    post = make_post(cast.chloe, cast.ess)
    address = f"/publications/{post.id}"

    def offers(client):
        page = main_of(client.get(address).text)
        words = ("modifier", "supprimer", "retirer", "commentaires")
        return {word for word in words if f'{post.id}/{word}"' in page}

    assert offers(browser(cast.chloe)) == {"modifier", "supprimer", "commentaires"}
    assert offers(browser(cast.bruno)) == {"modifier", "retirer", "commentaires"}
    assert offers(browser(cast.driss)) == offers(browser(cast.eva)) == offers(visitor) == set()


@pytest.mark.parametrize("name", [*OTHERS, "farid"])
def test_a_post_is_removed_by_its_author_and_moderators(name, cast, browser, visitor):
    post = make_post(cast.chloe, cast.ess)
    other = reader(name, cast, browser, visitor)
    answer = other.send(f"/publications/{post.id}/supprimer")
    if name == "farid":
        assert answer.status_code == 303
        return
    assert answer.status_code == (303 if name == "visitor" else 403)
    assert db.session.get(Post, post.id).placements[0].status is PlacementStatus.PUBLISHED
    chloe = browser(cast.chloe)
    answer = chloe.send(f"/publications/{post.id}/supprimer")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/groupes/ess-quartiers")
    assert "flash-success" in chloe.get("/groupes/ess-quartiers").text
    assert chloe.get(f"/publications/{post.id}").status_code == 404
    assert visitor.get(f"/publications/{post.id}").status_code == 404


def test_a_change_is_said(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    before = main_of(browser(cast.driss).get(f"/publications/{post.id}").text)
    with atomic():
        edit_post(cast.chloe, post, draft_of(title="Mieux dit"))
    after = main_of(browser(cast.driss).get(f"/publications/{post.id}").text)
    assert "Mieux dit" in after
    assert after.count("data-relative") == before.count("data-relative") + 1


def test_a_link_to_elsewhere_is_an_outside_link_only(cast, browser):
    link = "https://carte.example/plan?x=1&y=2"
    post = make_post(cast.chloe, cast.ess, Kind.WEBINAR, venue="Maison", venue_map_url=link)
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    outside = 'rel="noopener noreferrer nofollow"'
    assert f'href="{link.replace("&", "&amp;")}" {outside}' in page


def test_a_post_s_article_is_named_by_its_title(cast, visitor):
    post = make_post(cast.amina, cast.ess)
    page = visitor.get(f"/publications/{post.id}").text
    assert f'<article class="post" aria-labelledby="post-{post.id}-title">' in page

"""Scenes at the page of the search, with scripts and without."""

import re

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from grandequipe.taxonomies.models import Theme
from tests.factories import make_comment, make_post

FRAGMENT = {"HX-Request": "true"}


def lines(page):
    """Read where the hits of a page lead to."""
    return re.findall(r'<h2 class="found-title"><a href="([^"]+)"', page)


def main_of(page):
    return page[page.index("<main") : page.index("</main>")]


def test_what_is_found_is_marked_and_leads_there(cast, browser):
    post = make_post(
        cast.amina, cast.ess, title="Évaluation d’impact", body_html="<p>&lt;b&gt; évaluer</p>"
    )
    comment = make_comment(cast.bruno, post, "Quelles évaluations")
    page = browser(cast.chloe).get("/recherche?q=évaluation").text
    assert lines(page) == [
        f"/publications/{post.id}", f"/publications/{post.id}#comment-{comment.id}",
    ]  # fmt: skip
    assert "<mark>Évaluation</mark> d’impact" in page
    assert "b <mark>évaluer</mark>" in page
    assert "2\u00a0résultats" in page or "2 résultats" in page


def test_chips_are_taken_back_singly(cast, visitor):
    make_post(cast.amina, cast.ess, Kind.RESOURCE, title="Un guide", url="https://example.org/")
    make_post(cast.amina, cast.ess, title="Un autre guide")
    address = f"/recherche?q=guide&genre=ressource&groupe={cast.ess.slug}"
    page = main_of(visitor.get(address).text).replace("&amp;", "&")
    assert len(lines(page)) == 1
    for left in ("genre=ressource", f"groupe={cast.ess.slug}"):
        assert f'href="/recherche?q=guide&{left}"' in page
    assert len(lines(visitor.get(f"/recherche?q=guide&groupe={cast.ess.slug}").text)) == 2


def test_facets_come_after_the_hits_or_with_the_page_without_scripts(cast, visitor):
    make_post(cast.amina, cast.ess, Kind.RESOURCE, title="Un guide", url="https://example.org/")
    page = visitor.get("/recherche?q=guide").text
    assert 'hx-get="/recherche/facettes?q=guide"' in page
    assert 'id="filters"' not in page
    fragment = visitor.get("/recherche/facettes?q=guide", headers=FRAGMENT).text
    assert 'href="/recherche?q=guide&amp;genre=ressource"' in fragment
    assert "<html" not in fragment
    moved = visitor.get("/recherche/facettes?q=guide")
    assert moved.headers["Location"] == "/recherche?q=guide&affiner=1"
    assert 'id="filters"' in visitor.get("/recherche?q=guide&affiner=1").text


def test_a_typing_error_is_said_with_the_way_back(cast, visitor):
    post = make_post(cast.amina, cast.ess, title="Évaluation")
    page = visitor.get("/recherche?q=evalutaion").text
    assert lines(page) == [f"/publications/{post.id}"]
    assert "Résultats pour" in page
    assert 'href="/recherche?q=evalutaion&amp;exact=1"' in page
    literal = visitor.get("/recherche?q=evalutaion&exact=1").text
    assert lines(literal) == []
    assert "Rien trouvé" in literal


def test_pages_follow_each_other_and_a_wrong_cursor_begins_anew(cast, visitor):
    for number in range(23):
        make_post(cast.amina, cast.ess, title=f"Chantier {number}")
    for order in ("", "&tri=recentes"):
        first = visitor.get(f"/recherche?q=chantier{order}").text
        following = re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
        assert len(set(lines(first) + lines(visitor.get(following).text))) == 23
        moved = visitor.get(f"/recherche?q=chantier{order}&cursor=xyz")
        assert (moved.status_code, moved.headers["Location"]) == (
            302,
            f"/recherche?q=chantier{order}",
        )


@pytest.mark.usefixtures("taxonomies")
def test_themes_and_territories_are_found_by_name(cast, visitor):
    assert 'href="/thematiques/sante"' in main_of(visitor.get("/recherche?q=santé").text)
    assert "/territoires/C93006" in main_of(
        visitor.get("/recherche?q=bagnolet&type=territoires").text
    )
    english = {"Accept-Language": "en"}
    assert "Health" in main_of(visitor.get("/recherche?q=health", headers=english).text)
    with atomic():
        assert Theme.query.count() == 2
    post = make_post(
        cast.amina, cast.ess, title="Un jardin", themes=["sante"], territories=["C93006"]
    )
    for word in (
        "theme=sante",
        "territoire=R11",
        "territoire=D93",
        f"annee={post.created_at.year}",
    ):
        assert lines(visitor.get(f"/recherche?q=jardin&{word}").text) == [
            f"/publications/{post.id}"
        ]
    assert lines(visitor.get("/recherche?q=jardin&theme=emploi").text) == []


def test_what_is_too_long_is_said_and_kept(cast, visitor):
    assert visitor.get(f"/recherche?q={'a' * 8000}").status_code == 414
    answer = visitor.get(f"/recherche?q={'a' * 2000}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "a" * 300 in answer.text
    assert visitor.get("/recherche/suggestions?q=" + "a" * 2000).json == []


@pytest.mark.parametrize(
    "odd", ["%00", "*", "-", "%22", "%27%3B", "%ED%A0%BD", ".*(a%7Cb)%2B$", "(((("]
)
def test_odd_addresses_are_pages(cast, visitor, odd):
    for name in (
        "q",
        "type",
        "genre",
        "theme",
        "territoire",
        "groupe",
        "auteur",
        "annee",
        "cursor",
    ):
        assert visitor.get(f"/recherche?q=x&{name}={odd}").status_code in (200, 302)
    assert visitor.get(f"/recherche/suggestions?q={odd}").status_code == 200


def test_suggestions_say_where_they_lead(cast, browser, visitor):
    make_post(cast.amina, cast.private, title="Participer ensemble")
    shown = browser(cast.chloe).get("/recherche/suggestions?q=particip").json
    assert [(each["label"], each["group"]) for each in shown] == [
        ("Participer ensemble", "Actualité")
    ]
    assert visitor.get("/recherche/suggestions?q=particip").json == []


def test_every_page_has_the_box(cast, visitor):
    page = visitor.get("/groupes").text
    assert 'class="header-search" method="get" action="/recherche"' in page
    assert 'class="bottom-link" href="/recherche"' in page

"""Scenes at territories as places: their pages, what is near a member, and the map."""

import re

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.queries import territories as places
from grandequipe.groups.models import Visibility
from grandequipe.members.models import Organisation
from grandequipe.taxonomies.services import (
    Neighbourhood,
    import_neighbourhoods,
    load_territories,
)
from tests.factories import make_group, make_post
from tests.feed.conftest import cards, main_of

FRANCE = (
    ("R11", "region", "Île-de-France", None, None),
    ("R04", "region", "La Réunion", None, None),
    ("D93", "department", "Seine-Saint-Denis", "R11", "93"),
    ("D75", "department", "Paris", "R11", "75"),
    ("D974", "department", "La Réunion", "R04", "974"),
    ("C93006", "municipality", "Bagnolet", "D93", "93"),
    ("C93048", "municipality", "Montreuil", "D93", "93"),
    ("C93066", "municipality", "Saint-Denis", "D93", "93"),
)
QPV = (
    Neighbourhood("QN09301M", "La Capsulerie", ("C93006",)),
    Neighbourhood("QN09302M", "La Noue", ("C93048", "C93006")),
)


@pytest.fixture(autouse=True)
def france(app):
    """Know a little of France, and two QPV."""
    with atomic():
        load_territories(FRANCE)
        import_neighbourhoods(QPV)


@pytest.fixture
def hidden(cast):
    """Give a private group in which Chloé is not."""
    return make_group(cast.driss, "Ailleurs, privé", visibility=Visibility.PRIVATE)


def links(page, *, within="main"):
    """Read where the links of a page lead, without its frame."""
    return re.findall(r'href="([^"]+)"', main_of(page))


def test_a_page_leads_to_what_is_above_and_what_is_within(cast, visitor, hidden):
    make_post(cast.amina, cast.ess, territories=["C93006"])
    make_post(cast.driss, hidden, territories=["C93066"])
    region = links(visitor.get("/territoires/R11").text)
    assert {"/territoires/D93", "/territoires/D75"} <= set(region)
    department = links(visitor.get("/territoires/D93").text)
    assert {"/territoires/R11", "/territoires/C93006", "/territoires/QN09302M"} <= set(department)
    assert "/territoires/C93048" not in department, "it has no posts"
    assert "/territoires/C93066" not in department, "its posts are not this reader's"
    town = links(visitor.get("/territoires/C93006").text)
    assert {"/territoires/QN09301M", "/territoires/QN09302M", "/territoires/D93"} <= set(town)
    qpv = links(visitor.get("/territoires/QN09302M").text)
    assert {"/territoires/C93048", "/territoires/C93006", "/territoires/R11"} <= set(qpv)


def test_an_empty_page_leads_to_the_nearest_that_has_something(cast, visitor, browser, hidden):
    make_post(cast.amina, cast.ess, territories=["D93"])
    make_post(cast.driss, hidden, territories=["C93006"])
    page = main_of(visitor.get("/territoires/QN09301M").text)
    assert "La Capsulerie (QPV, Bagnolet)</span> : rien encore" in page.replace("\xa0", " ")
    assert "Voir : Seine-Saint-Denis (département)" in page.replace("\xa0", " ")
    own = main_of(browser(cast.driss).get("/territoires/QN09301M").text).replace("\xa0", " ")
    assert "Voir : Bagnolet (93)" in own
    assert "Voir tous les territoires" in main_of(visitor.get("/territoires/D974").text)


def test_a_former_qpv_says_so_and_keeps_its_posts(cast, visitor):
    post = make_post(cast.amina, cast.ess, territories=["QN09301M"])
    with atomic():
        import_neighbourhoods(QPV[1:])
    page = visitor.get("/territoires/QN09301M").text
    assert "plus dans la liste officielle" in page
    assert cards(page) == [post.id]
    assert "/territoires/QN09301M" not in links(visitor.get("/territoires/C93006").text)


def test_any_territory_is_found_from_the_page_of_all(visitor):
    assert {"/territoires/R11", "/territoires/R04", "/territoires/carte"} <= set(
        links(visitor.get("/territoires").text)
    )
    found = links(visitor.get("/territoires?q=noue+bagnolet").text)
    assert "/territoires/QN09302M" in found
    for typed in ("zzz", "%", "a" * 500, "x%00y", "[("):
        answer = visitor.get(f"/territoires?q={typed}")
        assert answer.status_code == 200, typed
        assert "Aucun territoire ne porte ce nom" in answer.text, typed


def test_what_is_near_goes_from_the_town_to_the_region_and_shows_each_post_once(
    cast, browser, hidden
):
    chloe = browser(cast.chloe)
    assert "Nous ne savons pas où vous agissez" in chloe.get("/territoires/pres-de-chez-moi").text
    wide = make_post(cast.amina, cast.ess, territories=["D75"])
    middle = make_post(cast.amina, cast.ess, territories=["C93048"])
    close = make_post(cast.amina, cast.ess, territories=["C93006"])
    make_post(cast.driss, hidden, territories=["C93006"])
    with atomic():
        cast.chloe.organisation = Organisation(name="Le Relais", territory_code="C93006")
    page = main_of(chloe.get("/territoires/pres-de-chez-moi").text)
    assert cards(page) == [close.id, middle.id, wide.id]
    assert re.findall(r'id="near-(\w+)"', page) == ["C93006", "D93", "R11"]


def test_the_map_and_its_table_count_what_their_reader_sees(
    cast, visitor, browser, hidden, monkeypatch
):
    monkeypatch.setattr(places, "more_counts", [places.DepartmentCounts("Gens", people)])
    for territory in ("C93006", "QN09302M", "D974"):
        make_post(cast.amina, cast.ess, territories=[territory])
    make_post(cast.driss, hidden, territories=["C93066"])
    assert rows(visitor.get("/territoires/carte").text) == {
        "D75": ["0", "0"], "D93": ["2", "0"], "D974": ["1", "0"],
    }  # fmt: skip
    page = browser(cast.driss).get("/territoires/carte").text
    assert rows(page)["D93"] == ["3", "7"]
    svg = page[page.index('<figure class="map"') : page.index("</figure>")]
    assert 'aria-hidden="true"' in svg
    for code in rows(page):
        assert re.search(rf'href="/territoires/{code}" tabindex="-1"', svg), code
    assert "CC BY 4.0" in svg
    assert set(re.findall(r'href="(https?://[^/"]+)', main_of(page))) == {
        "https://mapsvg.com", "https://creativecommons.org",
    }  # fmt: skip


def people(reader):
    return {"D93": 7} if reader else {}


def rows(page):
    """Read the numbers of the table by the code of their département."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    return {
        re.search(r"/territoires/(\w+)", row)[1]: re.findall(r'is-number">\s*([^<]*?)\s*</td>', row)
        for row in table.split("</tr>")[:-1]
    }

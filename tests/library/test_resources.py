"""Scenes in the library: what is listed to whom, in which order, and by what it is narrowed."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from grandequipe.feed.services import approve_post, edit_post, remove_post
from grandequipe.groups.models import Visibility
from grandequipe.taxonomies.services import load_territories
from tests.factories import draft_of, make_group, make_post
from tests.feed.conftest import cards, main_of, next_address, taxonomies as taxonomies

pytestmark = pytest.mark.usefixtures("taxonomies")
PATH = "/ressources"
FACETS = f"{PATH}?affiner=1"


def share(author, group, **values):
    return make_post(author, group, Kind.RESOURCE, **values)


def facets_of(page):
    """Read the values of facets that a page offers, with their numbers."""
    found = {}
    for address, words in re.findall(
        r'<a class="badge badge-link" href="([^"]*)" rel="nofollow">(.*?)</a>', page
    ):
        name, number = re.search(r"<bdi[^>]*>(.*?)</bdi>.*facet-count\">(\d+)", words).groups()
        found[name] = int(number), address.replace("&amp;", "&")
    return found


def numbers_of(page):
    return {name: number for name, (number, _address) in facets_of(page).items()}


def chips(page):
    """Read the filters in use, by the address that takes each back."""
    part = page[page.index("Filtres en cours") :]
    found = re.findall(r'href="([^"]*)"><span.*?<bdi[^>]*>(.*?)</bdi>', part[: part.index("</ul>")])
    return {name: address.replace("&amp;", "&") for address, name in found}


def test_each_reader_finds_the_resources_of_their_groups_and_no_other_post(cast, browser, visitor):
    outside = make_group(cast.driss, "Ailleurs", visibility=Visibility.PRIVATE)
    shown = share(cast.amina, cast.ess)
    inside = share(cast.amina, cast.private)
    other = share(cast.driss, outside)
    waiting = share(cast.chloe, cast.moderated)
    make_post(cast.amina, cast.ess)
    removed = share(cast.amina, cast.ess)
    with atomic():
        remove_post(cast.amina, removed)
    assert cards(visitor.get(PATH).text) == [shown.id]
    assert cards(browser(cast.chloe).get(PATH).text) == [inside.id, shown.id]
    assert cards(browser(cast.driss).get(PATH).text) == [other.id, shown.id]
    with atomic():
        approve_post(cast.bruno, waiting, waiting.text_version)
    assert cards(visitor.get(PATH).text) == [waiting.id, shown.id]


def test_facets_count_what_the_reader_sees_and_a_region_holds_its_towns(cast, browser, visitor):
    with atomic():
        load_territories(
            [
                ("R11", "region", "Île-de-France", None, None),
                ("D93", "department", "Seine-Saint-Denis", "R11", "93"),
            ]
        )
    common = {"licence": "CC BY 4.0", "territories": ["C93006"], "themes": ["sante"]}
    share(cast.amina, cast.ess, publisher="ANCT", published_on=date(2024, 3, 1), **common)
    share(cast.amina, cast.private, publisher="anct", resource_type="report", **common)
    page = main_of(visitor.get(FACETS).text)
    assert "1 ressource" in page
    assert numbers_of(page) == {
        "Guide": 1, "Santé": 1, "Île-de-France (région)": 1, "ESS Quartiers": 1, "ANCT": 1,
        "CC BY 4.0": 1, "2024": 1,
    }  # fmt: skip
    chloe = browser(cast.chloe)
    found = facets_of(main_of(chloe.get(FACETS).text))
    numbers = {name.lower(): number for name, (number, _address) in found.items()}
    assert numbers["anct"] == numbers["île-de-france (région)"] == numbers["santé"] == 2
    assert numbers["régies de quartier"] == numbers["rapport"] == 1
    narrowed = main_of(chloe.get(found["Île-de-France (région)"][1]).text)
    assert len(cards(narrowed)) == 2
    within = [number for name, number in numbers_of(narrowed).items() if "Saint-Denis" in name]
    assert within == [2]


def test_filters_are_taken_back_one_by_one(cast, visitor):
    guide = share(cast.amina, cast.ess, publisher="Cité & Cie", licence="Libre")
    report = share(cast.amina, cast.ess, resource_type="report", licence="libre")
    page = visitor.get(FACETS).text
    page = visitor.get(facets_of(page)["Guide"][1]).text
    page = visitor.get(facets_of(page)["Cité &amp; Cie"][1]).text
    page = visitor.get(facets_of(page)["Libre"][1]).text
    assert cards(page) == [guide.id]
    taken_back = chips(page)
    assert list(taken_back) == ["Guide", "Libre", "Cité &amp; Cie"]
    page = visitor.get(taken_back["Guide"]).text
    assert (list(chips(page)), cards(page)) == (["Libre", "Cité &amp; Cie"], [guide.id])
    page = visitor.get(chips(page)["Cité &amp; Cie"]).text
    assert (list(chips(page)), cards(page)) == (["Libre"], [report.id, guide.id])
    assert cards(visitor.get(f"{PATH}?type=video&langue=fr").text) == []


def test_every_order_goes_on_without_a_hole(cast, browser):
    shared = {}
    for number in range(45):
        with clock.travel(clock.now() - timedelta(hours=number)):
            name = f"« Été {number * 7 % 45:02} »" if number % 2 else f"ete {number * 7 % 45:02}"
            shared[share(cast.amina, cast.ess, title=name).id] = name
    chloe = browser(cast.chloe)
    by_title = sorted(shared, key=lambda post_id: re.search(r"\d+", shared[post_id])[0])
    for first, expected in ((PATH, list(shared)), (f"{PATH}?tri=titre", by_title)):
        seen, address = [], first
        while address:
            page = chloe.get(address).text
            seen += cards(page)
            address = next_address(page)
        assert seen == expected


def test_a_changed_resource_is_found_by_what_it_says_now(cast, visitor):
    post = share(cast.amina, cast.ess, publisher="Avant")
    with atomic():
        values = {"publisher": "Après", "title": "Autre", "resource_type": "data"}
        edit_post(cast.amina, post, draft_of(Kind.RESOURCE, **values), over=post.text_version)
    assert cards(visitor.get(f"{PATH}?editeur=Avant").text) == []
    assert cards(visitor.get(f"{PATH}?editeur=APR%C3%88S&type=data&groupe=ess-quartiers").text) == [
        post.id
    ]


def test_odd_addresses_are_answered(cast, visitor, browser):
    share(cast.amina, cast.ess)
    newest = next_address(visitor.get(PATH).text)
    assert newest is None
    for query in (
        "cursor=x", "cursor=WyJhIiwxXQ&tri=titre", "cursor=WyJhIiwxXQ", "cursor=W10&tri=titre",
        "cursor=WzEsMV0", "annee=20245", "annee=٢٠٢٤", "type=%00", "editeur=%00x", "langue=<b>",
        "territoire=%00", "theme=rien", "tri=rien", "cursor=WzFlOTk5LCAxXQ", "annee=0000",
        f"editeur={'é' * 900}", "licence=%25%5C", "groupe=ess-quartiers",
    ):  # fmt: skip
        assert visitor.get(f"{PATH}?affiner=1&{query}").status_code == 200, query
    assert visitor.get(f"{PATH}?groupe=rien").status_code == 404
    assert browser(cast.driss).get(f"{PATH}?groupe=comite-de-pilotage").status_code == 404
    assert browser(cast.driss).get(f"{PATH}?groupe=regies-de-quartier").status_code == 404
    assert visitor.get(f"{PATH}.pdf").status_code == 404


def test_a_list_is_kept_as_a_table_and_as_a_bibliography(cast, visitor, browser):
    title = 'Coût {réel} : 50 % & "plus" #1_a\\b, =1+1'
    post = share(
        cast.amina, cast.ess, title=title, publisher="=HYPERLINK(1)", licence="CC BY",
        published_on=date(2023, 5, 2), resource_type="report", url="https://example.org/a{b}",
    )  # fmt: skip
    share(cast.amina, cast.private)
    sent = visitor.get(f"{PATH}.csv?type=report")
    assert sent.data.startswith(b"\xef\xbb\xbf")
    headings, row = csv.reader(io.StringIO(sent.data.decode("utf-8-sig")), delimiter=";")
    table = dict(zip(headings, row, strict=True))
    assert table["Titre"] == title
    assert table["Éditeur"] == "'=HYPERLINK(1)"
    assert table["Page"].startswith(f"http://localhost/publications/{post.id}-")
    assert len(sent.text.splitlines()) == 2
    text = visitor.get(f"{PATH}.bib").text
    assert text.count("@techreport{ressource-") == 1
    assert f"@techreport{{ressource-{post.id},\n" in text
    assert r"title = {{Coût \{réel\} : 50 \% \& ''plus'' \#1\_a\textbackslash{}b, =1+1}}" in text
    assert "url = {https://example.org/a%7Bb%7D}" in text
    assert "year = {2023}" in text
    bare = re.sub(r"\\textbackslash\{\}|\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert browser(cast.chloe).get(f"{PATH}.bib").text.count("@") == 2

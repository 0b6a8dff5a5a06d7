"""Organisations are found, shown, described and added."""

import re
from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member, Organisation, OrganisationKind
from grandequipe.members.services.organisations import merge_organisations
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.services import (
    Neighbourhood,
    import_neighbourhoods,
    load_territories,
)
from tests.conftest import Visitor
from tests.factories import Cast, make_member, picture_file
from tests.organisations.conftest import make_organisation, name_organisation

Browser = Callable[[Member], Visitor]
DESCRIBED = {
    "kind": "social_centre", "territory": "Bagnolet (93)", "website": "www.regie.example.org",
    "siret": "732 829 320 00074", "themes": ["sante"],
    "description": "Chantiers d’insertion.\n\n<script>alert(1)</script>",
}  # fmt: skip


@pytest.mark.usefixtures("taxonomies")
def test_those_who_run_an_organisation_describe_it_for_everybody(
    cast: Cast, browser: Browser, visitor: Visitor, regie: Organisation
) -> None:
    own, amina = f"/structures/{regie.id}", browser(cast.amina)
    assert amina.send(f"{own}/reglages", DESCRIBED).location == own
    page = visitor.get(own).text
    for words in (
        "Régie de Bagnolet", "Centre social", "Bagnolet (93)", "732\u00a0829\u00a0320\u00a000074",
        "Santé", "<p>Chantiers d’insertion.</p>", 'href="https://www.regie.example.org"',
        "Page gérée par la structure",
    ):  # fmt: skip
        assert words in page
    assert "<script>alert" not in page
    assert "Chloé" in page
    with atomic():
        cast.chloe.audiences = {"organisation": "groups"}
    assert "Chloé" not in visitor.get(own).text
    assert "Chloé" not in browser(cast.driss).get(own).text
    assert "Chloé" in browser(cast.bruno).get(own).text, "they share a group"
    form = amina.get(f"{own}/reglages").text
    assert 'value="732\u00a0829\u00a0320\u00a000074"' in form
    assert 'value="Bagnolet (93)"' in form


@pytest.mark.usefixtures("taxonomies")
def test_what_is_wrong_with_a_description_is_said_and_kept(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    other = make_organisation("Autre", siret="73282932000074")
    path, amina = f"/structures/{regie.id}/reglages", browser(cast.amina)
    for name, typed in (
        ("siret", "732 829 320 00075"),
        ("siret", "732 829 320 00074"),  # the other's
        ("website", "javascript:alert(1)"),
        ("territory", "Nulle part"),
        ("description", "à" * 3001),
        ("kind", "empire"),
    ):
        answer = amina.send(path, DESCRIBED | {"siret": ""} | {name: typed})
        assert (answer.status_code, f"{name}-error" in answer.text) == (422, True), name
        assert (typed[:20] in answer.text) is (name != "kind")
    db.session.refresh(regie)
    assert (regie.siret, regie.description, other.siret) == (None, "", "73282932000074")


def test_only_those_who_run_it_and_administrators_change_it(
    cast: Cast, browser: Browser, regie: Organisation
) -> None:
    path = f"/structures/{regie.id}/reglages"
    pages = (path, f"{path}/logo", f"{path}/personnes")
    for member, code in ((cast.chloe, 403), (cast.driss, 403), (cast.farid, 200)):
        assert {browser(member).get(page).status_code for page in pages} == {code}
    answer = browser(cast.chloe).send(path, DESCRIBED | {"territory": "", "themes": []})
    assert (answer.status_code, regie.description) == (403, "")


@pytest.mark.usefixtures("taxonomies")
def test_a_list_is_searched_by_words_kind_theme_and_the_territory_that_holds_it(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    health = db.session.query(Theme).filter_by(slug="sante").one()
    values = {"description": "Ici.", "territory": db.session.get_one(Territory, "C93006")}
    make_organisation("Régie des Coutures", **values, themes=[health])
    make_organisation("Centre social Guy Toffoletti", kind=OrganisationKind.SOCIAL_CENTRE, **values)
    make_organisation("Ville de Lyon", description="Là-bas.")
    name_organisation(cast.chloe, "Un nom tapé")

    def found(query: str, reader: Visitor = visitor) -> set[str]:
        page = reader.get(f"/structures?{query}").text
        names = ("Régie des Coutures", "Guy Toffoletti", "Ville de Lyon", "Un nom tapé")
        return {name.split()[0] for name in names if name in page.partition("</form>")[2]}

    assert found("") == {"Régie", "Guy", "Ville"}
    assert found("", browser(cast.driss)) == {"Régie", "Guy", "Ville", "Un"}
    assert found("q=regie cout") == {"Régie"}
    assert found("type=social_centre") == {"Guy"}
    assert found("territoire=D93") == {"Régie", "Guy"}
    assert found("territoire=D93&theme=sante") == {"Régie"}
    unknown = visitor.get("/structures?territoire=Atlantide")
    assert (unknown.status_code, "Choisissez un territoire de la liste" in unknown.text) == (
        422,
        True,
    )
    for odd in ("q=%00", "type=x", "theme=%00", "q=" + "à" * 101, "territoire=%00"):
        assert visitor.get(f"/structures?{odd}").status_code in (200, 422)
    assert visitor.get("/structures?cursor=WzFd").status_code == 422


def test_a_long_list_is_read_without_a_hole(cast: Cast, visitor: Visitor) -> None:
    names = {f"Structure {number:02d}" for number in range(25)}
    for name in names:
        make_organisation(name, description="Ici.")
    first = visitor.get("/structures").text
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = visitor.get(f"/structures?cursor={cursor}").text
    on_pages = [{name for name in names if name in page} for page in (first, second)]
    assert on_pages[0] | on_pages[1] == names
    assert not on_pages[0] & on_pages[1]


def test_a_logo_stands_in_place_of_initials_until_it_is_removed(
    cast: Cast, browser: Browser, visitor: Visitor, regie: Organisation
) -> None:
    amina, path = browser(cast.amina), f"/structures/{regie.id}/reglages/logo"
    sent = {"picture": (picture_file(), "logo.jpg")}
    assert amina.send(path, sent, content_type="multipart/form-data").status_code == 303
    logo = visitor.get(f"/structures/{regie.id}/logo")
    assert (logo.mimetype, logo.data[:4]) == ("image/webp", b"RIFF")
    etag = logo.headers["ETag"]
    known = visitor.get(f"/structures/{regie.id}/logo", headers={"If-None-Match": etag})
    assert known.status_code == 304
    wrong = {"picture": (picture_file(size=(1, 1)), "logo.txt")}
    wrong["picture"][0].truncate(20)
    answer = amina.send(path, wrong, content_type="multipart/form-data")
    assert (answer.status_code, "picture-error" in answer.text) == (422, True)
    amina.send(f"{path}/retirer")
    assert visitor.get(f"/structures/{regie.id}/logo").status_code == 404


def test_a_member_adds_an_organisation_once_and_nobody_runs_it(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    page, new = browser(cast.driss), {"name": "Les Tilleuls", "kind": "association"}
    made = page.send("/structures/nouvelle", new)
    again = page.send("/structures/nouvelle", new | {"name": "les tilleuls"})
    assert made.status_code == 303
    assert again.location == made.location
    assert "Demander à gérer cette page" in page.get(made.location).text
    assert "Les Tilleuls" in page.get("/structures").text
    assert visitor.get(made.location).status_code == 404, "only members know an empty name"
    for name in ("", "evil.example", "Support technique"):
        assert page.send("/structures/nouvelle", new | {"name": name}).status_code == 422


def test_names_are_suggested_while_typing(cast: Cast, browser: Browser, visitor: Visitor) -> None:
    for name in ("Régie de Bagnolet", "Centre de la Régie", "Ville"):
        make_organisation(name)
    page = browser(cast.driss)
    found = page.get("/structures/suggestions?q=rég").text
    assert ("Régie de Bagnolet" in found, "Centre de la Régie" in found) == (True, True)
    assert "Ville" not in found
    assert page.get("/structures/suggestions?q=%00%25_").status_code == 200
    assert visitor.get("/structures/suggestions?q=rég").status_code == 303
    assert "data-suggests" in page.get("/reglages/profil").text


def test_a_double_leads_to_the_one_that_is_kept_and_loses_nothing(
    cast: Cast, browser: Browser, visitor: Visitor, regie: Organisation
) -> None:
    double = make_organisation(
        "Regie Bagnolet", cast.bruno, description="Des chantiers.", siret="73282932000074"
    )
    name_organisation(cast.driss, "Regie Bagnolet")
    path = f"/structures/{double.id}/reglages/personnes/{cast.driss.id}"
    browser(cast.bruno).send(path, {"act": "confirm"})
    outsider = make_member("Yann Le Goff")
    name_organisation(outsider, "Regie Bagnolet")
    browser(cast.bruno).send(
        f"/structures/{double.id}/reglages/personnes/{outsider.id}", {"act": "refuse"}
    )
    with atomic():
        merge_organisations(cast.farid, double, regie)
    moved = visitor.get(f"/structures/{double.id}")
    assert (moved.status_code, moved.location) == (301, f"/structures/{regie.id}")
    page = browser(cast.eva).get(moved.location).text
    for words in ("Des chantiers.", "732\u00a0829\u00a0320", "Amina", "Bruno", "Driss", "Chloé"):
        assert words in page
    assert browser(cast.bruno).get(f"/structures/{regie.id}/reglages").status_code == 200
    refused = browser(outsider).send(
        "/reglages/profil", {"display_name": "Yann", "organisation": "Régie de Bagnolet"}
    )
    assert refused.status_code == 422
    for rest in ("/reglages", "/gerer", "/logo"):
        assert browser(cast.bruno).get(f"/structures/{double.id}{rest}").status_code == 404


@pytest.mark.usefixtures("taxonomies")
def test_a_territory_shows_the_organisations_in_it_and_the_map_counts_them(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    with atomic():
        load_territories([("C93048", "municipality", "Montreuil", "D93", "93")])
        import_neighbourhoods([Neighbourhood("QN09302M", "La Noue", ("C93048", "C93006"))])
    make_organisation("Le Relais", territory_code="QN09302M", kind=OrganisationKind.ASSOCIATION)
    make_organisation("Ailleurs", territory_code="C93066", kind=OrganisationKind.ASSOCIATION)
    chloe = browser(cast.chloe)
    for code, shown in (("QN09302M", 1), ("C93048", 1), ("C93006", 1), ("D93", 2)):
        page = chloe.get(f"/territoires/{code}").text
        section = page[page.index('id="organisations-here"') :].split("</section>")[0]
        assert ("Le Relais" in section, section.count("member-line")) == (True, shown), code
    carte = chloe.get("/territoires/carte").text
    row = carte[carte.index('<a href="/territoires/D93">') :].split("</tr>")[0]
    assert sorted(re.findall(r'is-number">\s*(\d+)', row)) == ["0", "0", "2"]
    assert "Le Relais" not in visitor.get("/territoires/D93").text, "nobody described it"

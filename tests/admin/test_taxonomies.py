"""Administrators name themes, and keep organisations in order."""

from collections.abc import Callable

from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member, Organisation
from grandequipe.members.services import ProfileInput, edit_profile
from grandequipe.taxonomies.models import Theme
from grandequipe.taxonomies.services import load_themes
from tests.conftest import Visitor
from tests.factories import Cast

Browser = Callable[[Member], Visitor]


def named(member: Member, organisation: str) -> Organisation:
    with atomic():
        edit_profile(member, ProfileInput(member.display_name, organisation=organisation))
    assert member.organisation is not None
    return member.organisation


def test_a_theme_is_added_and_named_in_both_languages(cast: Cast, browser: Browser) -> None:
    nomenclature = {"city_policy": [{"slug": "sante", "name": "Santé"}], "social_economy": []}
    with atomic():
        load_themes(nomenclature)
    health, page = db.session.query(Theme).one(), browser(cast.farid)
    path = f"/administration/themes/{health.id}"
    assert page.send(path, {"name": "", "name_en": ""}).status_code == 422
    page.send(path, {"name": "Santé et soins", "name_en": "Health"})
    new = {"name": "Eau potable", "name_en": "Drinking water", "parent": str(health.id)}
    page.send("/administration/themes", new)
    again = page.send("/administration/themes", new)
    assert again.status_code == 422
    assert "existe déjà" in again.text
    with atomic():
        load_themes(nomenclature)  # as the next release does
    themes = {each.slug: (each.name, each.name_en) for each in db.session.query(Theme)}
    assert themes == {
        "sante": ("Santé et soins", "Health"),
        "eau-potable": ("Eau potable", "Drinking water"),
    }
    assert "Drinking water" in page.get("/administration/themes").text


def test_a_double_is_merged_and_its_name_leads_to_the_other(cast: Cast, browser: Browser) -> None:
    kept, double = named(cast.amina, "Régie de Bagnolet"), named(cast.bruno, "Regie Bagnolet")
    page = browser(cast.farid)
    assert "Regie Bagnolet" in page.get("/administration/structures?q=régie").text
    path = f"/administration/structures/{double.id}/fusionner"
    assert page.send(path, {"kept": "Personne"}).status_code == 422
    assert page.send(path, {"kept": "Regie Bagnolet"}).status_code == 422
    answer = page.send(path, {"kept": "régie de bagnolet"})
    assert answer.location == f"/administration/structures/{kept.id}"
    assert cast.bruno.organisation_id == kept.id
    assert named(cast.chloe, "Regie Bagnolet").id == kept.id
    led = page.get(f"/administration/structures/{double.id}").location
    assert led == f"/administration/structures/{kept.id}"
    entry = db.session.query(LogEntry).one()
    assert entry.details == {"double": double.id, "members": [cast.bruno.id]}


def test_an_organisation_is_named_and_placed(cast: Cast, browser: Browser) -> None:
    one, page = named(cast.amina, "Regie"), browser(cast.farid)
    named(cast.bruno, "Centre social")
    path = f"/administration/structures/{one.id}"
    taken = page.send(path, {"name": "centre social", "kind": "other", "territory": ""})
    assert taken.status_code == 422
    assert "fusionnez-les" in taken.text
    wrong = page.send(path, {"name": "Régie", "kind": "association", "territory": "Nulle part"})
    assert "Choisissez un territoire de la liste." in wrong.text
    page.send(path, {"name": "Régie", "kind": "association", "territory": ""})
    assert (cast.amina.organisation or one).name == "Régie"


def test_a_spokesperson_is_shown_until_they_name_another_organisation(
    cast: Cast, browser: Browser
) -> None:
    one, page = named(cast.amina, "Régie"), browser(cast.farid)
    path = f"/administration/structures/{one.id}/porte-parole/{cast.amina.id}"
    page.send(path, {"speaks": "1"})
    reader = browser(cast.chloe)
    assert "Porte-parole" in reader.get(f"/membres/{cast.amina.id}").text
    page.send(path)
    assert "Porte-parole" not in reader.get(f"/membres/{cast.amina.id}").text
    page.send(path, {"speaks": "1"})
    named(cast.amina, "Autre structure")
    assert "Porte-parole" not in reader.get(f"/membres/{cast.amina.id}").text
    assert page.send(path, {"speaks": "1"}).status_code == 404

"""Fields that suggest: by keyboard, by mouse, and by screen reader."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.taxonomies.services import load_territories, load_themes
from tests.chromium import OpenWindow, findings
from tests.factories import Cast
from tests.organisations.conftest import make_organisation

NEWS = "/groupes/ess-quartiers/publier/actualite"
PLACES = [
    ("D93", "department", "Seine-Saint-Denis", None, "93"),
    ("C93006", "municipality", "Bagnolet", "D93", "93"),
    ("C93007", "municipality", "Le Blanc-Mesnil", "D93", "93"),
    ("C93066", "municipality", "Saint-Denis", "D93", "93"),
]


@pytest.fixture
def page(cast: Cast, open_window: OpenWindow) -> Page:
    """Open a window for Chloé where there are a few places and structures."""
    with atomic():
        load_territories(PLACES)
    for member, structure in ((cast.amina, "Régie des Coteaux"), (cast.bruno, "Ville d’Évry")):
        make_organisation(structure, member)
    return open_window(cast.chloe)


def territories(page: Page) -> Locator:
    """Open the form of a piece of news at its territories."""
    page.goto(NEWS)
    page.get_by_text("Thématiques et territoires").click()
    return page.get_by_role("combobox", name="Territoires")


def test_a_place_is_chosen_with_the_arrows(page: Page) -> None:
    field = territories(page)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("denis")
    options = page.get_by_role("listbox", name="Territoires").get_by_role("option")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("2 suggestions")).to_be_attached()
    assert findings(page) == []
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "territories-list-1")
    chosen = options.last.inner_text()
    field.press("Enter")
    expect(page.get_by_role("button", name=f"{chosen} (Supprimer)")).to_be_visible()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    assert page.url.endswith(NEWS)


def test_enter_takes_the_only_place_that_begins_so(page: Page) -> None:
    field = territories(page)
    field.press_sequentially("saint")
    expect(page.get_by_role("listbox", name="Territoires").get_by_role("option")).to_have_count(2)
    field.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Saint-Denis"))).to_be_visible()


def test_escape_closes_the_list_and_keeps_what_was_typed(page: Page) -> None:
    field = territories(page)
    field.press_sequentially("bagn")
    expect(page.get_by_role("listbox", name="Territoires").get_by_role("option")).to_have_count(1)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("bagn")
    field.press_sequentially("xyz")
    expect(page.get_by_text("Aucune suggestion")).to_be_attached()


def test_a_structure_is_chosen_with_the_mouse_or_typed(page: Page) -> None:
    page.goto("/reglages/profil")
    field = page.get_by_role("combobox", name="Votre structure", exact=True)
    field.press_sequentially("evry")
    page.get_by_role("option", name="Ville d’Évry").click()
    expect(field).to_have_value("Ville d’Évry")
    field.fill("Une structure nouvelle")
    field.press("Enter")
    expect(page.get_by_text("Une structure nouvelle").first).to_be_visible()


def test_screen_readers_announce_additions_and_removals(page: Page) -> None:
    field = territories(page)
    said = page.locator(".combobox:has(#territories) [role=status]")
    field.press_sequentially("bagn")
    expect(page.get_by_role("listbox", name="Territoires").get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(said).to_have_text("Bagnolet (93) est ajouté")
    page.get_by_role("button", name="Bagnolet (93) (Supprimer)").click()
    expect(said).to_have_text("Bagnolet (93) est retiré")
    expect(field).to_be_focused()
    expect(page.locator("ul.tags").first).not_to_have_attribute("aria-live", re.compile(""))


def test_themes_are_chosen_by_typing_and_shown_under_their_families(page: Page) -> None:
    names = ["Santé", "Sport", "Culture", "Emploi", "Logement", "Mobilité"]
    with atomic():
        children = [{"slug": name.lower(), "name": name} for name in names]
        family = {"slug": "droits", "name": "Accès aux droits", "themes": children}
        load_themes({"city_policy": [family], "social_economy": []})
    page.goto(NEWS)
    page.get_by_text("Thématiques et territoires").click()
    field = page.get_by_role("combobox", name="Chercher une thématique")
    expect(page.get_by_role("checkbox", name="Sport")).to_be_hidden()
    field.press_sequentially("sante")
    listed = page.get_by_role("listbox", name="Chercher une thématique")
    family = listed.get_by_role("group", name="Accès aux droits")
    expect(family.get_by_role("option")).to_have_text(["Santé"])
    assert findings(page) == []
    field.press("Enter")
    chip = page.get_by_role("button", name="Santé (Supprimer)")
    expect(chip).to_be_visible()
    for name in names[1:5]:
        field.press_sequentially(name)
        expect(listed.get_by_role("option")).to_have_text([name])
        field.press("ArrowDown")
        field.press("Enter")
    field.press_sequentially("mobilite")
    expect(listed.get_by_role("option")).to_have_text(["Mobilité"])
    field.press("Enter")
    expect(page.locator(".field-help", has_text="5 au plus. Retirez")).to_be_visible()
    chip.click()
    expect(chip).to_be_hidden()
    expect(field).to_be_focused()
    page.get_by_role("textbox", name="Titre").fill("Un titre")
    page.get_by_role("textbox", name="Texte", exact=True).fill("Un texte")
    page.get_by_role("button", name="Publier", exact=True).last.click()
    expect(page.get_by_role("link", name="Culture")).to_be_visible()
    expect(page.get_by_role("link", name="Santé")).to_have_count(0)

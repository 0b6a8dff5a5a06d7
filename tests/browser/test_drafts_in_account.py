"""A text is saved in the account while it is written: on two devices, offline, when leaving."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.feed.models import Draft
from grandequipe.members.models import Member
from tests.browser.looks import looks_of
from tests.browser.test_drafts import KEPT
from tests.browser.test_keyboard import tab_to
from tests.chromium import PHONE, OpenWindow
from tests.factories import PASSWORD, Cast, admit, make_member_with_password
from tests.waiting import wait_until

NEWS = "/groupes/ess-quartiers/publier/actualite"
SAVED = re.compile(r"Enregistré à \d+\sh")


def write(page: Page, title: str, body: str = "Quelques mots.") -> None:
    """Open the form of a post and type in it."""
    page.goto(NEWS)
    page.wait_for_selector("trix-editor[contenteditable]")
    page.wait_for_selector("form[data-writer]")
    page.fill("input[name=title]", title)
    page.locator("trix-editor").press_sequentially(body)


def expect_status(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the form says how its draft is kept."""
    expect(page.locator("[data-draft-status]")).to_contain_text(words, timeout=15_000)


def titles() -> list[str]:
    """List the titles of the drafts that the server has."""
    db.session.rollback()
    alive = select(Draft.title).where(Draft.deleted_at.is_(None))
    return list(db.session.scalars(alive.order_by(Draft.id)))


def open_draft(page: Page, title: str) -> None:
    """Go on with a draft of the list."""
    page.goto("/brouillons")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_selector("trix-editor[contenteditable]")


def test_two_devices_at_once_keep_both_texts_until_the_author_chooses(
    cast: Cast, open_window: OpenWindow
) -> None:
    laptop, phone = open_window(cast.chloe), open_window(cast.chloe, width=PHONE)
    write(laptop, "La fête")
    expect_status(laptop, SAVED)
    open_draft(phone, "La fête")
    expect(phone.locator("trix-editor")).to_have_text("Quelques mots.")
    phone.fill("input[name=title]", "La fête du parc")
    expect_status(phone, SAVED)
    assert titles() == ["La fête du parc"]
    laptop.fill("input[name=title]", "La fête au bureau")
    note = laptop.locator("[data-note=twice]")
    expect(note).to_contain_text("Les deux textes sont gardés", timeout=15_000)
    assert titles() == ["La fête du parc", "La fête au bureau"]
    laptop.fill("input[name=title]", "La fête au bureau, enfin")
    expect_status(laptop, SAVED)
    assert titles() == ["La fête du parc", "La fête au bureau, enfin"]
    expect(note).to_be_in_viewport()
    assert {look: found for look, found in looks_of(laptop).items() if found} == {}
    note.get_by_role("link", name="Comparer et choisir").click()
    expect(laptop.locator(".comparison del").last).to_contain_text("du parc")
    laptop.get_by_role("button", name="Garder ce texte-ci").click()
    expect(laptop.locator("input[name=title]")).to_have_value("La fête au bureau, enfin")
    assert titles() == ["La fête au bureau, enfin"]


def test_what_is_typed_without_a_network_follows_when_it_is_back(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    write(page, "Dans le métro")
    expect_status(page, SAVED)
    page.context.set_offline(True)
    page.fill("input[name=title]", "Dans le tunnel")
    expect_status(page, "Hors ligne\u00a0: gardé dans ce navigateur")
    assert titles() == ["Dans le métro"]
    page.context.set_offline(False)
    expect_status(page, SAVED)
    assert titles() == ["Dans le tunnel"]


def test_what_a_closed_page_could_not_send_follows_with_the_list_of_drafts(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    write(page, "Dans le métro")
    expect_status(page, SAVED)
    page.context.set_offline(True)
    page.fill("input[name=title]", "Dans le tunnel")
    expect_status(page, "Hors ligne\u00a0: gardé dans ce navigateur")
    later = page.context.new_page()
    page.close()
    page.context.set_offline(False)
    later.goto("/brouillons")
    expect(later.get_by_role("link", name="Dans le tunnel", exact=True)).to_be_visible()
    later.wait_for_function(f"() => ({KEPT})() === 0")
    assert titles() == ["Dans le tunnel"]


def test_the_last_words_are_saved_when_the_page_is_left(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    write(page, "Vite")
    page.goto("/")
    wait_until(lambda: titles() == ["Vite"], "the page sends what it has")
    write(page, "Publiée")
    expect_status(page, SAVED)
    page.locator("main .form-actions button:not([name])").click()
    page.wait_for_url("**/publications/*")
    assert titles() == ["Vite"], "what is published is no draft any more"


def test_logging_out_leaves_nothing_here_and_all_of_it_in_the_account(
    cast: Cast, open_window: OpenWindow
) -> None:
    """On a shared computer the next person finds nothing, and no question is asked."""
    zoe = member_with_password(cast)
    page = open_window(zoe)
    write(page, "Avant de partir")
    page.locator("summary.menu-button").click()
    page.locator("form[data-logout] button").click()
    said = page.locator("[data-flashes]")
    expect(said).to_contain_text("Vos brouillons restent dans votre compte", timeout=30_000)
    page.wait_for_function(f"() => ({KEPT})() === 0")
    page.goto("/connexion")
    page.fill("input[name=email]", "zoe@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    open_draft(page, "Avant de partir")
    expect(page.locator("trix-editor")).to_have_text("Quelques mots.")


def test_a_draft_is_saved_scheduled_and_deleted_by_keys(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    write(page, "Au clavier")
    tab_to(page, "button[value=keep]")
    page.keyboard.press("Enter")
    page.wait_for_url("**draft=*")
    tab_to(page, "button[value=schedule]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/programmer")
    tab_to(page, "input[name=publish_at]")
    page.fill("input[name=publish_at]", "2027-05-03T09:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Programmées")).to_be_visible()
    tab_to(page, "form[action$='/supprimer'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le brouillon est supprimé")).to_be_visible()
    tab_to(page, "form[action$='/retablir'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Au clavier", exact=True)).to_be_visible()


def test_without_scripts_a_draft_is_saved_found_and_published(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto(NEWS)
    page.fill("input[name=title]", "Sans scripts")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.goto("/publier")
    page.goto("/brouillons")
    page.get_by_role("link", name="Sans scripts", exact=True).click()
    page.fill("textarea[name=body_html]", "Quelques mots.")
    page.locator("main .form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sans scripts")
    assert titles() == []


def member_with_password(cast: Cast) -> Member:
    """Make a member who can log in, of the group."""
    member = make_member_with_password("Zoé Petit", email="zoe@example.org")
    admit(cast.ess, member)
    return member

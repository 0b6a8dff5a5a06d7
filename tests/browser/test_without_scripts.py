"""Everything that a member does works without JavaScript: links, forms, and the mails."""

import email
import re
from email.policy import default
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.chromium import PHONE, OpenWindow
from tests.factories import PASSWORD, Cast
from tests.waiting import wait_until

ADDRESS = "yasmine@example.org"
ESS = "/groupes/ess-quartiers"


def test_from_registration_to_removal(
    cast: Cast, open_window: OpenWindow, mails_folder: Path
) -> None:
    """Register, confirm, log in, join, publish, comment, react, edit, remove."""
    page = open_window(width=PHONE, scripts=False)
    register(page, mails_folder)
    join(page)
    publish(page)
    discuss(page)
    edit(page)
    remove(page)


def test_each_frequency_of_the_digest_has_its_own_fields(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto("/reglages/lettre")
    asked = {}
    for rhythm in ("weekly", "daily", "monthly", "never"):
        page.check(f"input[value={rhythm}]")
        shown = ("#weekday", "#weekday-help", "#hour")
        asked[rhythm] = [page.locator(each).is_visible() for each in shown]
    assert asked == {
        "weekly": [True, False, True],
        "daily": [False, False, True],
        "monthly": [True, True, True],
        "never": [False, False, False],
    }


def test_a_hidden_group_leaves_no_choice_of_how_one_joins(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto("/groupes/nouveau")
    choice = page.get_by_role("group", name="Comment on le rejoint")
    sentence = page.get_by_text("On ne rejoint un groupe masqué que sur invitation.")
    for visibility, is_asked in (("public", True), ("hidden", False), ("private", True)):
        page.check(f"input[name=visibility][value={visibility}]")
        assert choice.is_visible() is is_asked
        assert sentence.is_visible() is not is_asked


def test_errors_are_shown_without_scripts(cast: Cast, open_window: OpenWindow) -> None:
    """What is missing is named, and what was typed is still there."""
    page = open_window(cast.chloe, scripts=False)
    page.goto(f"{ESS}/publier/actualite")
    page.fill("textarea[name=body_html]", "Un texte sans titre.")
    page.locator(".form-actions button:not([name])").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("textarea[name=body_html]")).to_have_value(
        re.compile("Un texte sans titre")
    )


def register(page: Page, mails_folder: Path) -> None:
    """Open an account, and confirm it by the link of the mail."""
    page.goto("/inscription")
    page.fill("input[name=display_name]", "Yasmine Haddad")
    page.fill("input[name=email]", ADDRESS)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    message = wait_until(partial(_mail_to, ADDRESS, mails_folder), "the mail comes")
    found = re.search(r"http://\S+/confirmation/\S+", message)
    assert found
    page.goto(found[0])
    page.get_by_role("link", name="Passer pour l’instant").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du nouveau dans mes groupes")


def join(page: Page) -> None:
    """Find the group and join it."""
    page.locator("main").get_by_role("link", name="Voir les groupes").click()
    page.locator("main").get_by_role("link", name="ESS Quartiers").click()
    page.get_by_role("button", name="Rejoindre le groupe").first.click()
    expect(page.get_by_role("link", name="Notifications").first).to_be_visible()


def publish(page: Page) -> None:
    """Publish from the bottom bar."""
    page.get_by_role("navigation", name="en bas").get_by_role("link", name="Publier").click()
    page.locator('main a[href$="/publier/actualite"]').click()
    page.fill("input[name=title]", "Sans script")
    page.fill("textarea[name=body_html]", "Une ligne.\n\nUne autre.")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sans script")


def discuss(page: Page) -> None:
    """Comment, answer, and react."""
    page.fill("#comment-form textarea", "Un commentaire.")
    page.locator("#comment-form .form-actions button").click()
    expect(page.locator("[data-comments]").get_by_text("Un commentaire.")).to_be_visible()
    page.locator("details.reply summary").first.click()
    page.locator("details.reply textarea").first.fill("Une réponse.")
    page.locator("details.reply .form-actions button").first.click()
    expect(page.locator("[data-answers]").get_by_text("Une réponse.")).to_be_visible()
    page.locator(".reaction[value=thanks]").click()
    expect(page.locator(".reaction[value=thanks]")).to_have_attribute("aria-pressed", "true")


def edit(page: Page) -> None:
    """Change the title."""
    page.get_by_role("link", name="Modifier", exact=True).click()
    page.fill("input[name=title]", "Sans script, relu")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sans script, relu")


def remove(page: Page) -> None:
    """Take the post back, once one is sure: the group no longer shows it."""
    remove = page.locator('.post-actions form[action$="/supprimer"] button')
    question = "Supprimer «\u00a0Sans script, relu\u00a0»\u202f?"
    remove.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    page.get_by_role("link", name="Annuler").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sans script, relu")
    remove.click()
    page.locator("main").get_by_role("button", name="Supprimer").click()
    said = "La publication a été supprimée. Vous pouvez la restaurer depuis la corbeille"
    expect(page.get_by_text(said)).to_be_visible()
    page.goto(ESS)
    expect(page.get_by_text("Sans script, relu")).to_have_count(0)


def _mail_to(address: str, folder: Path) -> str:
    for path in folder.glob("[0-9]*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        if message["To"] == address:
            body = message.get_body(("plain",))
            return str(body.get_content()) if body is not None else ""  # type: ignore[attr-defined]
    return ""

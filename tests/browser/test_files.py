"""Files and pictures in a post, chosen on a device, with scripts and without."""

import io
from functools import partial

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.attachments.sample_files import PDF
from tests.browser.looks import looks_of
from tests.browser.test_drafts import NEXT_KEYS
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast
from tests.waiting import wait_until

PUBLISH = "/groupes/ess-quartiers/publier/actualite"


def photograph() -> FilePayload:
    written = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(written, "JPEG")
    return {"name": "fête.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_picture_is_described_and_shown_beside_a_document(
    cast: Cast, open_window: OpenWindow, scripts: bool
) -> None:
    page = open_window(cast.amina, width=PHONE, scripts=scripts)
    page.goto(PUBLISH)
    page.fill("input[name=title]", "La fête du quartier")
    document: FilePayload = {"name": "bilan.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("input[type=file]", [photograph(), document])
    if scripts:
        expect(page.get_by_role("button", name="Retirer")).to_have_count(2)
    else:
        page.get_by_role("button", name="Ajouter ces fichiers").click()
        expect(page.locator(".file-edited")).to_have_count(2)
    expect(page.locator("input[name=title]")).to_have_value("La fête du quartier")
    if scripts:
        assert not any(looks_of(page).values()), looks_of(page)
    page.locator(".file-edited", has_text="fête").get_by_label("Que montre cette image").fill(
        "Une place en fête"
    )
    write(page, "Elle a eu lieu samedi.", scripts=scripts)
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La fête du quartier")
    shown = page.get_by_role("img", name="Une place en fête")
    wait_until(partial(is_shown_again, page), "a worker has prepared the picture")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    expect(page.get_by_role("link", name="bilan.pdf")).to_be_visible()
    if scripts:
        assert not any(looks_of(page).values()), looks_of(page)


def write(page: Page, words: str, *, scripts: bool) -> None:
    """Fill in the text, in the editor where there is one."""
    editor = page.locator("trix-editor") if scripts else None
    (editor or page.locator("textarea[name=body_html]")).fill(words)


def is_shown_again(page: Page) -> bool:
    page.reload()
    return page.locator(".post-picture img").count() > 0


def test_a_text_outlives_a_failed_request_after_files_were_added(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The server wrote it into the form again, and has not saved it."""
    page = open_window(cast.amina)
    page.goto(PUBLISH)
    title = page.locator("input[name=title]")
    title.fill("La fête du quartier")
    page.wait_for_function(NEXT_KEYS, arg="La fête du quartier", polling=500)
    page.set_input_files("input[type=file]", [photograph()])
    expect(page.get_by_role("button", name="Retirer")).to_be_visible()
    write(page, "Elle a eu lieu samedi.", scripts=True)
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator(".file-edited")).to_have_count(1)
    page.wait_for_selector("trix-editor[contenteditable]")
    page.route(f"**{PUBLISH}", lambda route: route.fulfill(status=502), times=1)
    with page.expect_navigation():
        page.locator(".form-actions button:not([name])").click()
    page.goto(PUBLISH)
    page.get_by_role("button", name="Reprendre").click()
    expect(title).to_have_value("La fête du quartier")


def test_enter_in_the_title_publishes_and_does_not_add_files(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.amina, scripts=False)
    page.goto(PUBLISH)
    write(page, "Par le clavier.", scripts=False)
    page.fill("input[name=title]", "Avec la touche Entrée")
    page.press("input[name=title]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Avec la touche Entrée")

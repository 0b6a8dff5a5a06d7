"""B15: how long a text may be is said beside its field, near the measure and past it."""

from playwright.sync_api import expect

from tests.chromium import OpenWindow
from tests.factories import Cast

PASTE = """(field, words) => {
    field.focus();
    document.execCommand("insertText", false, words);
}"""


def test_a_title_that_is_pasted_is_whole_and_counted(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto("/groupes/ess-quartiers/publier/actualite")
    title = page.locator("input[name=title]")
    counter = title.locator("xpath=following-sibling::*[contains(@class, 'field-count')]")
    title.evaluate(PASTE, "à" * 326)
    expect(title).to_have_value("à" * 326)
    expect(counter).to_contain_text("326/160")
    expect(counter.get_by_role("status")).to_have_text("Caractères en trop\u00a0: 166")
    title.fill("à" * 150)
    expect(counter).to_contain_text("150/160")
    expect(counter.get_by_role("status")).to_have_text("Caractères restants\u00a0: 10")
    title.fill("👩\u200d💻")
    expect(counter).to_be_hidden()

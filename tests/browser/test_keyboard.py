"""The main journeys by keyboard alone: everything is reached, seen, and left again."""

import re

import pytest
from playwright.sync_api import Page, expect

from grandequipe.members.models import Member
from tests.chromium import DESKTOP, PHONE, SCRIPTS_RUN, OpenWindow
from tests.factories import (
    PASSWORD,
    Cast,
    admit,
    make_comment,
    make_member_with_password,
    make_post,
)

ESS = "/groupes/ess-quartiers"
NEWS = f"{ESS}/publier/actualite"
FRENCH_MOMENT = re.compile(r"le \d+(er)? \S+ \d{4} à \d+\s?h")
MOST_STOPS = 90


@pytest.fixture
def zoe(cast: Cast) -> Member:
    """Have a member who can log in."""
    member = make_member_with_password("Zoé Petit", email="zoe@example.org")
    admit(cast.ess, member)
    return member


def test_logging_in_and_out(zoe: Member, open_window: OpenWindow) -> None:
    """From the first stop to the home page, and out again by the menu."""
    page = open_window()
    page.goto("/connexion")
    tab_to(page, "input[name=email]")
    page.keyboard.type("zoe@example.org")
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du nouveau dans mes groupes")

    tab_to(page, "summary.menu-button")
    page.keyboard.press("Enter")
    menu = page.locator("details.menu:has(summary.menu-button)")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("summary.menu-button")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "form[data-logout] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


def test_the_first_stop_skips_to_the_content(cast: Cast, open_window: OpenWindow) -> None:
    """One key shows the way past the header, another takes it."""
    page = open_window(cast.chloe)
    page.goto(ESS)
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", ESS, NEWS, "/publications/1", f"{ESS}/membres"])
def test_every_stop_is_seen_and_none_is_a_trap(
    path: str, cast: Cast, open_window: OpenWindow
) -> None:
    """Tab walks through the whole page and out of it; where it stands can be seen."""
    make_post(cast.chloe, cast.ess)
    page = open_window(cast.chloe)
    page.goto(path)
    unseen, stops = [], 0
    while stops < MOST_STOPS and (stop := next_stop(page)) is not None:
        stops += 1
        if not stop["seen"]:
            unseen.append(stop["what"])
    assert unseen == []
    assert 5 < stops < MOST_STOPS, "Tab never leaves the page"


def test_publishing_commenting_and_reacting(cast: Cast, open_window: OpenWindow) -> None:
    """A piece of news, a comment under it, a thank-you: without a mouse."""
    page = open_window(cast.chloe)
    page.goto(f"{ESS}/publier")
    tab_to(page, 'main a[href$="/publier/actualite"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/actualite")
    tab_to(page, "input[name=title]")
    page.keyboard.type("Écrit au clavier")
    tab_to(page, "trix-editor")
    page.keyboard.type("Sans souris.")
    tab_to(page, ".form-actions button:not([name])")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Écrit au clavier")

    # Before its script, which a slow machine fetches late, the button sends the whole page.
    page.wait_for_function(SCRIPTS_RUN)
    tab_to(page, ".reaction[value=thanks]")
    page.keyboard.press("Enter")
    thanks = page.locator(".reaction[value=thanks]")
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_be_focused()
    about = page.get_by_role("group", name="Réactions à «\u00a0Écrit au clavier\u00a0»")
    expect(about.get_by_role("button", name="Utile", exact=True)).to_be_visible()

    tab_to(page, "trix-editor")
    page.keyboard.type("Et commenté de même.")
    tab_to(page, "#comment-form .form-actions button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-comments]").get_by_text("Et commenté de même.")).to_be_visible()


def test_the_toolbar_of_the_editor(cast: Cast, open_window: OpenWindow) -> None:
    """One stop for Tab, the arrows walk; a button says whether it is pressed, and works."""
    page = open_window(cast.chloe)
    page.goto(NEWS)
    tab_to(page, "[data-trix-attribute=bold]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-trix-attribute=italic]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    bold = page.locator("[data-trix-attribute=bold]")
    expect(bold).to_have_attribute("aria-pressed", "true")
    tab_to(page, "trix-editor")
    page.keyboard.type("gras")
    expect(page.locator("trix-editor strong")).to_have_text("gras")


def test_leaving_a_group_asks_first(cast: Cast, open_window: OpenWindow) -> None:
    """Escape closes the question and gives the focus back; Enter on the answer leaves."""
    page = open_window(cast.chloe)
    page.goto(ESS)
    page.locator(".group-menu summary").press("Enter")
    leave = 'form[action$="/quitter"] button'
    tab_to(page, leave)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(leave)).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "dialog button[value=yes]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rejoindre le groupe").first).to_be_visible()


def test_errors_come_first_and_lead_to_their_fields(cast: Cast, open_window: OpenWindow) -> None:
    """After a refusal the list of errors has the focus, its links lead, the text is kept."""
    page = open_window(cast.chloe)
    page.goto(NEWS)
    page.locator("trix-editor[contenteditable]").focus()
    page.keyboard.type("Un texte sans titre, écrit avec soin.")
    tab_to(page, ".form-actions button:not([name])")
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title = page.locator("input[name=title]")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_have_accessible_description(re.compile("titre"))
    expect(page.locator("trix-editor")).to_have_text("Un texte sans titre, écrit avec soin.")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_links_of_errors_show_the_whole_field(
    cast: Cast, open_window: OpenWindow, width: int
) -> None:
    """What is asked and what is wrong stand above the control: no header hides them."""
    page = open_window(cast.chloe, width)
    page.goto(f"{ESS}/publier/webinaire")
    page.locator(".form-actions button:not([name])").click()
    for name in ("title", "starts_at", "body_html"):
        follow_to_whole_field(page, name)
    page = open_window(width=width)
    page.goto("/inscription")
    page.locator("main .form-actions button").click()
    follow_to_whole_field(page, "password")


def test_an_empty_answer_is_refused_where_it_was_written(
    cast: Cast, open_window: OpenWindow
) -> None:
    """By the words of the page, which last, and not by a bubble of the browser's."""
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.bruno, post)
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    place = page.locator(f"#comment-{said.id}")
    place.locator(".reply > summary").click()
    place.get_by_role("button", name="Envoyer").click()
    expect(place.locator("[data-error-summary]")).to_be_focused()
    answer = place.get_by_label("Votre réponse")
    expect(answer).to_have_attribute("aria-invalid", "true")
    expect(answer).to_have_accessible_description(re.compile("champ|Écrivez|réponse"))


def test_what_is_typed_outlives_the_page(cast: Cast, open_window: OpenWindow) -> None:
    """The tab is closed without a word; the next one offers what had been typed."""
    first = open_window(cast.chloe)
    write(first, "Un titre à garder", "Et tout son texte.")
    first.wait_for_function("() => JSON.stringify(localStorage).includes('tout son texte')")
    second = first.context.new_page()
    first.close(run_before_unload=False)
    second.goto(NEWS)
    expect(second.locator(".draft-offer p")).to_have_text(FRENCH_MOMENT)
    second.get_by_role("button", name="Reprendre").click()
    expect(second.locator("input[name=title]")).to_have_value("Un titre à garder")
    expect(second.locator("trix-editor")).to_have_text("Et tout son texte.")


@pytest.mark.parametrize("answer", ["Reprendre", "Supprimer"])
def test_a_kept_comment_leads_back_into_its_editor(
    cast: Cast, open_window: OpenWindow, answer: str
) -> None:
    """Whether it is taken up or begun anew, the next key writes."""
    page = open_window(cast.chloe)
    page.goto(f"/publications/{make_post(cast.amina, cast.ess).id}")
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Un mot commencé")
    page.wait_for_function("() => JSON.stringify(localStorage).includes('Un mot commencé')")
    page.reload()
    page.get_by_role("button", name=answer).click()
    expect(page.locator("trix-editor")).to_be_focused()


def test_what_is_typed_outlives_a_failing_network(cast: Cast, open_window: OpenWindow) -> None:
    """It is sent against all advice, and fails: nothing is lost, and it is published in the end."""
    page = open_window(cast.chloe)
    write(page, "Envoyé dans un tunnel", "Avec son texte.")
    page.context.set_offline(True)
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("alert").filter(has_text="Pas de réseau")).to_be_visible()
    page.locator(".form-actions button:not([name])").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(NEWS)
    page.get_by_role("button", name="Reprendre").click()
    expect(page.locator("input[name=title]")).to_have_value("Envoyé dans un tunnel")
    page.locator(".form-actions button:not([name])").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Envoyé dans un tunnel")


def follow_to_whole_field(page: Page, name: str) -> None:
    """Follow the link of an error: its field has the focus, and all of it is below the header."""
    page.locator(f'[data-error-summary] a[href="#{name}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{name}")).to_be_focused()
    header = page.locator(".site-header").bounding_box()
    assert header
    for part in (f"#{name}-label", f"#{name}-error"):
        box = page.locator(part).bounding_box()
        assert box
        assert box["y"] >= header["height"], part


def write(page: Page, title: str, text: str) -> None:
    """Begin a piece of news."""
    page.goto(NEWS)
    page.fill("input[name=title]", title)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type(text)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector} on {page.url}")


def next_stop(page: Page) -> dict[str, str] | None:
    """Press Tab; return what has the focus and whether that can be seen, None outside the page.

    The editor is framed together with its buttons.
    """
    page.keyboard.press("Tab")
    stop: dict[str, str] | None = page.evaluate(
        """() => {
            const stop = document.activeElement;
            if (stop === document.body) return null;
            const { width, height } = stop.getBoundingClientRect();
            const framed = stop.matches("trix-editor") ? stop.closest(".editor") : stop;
            const { outlineStyle, outlineWidth } = getComputedStyle(framed);
            const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
            return { what: stop.outerHTML.slice(0, 120), seen: outlined && width * height > 0 };
        }"""
    )
    return stop

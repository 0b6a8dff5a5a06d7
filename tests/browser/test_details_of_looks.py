"""Details of looks: figures, fonts that load, the pill above a feed, paper."""

import pytest
from playwright.sync_api import Page, expect

from grandequipe.core.pictures import square_picture
from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from grandequipe.members.services import change_picture
from tests.browser.test_live import listen
from tests.chromium import PHONE, OpenWindow
from tests.core.test_pictures import written
from tests.factories import Cast, make_comment, make_post
from tests.waiting import wait_until

ESS = "/groupes/ess-quartiers"
# The first character of an element's text lies within the crumb that cuts them.
BEGINS_INSIDE = """(name) => {
  const first = document.createRange();
  first.setStart(name.firstChild, 0);
  first.setEnd(name.firstChild, 1);
  const character = first.getBoundingClientRect();
  const crumb = name.closest("li > *").getBoundingClientRect();
  return character.left >= crumb.left - 1 && character.right <= crumb.right + 1;
}"""


def fonts_of(page: Page, selector: str) -> dict[str, int]:
    """Count how many glyphs of an element each family draws (Chromium's own account)."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"]: int(font["glyphCount"]) for font in fonts}


def test_figures_in_texts_have_no_stroke_through_zero(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess, body_html="<p>Le 20 10 2030, <em>le 4 8 1960</em></p>")
    page = open_window()
    page.goto(f"/publications/{post.id}")
    page.evaluate("() => document.fonts.ready")
    for selector, figures in ((".post .prose p", "20102030481960"), (".post .prose em", "481960")):
        drawn = fonts_of(page, selector)
        number = next(many for name, many in drawn.items() if name.startswith("Bricolage"))
        assert number == len(figures)


def with_picture(member: Member) -> None:
    """Give a member a picture."""
    with atomic():
        change_picture(member, square_picture(written("PNG", (200, 200))))


def test_initials_show_until_the_picture_is_there(cast: Cast, open_window: OpenWindow) -> None:
    with_picture(cast.amina)
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe)
    page.route("**/photo*", lambda route: route.abort())
    page.goto(f"/publications/{post.id}")
    assert page.locator(".post-header .avatar").first.inner_text().strip() == "AB"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pill_of_new_posts_covers_no_title(
    cast: Cast, open_window: OpenWindow, width: int
) -> None:
    make_post(cast.amina, cast.ess, title="Une première nouvelle")
    page = listen(open_window(cast.chloe, width=width), ESS)
    make_post(cast.bruno, cast.ess)
    pill = page.locator("[data-quiet-bar] button")
    expect(pill).to_be_visible(timeout=20_000)
    box = pill.bounding_box()
    assert box
    for title in page.locator("main h1, main h2, main h3").all():
        words = title.bounding_box()
        assert (
            words is None
            or words["y"] + words["height"] <= box["y"]
            or (words["y"] >= box["y"] + box["height"])
        )


def test_paper_has_the_words_and_nothing_to_press(cast: Cast, open_window: OpenWindow) -> None:
    """B16: the editor and the buttons were printed."""
    post = make_post(cast.amina, cast.ess, body_html="<p>Ce qui a été écrit.</p>")
    make_comment(cast.bruno, post, "Bien vu.")
    page = open_window(cast.chloe, dark=True)
    page.goto(f"/publications/{post.id}")
    expect(page.locator("trix-editor").first).to_be_visible()
    page.emulate_media(media="print")
    for kept in ("Ce qui a été écrit.", "Bien vu."):
        expect(page.get_by_text(kept)).to_be_visible()
    pressed = page.locator("button, .button, input, textarea, select, trix-editor, nav")
    wait_until(lambda: not any(each.is_visible() for each in pressed.all()), "nothing is pressed")
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")


def test_a_screen_shows_what_a_group_is_once(cast: Cast, open_window: OpenWindow) -> None:
    """Above the posts where the side column comes after them, else in that column alone."""
    said = "Les voisins d’ici échangent des nouvelles, des outils et des idées, et se retrouvent "
    with atomic():
        cast.ess.description = f"{said * 2}le samedi."
    page = open_window(width=1280)
    page.goto(ESS)
    beginning = page.locator(".group-beginning")
    expect(page.locator(".group-description")).to_be_visible()
    expect(beginning).to_be_hidden()
    page.set_viewport_size({"width": 1099, "height": 800})
    expect(beginning).to_be_visible()


def test_the_editor_shows_its_focus_by_one_frame(cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto(f"{ESS}/publier/actualite")
    page.locator("trix-editor[contenteditable]").focus()
    drawn = "(element) => getComputedStyle(element).outlineStyle"
    assert page.locator(".editor").evaluate(drawn) == "solid"
    assert page.locator("trix-editor").evaluate(drawn) == "none"


def test_an_arabic_name_too_long_for_the_way_back_keeps_its_beginning(
    cast: Cast, open_window: OpenWindow
) -> None:
    with atomic():
        cast.ess.name = "جيران الحي الذين يلتقون كل يوم سبت في الحديقة"
    title = "اجتماع السكان حول الحديقة المشتركة يوم السبت القادم في القاعة"
    post = make_post(cast.amina, cast.ess, title=title)
    page = open_window(width=PHONE)
    page.goto(f"/publications/{post.id}")
    names = page.locator(".breadcrumbs bdi")
    expect(names).to_have_count(2)
    for name in names.all():
        assert name.evaluate(BEGINS_INSIDE)

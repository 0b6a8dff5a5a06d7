"""The menu that shares a post: copying, the phone's own sheet, and paper."""

from playwright.sync_api import expect

from grandequipe.feed.models import Kind
from tests.chromium import PHONE, OpenWindow, findings
from tests.factories import Cast, make_comment, make_post

OF_THE_MENU = ("color-contrast", "button-name", "link-name", "list", "label", "aria-hidden-focus")
SHEET = "navigator.share = async (data) => { window.shared = data; };"


def test_a_link_is_copied_and_this_is_said(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess, Kind.CALL, title="Un été en régie")
    make_comment(cast.chloe, post, "Bravo à tous")
    page = open_window(cast.chloe)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/publications/{post.id}")
    # The dates of a call stand beside it, at the left edge on a phone.
    dates = page.locator(".post-tools > [data-menu]:not([data-share])")
    dates.locator("summary").click()
    for width in (PHONE, 768, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        box = dates.locator(".menu-list").bounding_box()
        assert box
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width, width
    menu = page.locator("[data-share]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    # The open menu covers a part of what is behind it: targets there are smaller meanwhile.
    assert findings(page, *OF_THE_MENU) == []
    menu.get_by_role("button", name="Copier le lien").press("Enter")
    expect(page.locator("#share-status")).to_have_text("Le lien est copié.")
    for width in (PHONE, 768, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        box = menu.locator(".menu-list").bounding_box()
        assert box
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width, width
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"/publications/{post.id}-un-ete-en-regie")
    comments = page.locator("#comments")
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    expect(comments).to_be_visible()
    page.emulate_media(media="screen")
    menu.get_by_label("Sur le papier, avec les commentaires").uncheck()
    page.emulate_media(media="print")
    expect(comments).to_be_hidden()
    expect(page.locator(".prose").first).to_be_visible()
    page.emulate_media(media="screen")
    expect(comments).to_be_visible()


def test_the_calendars_of_a_webinar_open_within_a_phone_s_window(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    page = open_window(width=PHONE)
    page.goto(f"/publications/{post.id}")
    calendars = page.locator(".menu", has_text="Ajouter à mon agenda")
    calendars.locator("summary").click()
    box = calendars.locator(".menu-list").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE


def test_a_phone_opens_its_own_sheet(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess, title="Un été en régie")
    page = open_window(cast.chloe)
    page.add_init_script(SHEET)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
    page.goto(f"/publications/{post.id}")
    page.locator("[data-share] [data-scripted]").first.wait_for(state="attached")
    page.wait_for_function("() => !document.querySelector('[data-share] [data-scripted]').hidden")
    page.locator("[data-share] summary").click()
    page.wait_for_function("() => window.shared")
    assert page.evaluate("window.shared.title") == "Un été en régie"
    assert page.evaluate("window.shared.url").endswith("-un-ete-en-regie")
    expect(page.locator("[data-share]")).not_to_have_attribute("open", "")

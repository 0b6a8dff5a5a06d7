"""Two browsers for the last place: each page says by itself what becomes of it."""

from playwright.sync_api import expect

from tests.chromium import PHONE, SCRIPTS_RUN, OpenWindow
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar

KEPT, FREE = "une place vous est réservée", "Une place est libre pour vous"


def test_the_last_place_goes_to_one_browser_and_is_offered_to_the_other_when_it_is_free(
    cast: Cast, make_webinar: MakeWebinar, open_window: OpenWindow
) -> None:
    path = f"/publications/{make_webinar(capacity=1).id}"
    pages = [open_window(cast.chloe), open_window(cast.bruno, width=PHONE)]
    for page in pages:
        page.goto(path)
        page.wait_for_function(SCRIPTS_RUN)
    for page in pages:
        register = page.get_by_role("button", name="S’inscrire au webinaire")
        register.click(no_wait_after=True)
    for page in pages:
        expect(page.locator("#registration .notice")).to_be_visible()
        page.wait_for_function(SCRIPTS_RUN)
    goes, waits = sorted(pages, key=lambda page: KEPT not in page.inner_text("#registration"))
    expect(goes.locator("#registration")).to_contain_text(KEPT)
    expect(waits.locator("#registration")).to_contain_text("n° 1 sur la liste d’attente")
    goes.get_by_role("button", name="Annuler mon inscription").click()
    # The page is not loaded again.
    expect(waits.locator("#registration")).to_contain_text(FREE)
    waits.get_by_role("button", name="Accepter la place").click()
    expect(waits.locator("#registration")).to_contain_text(KEPT)

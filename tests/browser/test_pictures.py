"""Pictures in lists and on a post: few bytes, nothing that jumps, whole by a key."""

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.demo.files import keep_picture
from grandequipe.members.models import Member
from tests.browser.looks import looks_of
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, make_post

MOST_BYTES = 300_000
# The sum of layout shifts since the page began: those without a key or press before them.
SHIFTS = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
    }).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => resolve(sum), 0));
})"""


def photograph(seed: int, size: tuple[int, int] = (1600, 1067)) -> Image.Image:
    """Make a picture of a photograph's detail: its WebP of 480 pixels has some 30 KB."""
    grain = Image.effect_noise((size[0] // 8, size[1] // 8), 30 + seed / 10).resize(size)
    return Image.merge("RGB", [grain.filter(ImageFilter.GaussianBlur(each)) for each in (2, 4, 6)])


def make_pictured_posts(author: Member, group: object, pictures: list[list[str]]) -> list[int]:
    """Publish posts with pictures of these descriptions; give their ids."""
    ids = []
    for number, descriptions in enumerate(pictures):
        with atomic():
            files = [
                keep_picture(author, photograph(number + place), f"photo-{place}", said).id
                for place, said in enumerate(descriptions)
            ]
        ids.append(make_post(author, group, title=f"Avec images {number}", files=files).id)
    return ids


def transferred(page: Page) -> dict[str, int]:
    """Count the bytes of each picture that a page has fetched so far."""
    sizes: dict[str, int] = page.evaluate(
        """() => Object.fromEntries(performance.getEntriesByType("resource")
            .filter(each => each.name.includes("/fichiers/"))
            .map(each => [each.name, each.transferSize]))"""
    )
    return sizes


def test_twenty_cards_with_pictures_load_few_bytes_and_move_nothing(
    cast: Cast, open_window: OpenWindow
) -> None:
    make_pictured_posts(cast.amina, cast.ess, [["Une place"]] * 17 + [["Une place"] * 3] * 3)
    page = open_window(cast.chloe, width=PHONE)
    page.goto("/", wait_until="networkidle")
    expect(page.locator(".card-picture")).to_have_count(20)
    at_once = transferred(page)
    assert 0 < len(at_once) < 20, "those far below come later"
    for card in page.locator(".card").all():
        card.scroll_into_view_if_needed()
        image = card.locator(".card-picture img")
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    sizes = transferred(page)
    assert len(sizes) == 20
    assert 0 < sum(sizes.values()) <= MOST_BYTES, sizes
    assert page.evaluate(SHIFTS) == 0
    assert not any(looks_of(page).values()), looks_of(page)


def test_the_pictures_of_a_post_open_whole_and_the_keys_go_from_one_to_the_next(
    cast: Cast, open_window: OpenWindow
) -> None:
    said = ["Une fresque", "Des enfants", ""]
    [post] = make_pictured_posts(cast.amina, cast.ess, [said])
    page = open_window(cast.chloe, width=PHONE)
    page.goto(f"/publications/{post}", wait_until="networkidle")
    links = page.locator(".gallery a")
    expect(links).to_have_count(3)
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    assert page.evaluate(SHIFTS) == 0
    assert not any(looks_of(page).values()), looks_of(page)
    links.first.focus()
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    whole = window.get_by_role("img")
    expect(whole).to_have_attribute("alt", "Une fresque")
    assert whole.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.keyboard.press("ArrowRight")
    expect(window.get_by_role("status")).to_have_text("Des enfants")
    expect(window).to_contain_text("Image 2 sur 3")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(window).to_contain_text("Image 3 sur 3")
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(links.last).to_be_focused()


@pytest.mark.parametrize("size", [(1600, 700), (700, 1600)])
def test_one_picture_keeps_its_ratio_and_is_a_link_without_scripts(
    cast: Cast, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    with atomic():
        file = keep_picture(cast.amina, photograph(1, size), "photo", "Une tour")
    post = make_post(cast.amina, cast.ess, files=[file.id])
    page = open_window(cast.chloe, width=PHONE, scripts=False)
    page.goto(f"/publications/{post.id}")
    image = page.get_by_role("img", name="Une tour")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    assert box["width"] <= PHONE - 32
    assert box["height"] <= 0.8 * 800 + 1
    expect(page.locator(".post-picture a")).to_have_attribute(
        "href", f"/fichiers/{file.id}/photo.webp"
    )

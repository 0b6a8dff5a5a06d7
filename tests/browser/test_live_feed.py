"""An open feed shows new posts and drops removed ones, and stays a feed without a hole."""

import pytest
from playwright.sync_api import APIResponse, Route, expect

from grandequipe.core.transactions import atomic
from grandequipe.core.windows import DEFAULT_LIMIT
from grandequipe.feed.models import Kind
from grandequipe.feed.services import publish_post, remove_post, take_out
from tests.browser.test_live import ESS, PATIENCE, listen, titles
from tests.chromium import OpenWindow, findings
from tests.factories import Cast, draft_of, make_post
from tests.waiting import wait_until


def test_more_news_than_a_page_holds_leave_no_hole(cast: Cast, open_window: OpenWindow) -> None:
    """The newest page of them all, with the way to the others: no two pieces with a gap between."""
    make_post(cast.amina, cast.ess, title="Déjà lue")
    page = listen(open_window(cast.chloe), ESS)
    announced = [f"Nouvelle {number}" for number in range(DEFAULT_LIMIT + 1)]
    for title in announced:
        make_post(cast.amina, cast.ess, title=title)
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text(f"{len(announced)} nouvelles publications", timeout=PATIENCE)
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(announced[:0:-1])
    expect(page.locator(".pager a")).to_be_visible()
    expect(bar.get_by_role("button")).to_be_hidden()


def test_posts_broadcast_while_others_are_fetched_wait_on(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The server had written its answer by then: the bar does not go, for one more is there."""
    make_post(cast.amina, cast.ess, title="Déjà lue")
    page = listen(open_window(cast.chloe), ESS)
    make_post(cast.amina, cast.ess, title="Première")
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("1 nouvelle publication", timeout=PATIENCE)
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch()))

    page.route(f"**{ESS}", hold, times=1)
    bar.get_by_role("button").click()
    route, answer = wait_until(lambda: page.evaluate("() => true") and held, "it is answered")[0]
    make_post(cast.amina, cast.ess, title="Seconde")
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)
    route.fulfill(response=answer)
    expect(titles(page)).to_have_text(["Première", "Déjà lue"])
    expect(bar).to_have_text("1 nouvelle publication")
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(["Seconde", "Première", "Déjà lue"])


@pytest.mark.parametrize("path", ["/", ESS])
def test_nothing_new_is_put_on_top_of_what_is_older(
    path: str, cast: Cast, open_window: OpenWindow
) -> None:
    """News belong on the first page, and are announced there."""
    for number in range(DEFAULT_LIMIT + 1):
        make_post(cast.amina, cast.ess, title=f"Titre {number}")
    page = open_window(cast.chloe)
    page.goto(path)
    expect(page.locator("[data-quiet-bar]")).to_be_attached()
    page.locator(".pager a").click()
    expect(titles(page)).to_have_text(["Titre 0"])
    expect(page.locator("[data-quiet-bar]")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", ESS])
def test_on_a_page_of_one_kind_only_that_kind_is_news(
    path: str, cast: Cast, open_window: OpenWindow
) -> None:
    make_post(cast.amina, cast.ess, Kind.WEBINAR, title="Déjà lu")
    page = listen(open_window(cast.chloe), f"{path}?kind=webinaire")
    make_post(cast.amina, cast.ess, Kind.NEWS, title="Une actualité")
    make_post(cast.amina, cast.ess, Kind.WEBINAR, title="Un webinaire")
    make_post(cast.amina, cast.ess, Kind.CALL, title="Un appel")
    make_post(cast.amina, cast.ess, Kind.WEBINAR, title="Un autre webinaire")
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(["Un autre webinaire", "Un webinaire", "Déjà lu"])
    expect(bar.get_by_role("button")).to_be_hidden()


@pytest.mark.parametrize("path", ["/", ESS])
def test_a_post_that_goes_leaves_its_room_in_the_feed(
    path: str, cast: Cast, open_window: OpenWindow
) -> None:
    """Its words go; nothing moves under the finger, and who stood in it stands there still."""
    last, gone, _first = (make_post(cast.amina, cast.ess, title=f"Titre {n}") for n in range(3))
    page = listen(open_window(cast.chloe), path)
    card, below = page.locator(f"#post-{gone.id}"), page.locator(f"#post-{last.id}")
    card.get_by_role("link", name="Titre 1", exact=True).focus()
    before = below.bounding_box()
    with atomic():
        remove_post(cast.amina, gone)
    expect(card).to_have_text("Cette publication vient d’être supprimée.", timeout=PATIENCE)
    expect(card).to_be_focused()
    expect(card).to_have_accessible_name("Cette publication vient d’être supprimée.")
    assert below.bounding_box() == before
    assert findings(page) == []


def test_a_post_stays_in_the_feed_until_the_last_of_my_groups_removes_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    with atomic():
        post = publish_post(cast.amina, cast.ess, draft_of(title="Partout"), [cast.private])
    page = listen(open_window(cast.chloe), "/")
    card = page.locator(f"#post-{post.id}")
    with page.expect_response(f"**/api/v1/posts/{post.id}", timeout=PATIENCE), atomic():
        take_out(cast.amina, post, cast.private)
    expect(card).to_contain_text("Partout")
    with atomic():
        remove_post(cast.amina, post)
    expect(card).to_have_text("Cette publication vient d’être supprimée.", timeout=PATIENCE)


def test_a_post_in_two_of_my_groups_is_one_piece_of_news(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), "/")
    bar = page.locator("[data-quiet-bar]")
    with atomic():
        post = publish_post(cast.amina, cast.ess, draft_of(title="Partout"), [cast.private])
    expect(bar).to_have_text("1 nouvelle publication", timeout=PATIENCE)
    make_post(cast.amina, cast.private, title="Ensuite")
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)
    with atomic():
        take_out(cast.amina, post, cast.private)
    make_post(cast.amina, cast.ess, title="Enfin")
    expect(bar).to_have_text("3 nouvelles publications", timeout=PATIENCE)
    with atomic():
        remove_post(cast.amina, post)
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)

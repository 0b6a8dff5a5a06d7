"""Open pages stay true by themselves: what is new comes, once each, and nothing is pretended."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import (
    add_reaction,
    edit_post,
    remove_comment,
    remove_post,
    remove_reaction,
)
from grandequipe.groups.services import remove_member
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread
from tests.chromium import OpenWindow
from tests.factories import Cast, draft_of, make_comment, make_post
from tests.site import Site
from tests.waiting import wait_until

ESS = "/groupes/ess-quartiers"
PATIENCE = 20_000


@pytest.mark.parametrize("path", ["/", ESS])
def test_new_posts_wait_behind_a_quiet_bar(path: str, cast: Cast, open_window: OpenWindow) -> None:
    """The page says how many, shows them when asked, and moves the focus to the newest."""
    make_post(cast.amina, cast.ess, title="Déjà lue")
    page = listen(open_window(cast.chloe), path)
    make_post(cast.amina, cast.ess, title="Première")
    make_post(cast.bruno, cast.ess, title="Seconde")
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("2 nouvelles publications", timeout=PATIENCE)
    expect(page.get_by_text("Première")).to_have_count(0)
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(["Seconde", "Première", "Déjà lue"])
    expect(page.locator("article.card").first).to_be_focused()
    expect(page.locator("article.card").first.locator("svg use").first).to_be_attached()
    expect(bar.get_by_role("button")).to_be_hidden()


def test_a_new_line_waits_behind_the_bell_s_own_page(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.chloe, cast.ess)
    page = listen(open_window(cast.chloe), "/notifications")
    news = page.get_by_role("status").get_by_role("link", name="Afficher les nouveautés")
    expect(news).to_have_count(0)
    make_comment(cast.bruno, post)
    expect(news).to_be_visible(timeout=PATIENCE)
    news.click()
    expect(page.locator(".notification-list")).to_contain_text("Bruno Castel")
    expect(news).to_have_count(0)


def test_my_own_post_does_not_wait_for_me(cast: Cast, open_window: OpenWindow) -> None:
    """Only what others publish is news to me."""
    page = listen(open_window(cast.chloe), ESS)
    make_post(cast.chloe, cast.ess, title="La mienne")
    make_post(cast.amina, cast.ess, title="Une autre")
    expect(page.locator("[data-quiet-bar]")).to_have_text(
        "1 nouvelle publication", timeout=PATIENCE
    )


def test_comments_come_into_an_open_post(cast: Cast, open_window: OpenWindow) -> None:
    """A comment stands where it belongs, is announced, and is counted."""
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.chloe, post, "Un premier mot")
    page = listen(open_window(cast.amina), f"/publications/{post.id}")
    make_comment(cast.bruno, post, "Un mot venu d’ailleurs")
    make_comment(cast.bruno, post, "Une réponse venue d’ailleurs", reply_to=first.id)
    section = page.locator("[data-comments]")
    expect(section.get_by_text("Un mot venu d’ailleurs")).to_be_visible(timeout=PATIENCE)
    answers = page.locator(f"#comment-{first.id} [data-answers]")
    expect(answers).to_contain_text("Une réponse venue d’ailleurs", timeout=PATIENCE)
    expect(section.get_by_role("heading", level=2)).to_have_text("3 commentaires")
    expect(page.locator("[data-comments-status]")).to_contain_text("Bruno Castel")


def test_an_answer_outlives_the_comment_that_it_answers(
    cast: Cast, open_window: OpenWindow
) -> None:
    """A typed text stays, screen readers announce why, and it is sent in the end."""
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.bruno, post, "Un mot qui s’en va")
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    place = page.locator(f"#comment-{said.id}")
    place.locator(".reply > summary").click()
    area = place.get_by_label("Votre réponse")
    area.press_sequentially("Une réponse écrite")
    with atomic():
        remove_comment(cast.bruno, said)
    status = page.locator("[data-comments-status]")
    expect(status).to_contain_text(
        "Supprimé\u00a0: Commentaire écrit par Bruno Castel.", timeout=PATIENCE
    )
    expect(status).to_contain_text("Votre texte est conservé")
    expect(place).not_to_contain_text("Un mot qui s’en va")
    expect(area).to_be_focused()
    area.press_sequentially(" avec soin")
    place.get_by_role("button", name="Envoyer").click()
    own = page.get_by_role("article", name="Commentaire écrit par Chloé Dumas")
    expect(own).to_contain_text("Une réponse écrite avec soin")


def test_a_comment_that_goes_gives_its_focus_to_its_place(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    said = make_comment(cast.bruno, post)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    place = page.locator(f"#comment-{said.id}")
    place.locator(".reply > summary").focus()
    with atomic():
        remove_comment(cast.bruno, said)
    expect(place).to_have_text("Ce commentaire a été supprimé.", timeout=PATIENCE)
    expect(place).to_be_focused()
    expect(page.locator("[data-comments-status]")).to_contain_text("Supprimé")


def test_an_open_post_says_last_that_it_is_gone(cast: Cast, open_window: OpenWindow) -> None:
    """It was changed, which one may read; then it is gone, and there is nothing left to read."""
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    said = page.locator("[data-live-post]")
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Mieux dit"))
    expect(said.get_by_role("link")).to_be_visible(timeout=PATIENCE)
    with atomic():
        remove_post(cast.amina, post)
    expect(said.get_by_text("vient d’être supprimée")).to_be_visible(timeout=PATIENCE)
    expect(said.get_by_role("link")).to_be_hidden()


def test_the_reactions_of_others_leave_my_button_where_it_is(
    cast: Cast, open_window: OpenWindow
) -> None:
    """Its number grows under the focus; an element put in its place would be read again."""
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    mine = page.get_by_role("button", name="Utile")
    mine.focus()
    before = mine.element_handle()
    with atomic():
        add_reaction(cast.bruno, post, ReactionName.USEFUL)
    expect(mine).to_have_text(re.compile(r"Utile\s*1"), timeout=PATIENCE)
    assert page.evaluate("button => button === document.activeElement", before)
    with atomic():
        remove_reaction(cast.bruno, post, ReactionName.USEFUL)
    expect(mine).to_have_text("Utile", timeout=PATIENCE)
    expect(mine).to_be_focused()


def test_the_bell_shows_the_number_of_the_server(cast: Cast, open_window: OpenWindow) -> None:
    """The counter is in the accessible name of the bell, and in the title of the page."""
    post = make_post(cast.chloe, cast.ess)
    page = listen(open_window(cast.chloe), "/groupes")
    bell = page.locator(".site-header [data-bell]")
    expect(bell).to_have_accessible_name("Notifications")
    make_comment(cast.bruno, post)
    expect(bell).to_have_accessible_name(re.compile(r"Notifications\s*1\s"), timeout=PATIENCE)
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_the_bell_forgets_a_line_whose_comment_was_removed(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess)
    said = make_comment(cast.bruno, post)
    wait_until(lambda: _unread(cast.chloe) == 1, "the bell has a line")
    page = listen(open_window(cast.chloe), "/groupes")
    bell = page.locator(".site-header [data-bell]")
    expect(bell).to_have_accessible_name(re.compile(r"Notifications\s*1\s"))
    with atomic():
        remove_comment(cast.bruno, said)
    expect(bell).to_have_accessible_name("Notifications", timeout=PATIENCE)


def test_the_bell_forgets_a_line_whose_post_is_read_in_another_window(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    wait_until(lambda: _unread(cast.chloe) == 1, "the bell has a line")
    page = listen(open_window(cast.chloe), "/groupes")
    bell = page.locator(".site-header [data-bell]")
    expect(bell).to_have_accessible_name(re.compile(r"Notifications\s*1\s"))
    elsewhere = open_window(cast.chloe)
    elsewhere.goto(f"/publications/{post.id}")
    there = elsewhere.locator(".site-header [data-bell]")
    expect(there).to_have_accessible_name("Notifications")
    expect(bell).to_have_accessible_name("Notifications", timeout=PATIENCE)


def _unread(member: Member) -> int:
    db.session.rollback()
    return count_unread(member)


def test_a_page_is_honest_offline_and_catches_up(cast: Cast, open_window: OpenWindow) -> None:
    """Offline, it says until when it is true; back, it has everything, in order, once each."""
    page = listen(open_window(cast.chloe), ESS)
    page.context.set_offline(True)
    line = page.locator(".connection-bar")
    expect(line).to_have_text(re.compile(r"Hors ligne, à jour à \d+\s?[:h]"), timeout=PATIENCE)
    for title in ("Un", "Deux", "Trois"):
        make_post(cast.amina, cast.ess, title=title)
    page.context.set_offline(False)
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("3 nouvelles publications", timeout=PATIENCE)
    expect(line).not_to_contain_text("Hors ligne", timeout=PATIENCE)
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(["Trois", "Deux", "Un"])


def test_a_member_who_was_excluded_receives_nothing_more(
    cast: Cast, open_window: OpenWindow
) -> None:
    """An open page of a private group gets nothing from the moment its reader is removed."""
    gone = open_window(cast.chloe)
    heard: list[str] = []
    gone.on(
        "websocket", lambda line: line.on("framereceived", lambda said: heard.append(str(said)))
    )
    listen(gone, "/groupes/regies-de-quartier")
    stays = listen(open_window(cast.bruno), "/groupes/regies-de-quartier")
    with atomic():
        remove_member(cast.amina, cast.private, cast.chloe)
    make_post(cast.amina, cast.private, title="Entre nous")
    expect(stays.locator("[data-quiet-bar]")).to_have_text(
        "1 nouvelle publication", timeout=PATIENCE
    )
    expect(gone.locator("[data-quiet-bar] button")).to_be_hidden()
    assert heard
    assert not [said for said in heard if "post.published" in said]


def test_a_page_repairs_itself_when_its_server_is_killed(
    cast: Cast, open_window: OpenWindow, running_site: Site
) -> None:
    """kill -9 of every web worker: the page finds the new ones, and misses nothing."""
    page = listen(open_window(cast.chloe), ESS)
    running_site.processes["web"].kill()
    make_post(cast.amina, cast.ess, title="Pendant la panne")
    running_site.start("web")
    running_site.wait_until_ready()
    make_post(cast.amina, cast.ess, title="Après la panne")
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("2 nouvelles publications", timeout=2 * PATIENCE)
    bar.get_by_role("button").click()
    expect(titles(page)).to_have_text(["Après la panne", "Pendant la panne"])


def listen(page: Page, path: str) -> Page:
    """Open a page and wait until it hears the server."""
    page.goto(path)
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=PATIENCE)
    return page


def titles(page: Page) -> Locator:
    """Find the titles of the cards of a page, from the top."""
    return page.locator("[data-feed] .card-title")

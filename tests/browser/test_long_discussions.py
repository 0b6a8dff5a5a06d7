"""A long discussion in a window: more of it comes in place, and nothing stands out of place."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.queries.threads import MOST_ANSWERS, MOST_THREADS
from grandequipe.feed.services import remove_comment
from tests.browser.looks import looks_of
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import PHONE, SCRIPTS_RUN, OpenWindow
from tests.factories import Cast, make_comment, make_post

EARLIER, LATER = "Voir les commentaires précédents", "Voir les commentaires suivants"
OTHER_REPLIES = re.compile("autres? réponses?")
ONE_ELSEWHERE = "1 nouveau commentaire ailleurs dans la discussion"


@pytest.fixture
def post(cast: Cast) -> Post:
    """Have a post under which much was said, in its first thread above all."""
    post = make_post(cast.amina, cast.ess)
    said = [make_comment(cast.bruno, post, f"Numéro {n}").id for n in range(MOST_THREADS + 5)]
    for number in range(MOST_ANSWERS + 3):
        make_comment(cast.amina, post, f"Réponse {number}", reply_to=said[0])
    return post


def first_of(post: Post) -> int:
    """Give the id of what was said first; that of what was said next follows it."""
    return db.session.scalars(select(func.min(Comment.id)).filter_by(post_id=post.id)).one()


@pytest.mark.parametrize("name", ["chloe", None])
def test_more_comes_in_place_and_is_read_on_from_there(
    post: Post, cast: Cast, open_window: OpenWindow, name: str | None
) -> None:
    page = open_window(getattr(cast, name) if name else None)
    page.goto(f"/publications/{post.id}")
    page.wait_for_function(SCRIPTS_RUN)
    items = page.locator("[data-comment-list] > [data-comment]")
    expect(items).to_have_count(MOST_THREADS)
    page.get_by_role("link", name=EARLIER).click()
    expect(items).to_have_count(MOST_THREADS + 5)
    first = page.locator(f"#comment-{first_of(post)}")
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    expect(page.locator("[data-comments-status]")).to_have_text(re.compile("de plus"))
    expect(page.get_by_role("link", name=EARLIER)).to_have_count(0)
    answers = first.locator("[data-answers] > [data-comment]")
    expect(answers).to_have_count(MOST_ANSWERS)
    first.get_by_role("link", name=OTHER_REPLIES).click()
    expect(answers).to_have_count(MOST_ANSWERS + 3)
    expect(answers.first).to_be_focused()
    expect(answers.first).to_contain_text("Réponse 0")
    assert page.url.endswith(f"/publications/{post.id}")


def test_what_is_said_where_the_page_does_not_reach_is_announced_only(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), f"/publications/{post.id}/commentaires/{first_of(post)}")
    items = page.locator("[data-comment-list] > [data-comment]")
    make_comment(cast.bruno, post, "Tout au bout")
    bar = page.locator("[data-comments-elsewhere]")
    expect(bar).to_have_text(ONE_ELSEWHERE, timeout=PATIENCE)
    make_comment(cast.bruno, post, "Une réponse à sa place", reply_to=first_of(post))
    thread = page.locator(f"#comment-{first_of(post)} [data-answers]")
    expect(thread).to_contain_text("Une réponse à sa place", timeout=PATIENCE)
    expect(items).to_have_count(MOST_THREADS)
    expect(page.locator("#comments-title")).to_have_text(f"{post.comment_count} commentaires")
    bar.get_by_role("link").click()
    expect(page.get_by_text("Tout au bout")).to_be_in_viewport()


def test_at_the_end_of_a_discussion_what_is_new_comes_in(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), f"/publications/{post.id}/commentaires/{first_of(post)}")
    page.wait_for_function(SCRIPTS_RUN)
    page.get_by_role("link", name=LATER).click()
    expect(page.get_by_role("link", name=LATER)).to_have_count(0)
    make_comment(cast.bruno, post, "Tout au bout")
    expect(page.locator("[data-comment-list] > [data-comment]").last).to_contain_text(
        "Tout au bout", timeout=PATIENCE
    )
    expect(page.locator("[data-comments-elsewhere] a")).to_be_hidden()


def test_an_answer_far_back_is_not_put_at_the_end(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    make_comment(cast.bruno, post, "Une réponse d’avant", reply_to=first_of(post))
    bar = page.locator("[data-comments-elsewhere]")
    expect(bar).to_have_text(ONE_ELSEWHERE, timeout=PATIENCE)
    expect(page.get_by_text("Une réponse d’avant")).to_have_count(0)
    bar.get_by_role("link").click()
    expect(page.get_by_text("Une réponse d’avant")).to_be_in_viewport()


def test_what_is_said_elsewhere_moves_nothing_that_is_read(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe, width=PHONE), f"/publications/{post.id}")
    comment = page.locator("[data-comment-list] > [data-comment]").first
    comment.evaluate("comment => comment.scrollIntoView({block: 'center', behavior: 'instant'})")
    top = "comment => comment.getBoundingClientRect().top"
    before = comment.evaluate(top)
    make_comment(cast.bruno, post, "Une réponse d’avant", reply_to=first_of(post))
    expect(page.locator("[data-comments-elsewhere] a")).to_be_in_viewport(timeout=PATIENCE)
    assert comment.evaluate(top) == before


def test_what_was_announced_and_then_removed_is_forgotten(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    """The bar counts what is still there, leads to that, and goes with the last of it."""
    page = listen(open_window(cast.chloe), f"/publications/{post.id}/commentaires/{first_of(post)}")
    bar = page.locator("[data-comments-elsewhere]")
    first, last = (make_comment(cast.bruno, post, said) for said in ("Un", "Deux"))
    expect(bar).to_have_text(
        "2 nouveaux commentaires ailleurs dans la discussion", timeout=PATIENCE
    )
    with atomic():
        remove_comment(cast.bruno, first)
    expect(bar).to_have_text(ONE_ELSEWHERE, timeout=PATIENCE)
    link = bar.locator("a")
    expect(link).to_have_attribute("href", re.compile(f"/{last.id}$"))
    link.focus()
    with atomic():
        remove_comment(cast.bruno, last)
    expect(link).to_be_hidden(timeout=PATIENCE)
    expect(page.locator("#comments-title")).to_be_focused()


def test_what_was_announced_is_forgotten_once_it_is_shown(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    """Its part of the discussion was fetched: it is elsewhere no more."""
    page = listen(open_window(cast.chloe), f"/publications/{post.id}/commentaires/{first_of(post)}")
    bar = page.locator("[data-comments-elsewhere]")
    make_comment(cast.bruno, post, "Tout au bout")
    expect(bar).to_have_text(ONE_ELSEWHERE, timeout=PATIENCE)
    page.wait_for_function(SCRIPTS_RUN)
    page.get_by_role("link", name=LATER).click()
    expect(page.get_by_text("Tout au bout")).to_be_visible()
    expect(bar.locator("a")).to_be_hidden()


def test_a_link_of_an_earlier_mail_finds_its_comment(post: Post, open_window: OpenWindow) -> None:
    page = open_window()
    page.goto(f"/publications/{post.id}#comment-{first_of(post) + 1}")
    expect(page.get_by_text("Numéro 1", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize(
    ("name", "locale", "said"),
    [
        ("chloe", "fr-FR", "Ce commentaire n’est plus là."),
        (None, "en-GB", "This comment is no longer there."),
    ],
)
def test_a_link_to_a_comment_that_is_no_longer_there_keeps_the_post(
    post: Post, cast: Cast, open_window: OpenWindow, name: str | None, locale: str, said: str
) -> None:
    """Said in the reader's language, however much of the discussion the page shows."""
    short = make_post(cast.amina, cast.ess)
    make_comment(cast.bruno, short)
    page = open_window(getattr(cast, name) if name else None, locale=locale)
    for each in (post, short):
        address = f"/publications/{each.id}#comment-999999"
        page.goto(address)
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        expect(page).to_have_url(re.compile(f"{address}$"))
        expect(page.get_by_role("heading", level=1)).to_have_text(each.title)


def test_everything_is_read_without_scripts(
    post: Post, cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe, scripts=False)
    page.goto(f"/publications/{post.id}")
    page.get_by_role("link", name=EARLIER).click()
    expect(page.get_by_text("Numéro 0", exact=True)).to_be_visible()
    page.get_by_role("link", name=OTHER_REPLIES).click()
    expect(page.get_by_text("Réponse 0", exact=True)).to_be_visible()
    page.get_by_role("link", name="Voir les réponses suivantes").click()
    expect(page.get_by_text(f"Réponse {MOST_ANSWERS + 2}", exact=True)).to_be_visible()
    page.get_by_role("link", name="Voir toute la discussion").click()
    page.get_by_role("link", name=LATER).click()
    expect(page.get_by_text(f"Numéro {MOST_THREADS + 4}", exact=True)).to_be_visible()


def test_a_part_of_a_discussion_is_legible(post: Post, cast: Cast, open_window: OpenWindow) -> None:
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}/commentaires/{first_of(post)}")
    assert {look: found for look, found in looks_of(page).items() if found} == {}
    alone(page)
    assert {look: found for look, found in looks_of(page).items() if found} == {}


def alone(page: Page) -> None:
    """Show one thread alone."""
    link = page.get_by_role("link", name=OTHER_REPLIES)
    page.goto(link.get_attribute("href") or "")
    expect(page.get_by_role("link", name="Voir toute la discussion")).to_be_visible()

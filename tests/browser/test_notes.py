"""Notes about an open page lie over it, off what one writes, and can be put away."""

import pytest
from playwright.sync_api import Locator, Page, expect

from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Post
from grandequipe.feed.services import edit_post
from grandequipe.groups.services import ban_member, leave_group, remove_member
from tests.browser.looks import looks_of
from tests.browser.test_live import ESS, PATIENCE, listen
from tests.chromium import DESKTOP, PHONE, OpenWindow
from tests.factories import Cast, draft_of, make_post

PRIVATE = "/groupes/regies-de-quartier"
SENTENCE = "Vous n’êtes plus membre de ce groupe."
OVER = """([note, form]) => {
    const [a, b] = [note, form].map(each => each.getBoundingClientRect());
    return Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top);
}"""
# Until its listeners have been called.
SCROLLED = """(form, edge) => {
    form.scrollIntoView({block: edge, behavior: "instant"});
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
LONG = "<p>Un paragraphe qui se lit.</p>" * 40


def change(cast: Cast, post: Post) -> None:
    """Write the post anew."""
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Mieux dit"))


def lies_over(note: Locator, form: Locator) -> bool:
    """Return whether a note hides a part of a form."""
    found: bool = note.page.evaluate(OVER, [note.element_handle(), form.element_handle()])
    return found


def announced(page: Page) -> Locator:
    """Find the note that says that one is no member any more."""
    return page.get_by_role("status").filter(has_text=SENTENCE).locator(".notice:visible")


@pytest.mark.parametrize("path", [ESS, f"{ESS}/membres", "/publications/{post}"])
def test_an_open_page_notifies_an_excluded_member(
    path: str, cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe, width=PHONE), path.format(post=post.id))
    expect(announced(page)).to_have_count(0)
    with atomic():
        ban_member(cast.amina, cast.ess, cast.chloe, "Hors sujet.")
    expect(announced(page)).to_be_visible(timeout=PATIENCE)
    found = looks_of(page)
    assert {look for look, wrong in found.items() if wrong} == set(), found
    announced(page).get_by_role("link", name="Recharger").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text(SENTENCE)).to_have_count(0)


def test_so_does_the_page_of_a_group_that_its_members_alone_read(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = listen(open_window(cast.chloe), PRIVATE)
    with atomic():
        remove_member(cast.amina, cast.private, cast.chloe)
    expect(announced(page)).to_be_visible(timeout=PATIENCE)


def test_who_leaves_another_group_is_still_a_member_of_this_one(
    cast: Cast, open_window: OpenWindow
) -> None:
    """A later broadcast shows that the page has received it."""
    page = listen(open_window(cast.chloe), ESS)
    with atomic():
        leave_group(cast.chloe, cast.private)
    make_post(cast.amina, cast.ess)
    expect(page.locator("[data-quiet-bar]")).to_have_text(
        "1 nouvelle publication", timeout=PATIENCE
    )
    expect(announced(page)).to_have_count(0)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_note_keeps_off_the_comment_that_is_being_written(
    width: int, cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess, body_html=LONG)
    page = listen(open_window(cast.chloe, width=width), f"/publications/{post.id}")
    editor, form = page.locator("trix-editor"), page.locator("#comment-form")
    editor.click()
    page.keyboard.type("Un mot")
    change(cast, post)
    note = page.locator(".notice").filter(has=page.get_by_role("link", name="Lire le nouveau"))
    expect(note).to_be_in_viewport(timeout=PATIENCE)
    for edge in ("end", "start"):
        form.evaluate(SCROLLED, edge)
        assert not lies_over(note, form)
        expect(note).to_be_in_viewport()


def test_a_note_can_be_put_away_and_one_writes_on(cast: Cast, open_window: OpenWindow) -> None:
    """It comes again with the next change."""
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe, width=PHONE), f"/publications/{post.id}")
    editor = page.locator("trix-editor")
    editor.click()
    page.keyboard.type("Un mot")
    change(cast, post)
    away = page.get_by_role("button", name="Fermer ce message")
    away.click(timeout=PATIENCE)
    expect(away).to_have_count(0)
    expect(editor).to_be_focused()
    page.keyboard.type(" de plus")
    expect(editor).to_have_text("Un mot de plus")
    change(cast, post)
    expect(away).to_be_visible(timeout=PATIENCE)


def test_what_was_put_away_stays_away(cast: Cast, open_window: OpenWindow) -> None:
    """The server sends the member's streams at intervals."""
    page = listen(open_window(cast.chloe, width=PHONE), ESS)
    with atomic():
        ban_member(cast.amina, cast.ess, cast.chloe, "Hors sujet.")
    announced(page).get_by_role("button", name="Fermer ce message").click(timeout=PATIENCE)
    page.evaluate(
        "() => document.dispatchEvent(new CustomEvent('live:streams', { detail: ['member:0'] }))"
    )
    expect(announced(page)).to_have_count(0)

"""An open post: its comments change, come back, are reacted to and locked while it is read."""

from playwright.sync_api import expect

from grandequipe.core.transactions import atomic
from grandequipe.feed import services
from grandequipe.feed.models import ReactionName
from tests.browser.test_live import PATIENCE, listen
from tests.chromium import OpenWindow
from tests.factories import Cast, draft_of, make_comment, make_post


def test_an_open_discussion_follows_what_becomes_of_its_comments(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.bruno, post, "Rendez-vous lundi")
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    place = page.locator(f"#comment-{comment.id}")
    with atomic():
        services.edit_comment(cast.bruno, comment, "<p>Rendez-vous mardi</p>")
    expect(place).to_contain_text("Rendez-vous mardi", timeout=PATIENCE)
    expect(place).to_contain_text("modifié")
    place.get_by_role("link", name="Réagir au commentaire de Bruno Castel").click()
    thanks = place.get_by_role("button", name="Merci")
    thanks.click()
    expect(thanks).to_have_attribute("aria-pressed", "true")
    expect(thanks).to_contain_text("1")
    with atomic():
        services.react_to_comment(cast.amina, comment, ReactionName.THANKS)
    expect(thanks).to_contain_text("2", timeout=PATIENCE)
    with atomic():
        services.remove_comment(cast.bruno, comment)
    expect(place).to_contain_text("Ce commentaire a été supprimé.", timeout=PATIENCE)
    with atomic():
        services.restore_comment(cast.bruno, comment)
    expect(place).to_contain_text("Rendez-vous mardi", timeout=PATIENCE)
    locked = page.get_by_text("La modération a fermé les commentaires")
    expect(locked).to_be_hidden()
    with atomic():
        services.lock_comments(cast.amina, post, locked=True)
    expect(locked).to_be_visible(timeout=PATIENCE)


def test_a_minor_correction_is_not_announced_and_another_change_is(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = listen(open_window(cast.chloe), f"/publications/{post.id}")
    note = page.locator("[data-note=edited]")
    with atomic():
        services.edit_post(
            cast.amina, post, draft_of(body_html="<p>Mot corrigé</p>"), is_minor=True
        )
    comment = make_comment(cast.bruno, post, "Vu après")
    expect(page.locator(f"#comment-{comment.id}")).to_be_visible(timeout=PATIENCE)
    expect(note).to_be_hidden()
    with atomic():
        services.edit_post(cast.amina, post, draft_of(body_html="<p>Autre chose</p>"))
    expect(note).to_be_visible(timeout=PATIENCE)

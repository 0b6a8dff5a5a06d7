"""What a member may not do for now, and what a moderator takes back, as a window shows it."""

import pytest
from playwright.sync_api import expect

from grandequipe.core.transactions import atomic
from grandequipe.groups.services import invite_address
from grandequipe.web.rate_limits import hit
from tests.chromium import OpenWindow, findings, sideways
from tests.factories import Cast, make_post

pytestmark = pytest.mark.slow

SMALLEST = 320
LONG = "une.personne.dont.le.nom.est.vraiment.long@association-des-habitants.example.org"


def test_a_moderator_withdraws_an_invitation_on_a_small_phone(
    open_window: OpenWindow, cast: Cast
) -> None:
    with atomic():
        invite_address(cast.bruno, cast.ess, LONG)
    page = open_window(cast.bruno, width=SMALLEST)
    page.goto("/groupes/ess-quartiers/membres")
    expect(page.get_by_text(LONG)).to_be_visible()
    assert sideways(page) == 0
    assert findings(page) == []
    page.get_by_role("button", name=f"Retirer l’invitation envoyée à {LONG}").click()
    page.get_by_role("dialog").get_by_role("button", name="Retirer l’invitation").click()
    expect(page.get_by_text("L’invitation a été retirée.")).to_be_visible()
    expect(page.get_by_text(LONG)).to_have_count(0)


def test_a_comment_too_many_stays_in_its_field(open_window: OpenWindow, cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess)
    while hit("comments", cast.chloe.id):
        pass
    page = open_window(cast.chloe, width=SMALLEST)
    page.goto(f"/publications/{post.id}")
    page.locator("#comment-form trix-editor").fill("Merci pour ce partage")
    with page.expect_response(lambda answer: answer.status == 429):
        page.get_by_role("button", name="Commenter").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("beaucoup en peu de temps")
    expect(page.locator("#comment-form trix-editor")).to_contain_text("Merci pour ce partage")
    assert sideways(page) == 0
    assert findings(page) == []


def test_a_picture_that_is_too_large_is_refused_where_it_was_chosen(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.chloe)
    page.goto("/reglages/photo")
    chosen = {"name": "moi.png", "mimeType": "image/png", "buffer": b"0" * (9 * 1024 * 1024)}
    page.locator("#picture").set_input_files(chosen)  # type: ignore[arg-type]
    page.get_by_role("button", name="Enregistrer la photo").click()
    expect(page.locator("#picture-error")).to_contain_text("de 5\u00a0Mo au plus")

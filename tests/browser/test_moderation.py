"""Two moderators at one case, each in a browser, and the way of a report by the keyboard alone."""

from playwright.sync_api import expect
from sqlalchemy import func, select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.moderation.models import Decision, ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import ReportInput, report
from tests.browser.test_live import listen
from tests.chromium import OpenWindow
from tests.factories import Cast, make_post

CASES = "/groupes/ess-quartiers/moderation/dossiers"
PATIENCE = 20_000


def test_of_two_moderators_at_once_one_decides_and_the_other_reads_what(
    cast: Cast, open_window: OpenWindow
) -> None:
    """The count comes by itself to both; what the second one typed stays in the form."""
    post = make_post(cast.chloe, cast.ess, title="Vide-grenier")
    amina, bruno = (listen(open_window(each), CASES) for each in (cast.amina, cast.bruno))
    count = amina.locator("[data-case-count]")
    expect(count).to_be_hidden()
    reportable = get_reportable(SubjectType.POST, post.id, seen_by=cast.driss)
    with atomic():
        report(cast.driss, reportable, ReportInput(ReportReason.SPAM))
    for page in (amina, bruno):
        expect(page.locator("[data-case-count]")).to_contain_text("1", timeout=PATIENCE)
        page.reload()
        page.get_by_role("link", name="Vide-grenier").click()
        expect(page.get_by_role("heading", name="Votre décision")).to_be_visible()
    bruno.get_by_label("Retirer le contenu").check()
    bruno.get_by_label("Pourquoi").fill("Ceci est une publicité.")
    amina.get_by_label("Laisser tel quel").check()
    amina.get_by_label("Pourquoi").fill("Rien à redire.")
    bruno.get_by_role("button", name="Décider").click()
    expect(bruno.get_by_text("Le contenu a été retiré.")).to_be_visible()
    amina.get_by_role("button", name="Décider").click()
    said = amina.get_by_role("alert")
    expect(said).to_contain_text("Bruno Castel")
    expect(said).to_contain_text("Ceci est une publicité.")
    db.session.rollback()
    assert db.session.scalar(select(func.count(Decision.id))) == 1
    amina.goto(amina.url.split("/dossiers")[0] + CASES)
    expect(amina.locator("[data-case-count]")).to_be_hidden()


def test_a_post_is_reported_by_the_keyboard_alone(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess, title="Vide-grenier")
    page = open_window(cast.chloe)
    page.goto(f"/publications/{post.id}")
    page.get_by_role("link", name="Signaler", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signaler cette publication")
    page.get_by_role("radio").first.focus()
    for key in ("ArrowDown", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Toujours la même annonce.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Merci. La modération va l’examiner")).to_be_visible()
    page.goto("/signalements")
    expect(page.get_by_text("Toujours la même annonce.")).to_be_visible()
    expect(page.get_by_text("Spam ou publicité")).to_be_visible()

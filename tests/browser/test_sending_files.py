"""The files of a form are sent while one writes, and what is cut goes on."""

import base64
import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from sqlalchemy import select

from grandequipe.attachments.models import File, FileState, Upload
from grandequipe.attachments.tasks import prepare
from grandequipe.extensions import db
from tests.attachments.sample_files import MP4, PAGE, PDF
from tests.browser.looks import looks_of
from tests.browser.test_files import PUBLISH, photograph, write
from tests.chromium import PHONE, OpenWindow
from tests.factories import Cast, make_comment, make_post
from tests.waiting import wait_until

LENGTH = 120 * 1024 * 1024


def document(name: str = "bilan.pdf", content: bytes = PDF) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def open_form(page: Page, path: str = PUBLISH) -> None:
    """Open a form whose field of files works by script."""
    page.goto(path)
    page.wait_for_selector(".files-scripted", state="attached")


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("input[name=upload]").first.set_input_files(list(files))


def item(page: Page, name: str) -> Locator:
    return page.locator("[data-file]").filter(has_text=name)


def arrived(page: Page, name: str) -> Locator:
    return item(page, name).get_by_role("button", name="Retirer")


def names(page: Page) -> list[str]:
    return page.locator("[data-file-name]").all_text_contents()


def publish(page: Page) -> None:
    page.locator(".form-actions button:not([name])").click()


def test_files_are_sent_when_chosen_described_ordered_by_keyboard_and_taken_out(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.amina, width=PHONE)
    open_form(page)
    page.fill("input[name=title]", "La fête du quartier")
    choose(page, photograph(), document(), document("plan.pdf"))
    for name in ("fête.jpg", "bilan.pdf", "plan.pdf"):
        expect(arrived(page, name)).to_be_visible()
    expect(page.get_by_role("button", name="Ajouter ces fichiers")).to_be_hidden()
    expect(item(page, "fête.jpg").locator("img")).to_have_attribute("src", re.compile("^blob:"))
    missing = item(page, "fête.jpg").get_by_text("Pas encore décrite")
    expect(missing).to_be_visible()
    item(page, "fête.jpg").get_by_label("Que montre cette image").fill("Une place en fête")
    expect(missing).to_be_hidden()
    up = item(page, "plan.pdf").get_by_role("button", name="Monter")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    status = page.locator(".files [role=status]")
    expect(status).to_have_text("«\u00a0plan.pdf\u00a0»\u00a0: 2 sur 3")
    assert names(page) == ["fête.jpg", "plan.pdf", "bilan.pdf"]
    arrived(page, "bilan.pdf").click()
    undo = page.locator(".file-removed").get_by_role("button", name="Annuler")
    expect(undo).to_be_focused()
    undo.click()
    expect(arrived(page, "bilan.pdf")).to_be_focused()
    arrived(page, "plan.pdf").click()
    assert not any(looks_of(page).values()), looks_of(page)
    write(page, "Elle a eu lieu samedi.", scripts=True)
    publish(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("La fête du quartier")
    expect(page.get_by_role("link", name="bilan.pdf")).to_be_visible()
    expect(page.get_by_text("plan.pdf")).to_have_count(0)
    [photo] = db.session.scalars(select(File).where(File.alternative != "")).all()
    assert photo.alternative == "Une place en fête"


def test_files_that_are_chosen_before_the_script_comes_are_sent_by_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.amina)
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/app-*.js", hold)
    page.goto(PUBLISH, wait_until="commit")
    choose(page, document())
    page.wait_for_function("() => document.querySelector('input[name=upload]').files.length")
    for route in late:
        route.continue_()
    expect(arrived(page, "bilan.pdf")).to_be_visible()


def test_a_cut_or_refused_file_is_named_and_tried_again_and_the_form_waits_for_it(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.amina)
    open_form(page)
    page.fill("input[name=title]", "Le bilan")
    write(page, "Il est joint.", scripts=True)
    page.route("**/api/v1/files", lambda route: route.abort("internetdisconnected"), times=1)
    choose(page, document())
    cut = item(page, "bilan.pdf").locator("[data-file-error]")
    expect(cut).to_contain_text("la connexion a été coupée")
    publish(page)
    expect(page.get_by_text("Un fichier n’est pas arrivé")).to_be_visible()
    choose(page, document("page.pdf", PAGE))
    refused = item(page, "page.pdf").locator("[data-file-error]")
    expect(refused).to_contain_text("page.pdf")
    expect(refused).to_contain_text("page web")
    item(page, "page.pdf").get_by_role("button", name="Annuler").click()
    expect(item(page, "page.pdf")).to_have_count(0)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/files", hold, times=1)
    item(page, "bilan.pdf").get_by_role("button", name="Réessayer").click()
    expect(item(page, "bilan.pdf").get_by_role("progressbar")).to_be_visible()
    publish(page)
    expect(page.get_by_text("encore en cours d’envoi")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("Le bilan")
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Le bilan")
    expect(page.get_by_role("link", name="bilan.pdf")).to_be_visible()


def received() -> int:
    """Give how many bytes of the upload are acknowledged."""
    db.session.rollback()
    return db.session.scalar(select(Upload.received)) or 0


def test_a_large_file_goes_on_where_the_network_was_cut(
    cast: Cast, open_window: OpenWindow, tmp_path: Path
) -> None:
    page = open_window(cast.amina)
    open_form(page)
    page.fill("input[name=title]", "La vidéo")
    write(page, "Elle dure une heure.", scripts=True)
    with (tmp_path / "fête.mp4").open("wb") as video:
        video.write(MP4)
        video.truncate(LENGTH)
    page.locator("input[name=upload]").set_input_files(tmp_path / "fête.mp4")
    wait_until(lambda: received() > 0, "some of it is acknowledged")
    page.context.set_offline(True)
    expect(item(page, "fête.mp4").locator("[data-file-error]")).to_contain_text("coupée")
    acknowledged = received()
    assert acknowledged < LENGTH
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.headers.get("upload-offset", "")))
    page.context.set_offline(False)
    expect(arrived(page, "fête.mp4")).to_be_visible()
    db.session.rollback()
    [file] = db.session.scalars(select(File)).all()
    assert (file.state, file.size) == (FileState.READY, LENGTH)
    assert next(each for each in sent if each) == str(acknowledged)
    publish(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("La vidéo")
    expect(page.get_by_text("fête.mp4")).to_be_visible()


BRING = """(target, [kind, name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const about = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...about, clipboardData: data })
    : new DragEvent(kind, { ...about, dataTransfer: data });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def test_files_are_pasted_and_dropped_on_the_editor_and_nowhere_else_lose_the_page(
    cast: Cast, open_window: OpenWindow
) -> None:
    page = open_window(cast.amina)
    open_form(page)
    page.wait_for_selector("trix-editor[contenteditable]")
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "PNG")
    sent = base64.b64encode(written.getvalue()).decode()
    editor = page.locator("trix-editor")
    assert editor.evaluate(BRING, ["paste", "collée.png", "image/png", sent])
    expect(arrived(page, "collée.png")).to_be_visible()
    assert editor.evaluate(BRING, ["dragover", "déposée.png", "image/png", sent])
    expect(page.locator(".files-over")).to_have_count(1)
    assert editor.evaluate(BRING, ["drop", "déposée.png", "image/png", sent])
    expect(arrived(page, "déposée.png")).to_be_visible()
    expect(page.locator(".files-over")).to_have_count(0)
    expect(page.locator("trix-editor img, [data-toasts] p")).to_have_count(0)
    heading = page.get_by_role("heading", level=1)
    assert heading.evaluate(BRING, ["drop", "perdue.png", "image/png", sent])
    assert len(names(page)) == 2


def test_an_answer_is_sent_with_a_picture_that_appears_once_it_is_prepared(
    cast: Cast, open_window: OpenWindow
) -> None:
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.bruno, post)
    page = open_window(cast.chloe)
    open_form(page, f"/publications/{post.id}")
    shown = page.locator(f"#comment-{comment.id}")
    shown.get_by_text("Répondre", exact=True).click()
    shown.locator("textarea").fill("Voici la photo")
    shown.locator("input[type=file]").set_input_files(photograph())
    expect(arrived(page, "fête.jpg")).to_be_visible()
    shown.get_by_label("Que montre cette image").fill("Une place")
    shown.get_by_role("button", name="Envoyer").click()
    answer = page.locator(".comment-files")
    expect(answer).to_be_visible()
    db.session.rollback()
    prepare(db.session.scalars(select(File.id)).one())
    picture = page.get_by_role("img", name="Une place")
    expect(picture).to_be_visible()


def test_a_comment_is_sent_with_a_file_without_scripts(cast: Cast, open_window: OpenWindow) -> None:
    post = make_post(cast.amina, cast.ess)
    page = open_window(cast.chloe, scripts=False)
    page.goto(f"/publications/{post.id}")
    form = page.locator("#comment-form")
    form.locator("textarea").fill("Le compte rendu est joint.")
    form.locator("input[type=file]").first.set_input_files([document("compte rendu.pdf")])
    form.get_by_role("button", name="Commenter").click()
    expect(page.get_by_role("link", name="compte rendu.pdf")).to_be_visible()

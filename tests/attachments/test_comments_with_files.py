"""Files under comments: attached by the plain form or the API, read by who reads the discussion."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from grandequipe.attachments.models import File
from grandequipe.attachments.tasks import prepare, remove_abandoned
from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.feed.models.placements import IN_BIN
from tests.attachments.conftest import Send, path_of
from tests.attachments.sample_files import PAGE, PDF
from tests.attachments.test_pictures import picture
from tests.attachments.test_posts_with_files import Browser, upload
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post

SAID = {"body_html": "Le compte rendu est joint.", "body_html_format": "text"}


def path_under(post: Post) -> str:
    return f"/publications/{post.id}/commentaires"


def test_a_comment_is_written_with_a_picture_and_a_document_without_scripts(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.ess)
    author = browser(cast.chloe)
    files = upload(("fête.png", picture("PNG")), ("bilan.pdf", PDF))
    asked = author.send(path_under(post), {**SAID, **files, "preview": "files"})
    assert asked.status_code == 200
    assert not db.session.scalars(select(Comment)).all(), "nothing is written yet"
    photo, document = re.findall(r'name="files" value="(\d+)"', asked.text)
    described = {f"alternative-{photo}": "Une place en fête"}
    sent = author.send(path_under(post), {**SAID, "files": [photo, document], **described})
    assert sent.status_code == 303, sent.text
    page = f"/publications/{post.id}"
    assert f'data-preparing="{photo}"' in visitor.get(page).text
    prepare(int(photo))
    comment = db.session.scalars(select(Comment)).one()
    part = visitor.get(f"{page}/commentaires/{comment.id}", headers={"HX-Request": "true"})
    for shown in (visitor.get(page).text, part.text):
        assert 'alt="Une place en fête"' in shown
        assert "bilan.pdf" in shown


def test_an_answer_and_more_of_a_long_discussion_have_their_files(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.bruno, post)
    answer = {**SAID, "reply_to": str(first.id), **upload(("réponse.pdf", PDF))}
    assert browser(cast.chloe).send(path_under(post), answer).status_code == 303
    assert "réponse.pdf" in visitor.get(f"/publications/{post.id}").text
    for _number in range(21):
        make_comment(cast.bruno, post)
    page = visitor.get(f"/publications/{post.id}").text
    assert "réponse.pdf" not in page
    found = re.search(r'hx-get="([^"]+cursor[^"]+)"', page)
    assert found
    more = visitor.get(found[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "réponse.pdf" in more.text


def test_a_mistake_in_a_comment_keeps_its_text_and_the_files_that_came_with_it(
    cast: Cast, browser: Browser
) -> None:
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.bruno, post)
    for extra in ({}, {"reply_to": str(first.id)}):
        files = upload(("page.html", PAGE), ("bilan.pdf", PDF))
        wrong = browser(cast.chloe).send(path_under(post), {**SAID, **extra, **files})
        assert wrong.status_code == 422
        assert "page.html" in wrong.text
        assert "Le compte rendu est joint." in wrong.text
        assert len(re.findall(r'name="files" value="\d+"', wrong.text)) == 1
    assert len(db.session.scalars(select(Comment)).all()) == 1


def test_files_of_a_private_discussion_are_read_by_its_readers_alone_until_it_is_removed(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    post = make_post(cast.amina, cast.private)
    author = browser(cast.amina)
    author.send(path_under(post), {**SAID, **upload(("plan.png", picture("PNG")))})
    file_id = db.session.scalars(select(File.id)).one()
    prepare(file_id)
    reader, path = browser(cast.chloe), f"/fichiers/{file_id}/plan.webp"
    tag = reader.get(path).headers["ETag"]
    for stranger in (visitor, browser(cast.driss), browser(cast.eva)):
        for query in ("", "?w=480"):
            for headers in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": tag}):
                assert stranger.get(path + query, headers=headers).status_code == 404
    comment = db.session.scalars(select(Comment)).one()
    assert author.send(f"/commentaires/{comment.id}/supprimer").status_code == 303
    assert [each.get(path).status_code for each in (reader, author)] == [404, 404]
    remove_abandoned()
    assert db.session.get(File, file_id), "the comment may come back"
    with clock.travel(clock.now() + IN_BIN + timedelta(hours=1)):
        remove_abandoned()
    with clock.travel(clock.now() + IN_BIN + timedelta(hours=26)):
        remove_abandoned()
    db.session.expire_all()
    assert db.session.get(File, file_id) is None


def test_a_program_answers_with_files(cast: Cast, program: Callable[..., Any], send: Send) -> None:
    post = make_post(cast.amina, cast.ess)
    sent, caller = send(cast.chloe, PDF), program(cast.chloe)
    path = f"/posts/{post.id}/comments"
    said = caller.post(path, {"body_html": "<p>Voici</p>", "files": [sent.json["id"]]})
    shown = {name: value for name, value in sent.json.items() if name != "shared_in"}
    assert (said.status_code, said.json["files"]) == (201, [shown])
    assert [each["files"] for each in caller.get(path).json["items"]] == [[shown]]
    assert path_of(sent)
    foreign = send(cast.amina, PDF).json["id"]
    for wrong in ([foreign], [sent.json["id"]] * 11):
        refused = caller.post(path, {"body_html": "<p>Voici</p>", "files": wrong})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["files"])
    gone = caller.delete(f"/comments/{said.json['id']}")
    assert gone.status_code == 204
    assert [each["files"] for each in caller.get(path).json["items"]] == [[]]


@pytest.mark.parametrize("number", [0, 12])
def test_the_files_of_a_discussion_are_read_at_once(
    cast: Cast, browser: Browser, visitor: Visitor, count_queries: Any, number: int
) -> None:
    post = make_post(cast.amina, cast.ess)
    for each in range(12):
        files = upload((f"{each}.pdf", PDF)) if each < number else {}
        browser(cast.chloe).send(path_under(post), {**SAID, **files})
    visitor.get("/aide")
    with count_queries() as counted:
        assert visitor.get(f"/publications/{post.id}").text.count(".pdf</") == number
    assert counted.count <= 12

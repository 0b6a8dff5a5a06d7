"""Files in posts: attached by the plain form or the API, read by who reads the post."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from grandequipe.attachments.models import File
from grandequipe.attachments.tasks import prepare, remove_abandoned
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.services import approve_post
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from tests.attachments.conftest import Send, path_of
from tests.attachments.sample_files import PAGE, PDF
from tests.attachments.test_pictures import picture
from tests.conftest import Visitor, new_key
from tests.factories import Cast, make_post

Browser = Callable[[Member], Visitor]
NEWS = {"title": "La fête du quartier", "body_html": "Elle a eu lieu.", "body_html_format": "text"}


def form_path(group: Group, kind: str = "actualite") -> str:
    return f"/groupes/{group.slug}/publier/{kind}"


def upload(*files: tuple[str, bytes]) -> dict[str, Any]:
    return {"upload": [(io.BytesIO(content), name) for name, content in files]}


def only_post() -> Post:
    db.session.expire_all()
    return db.session.scalars(select(Post)).one()


def test_a_post_is_published_with_a_picture_and_a_document_without_scripts(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    author = browser(cast.amina)
    shown = author.send(
        form_path(cast.ess),
        {**NEWS, **upload(("fête.jpg", picture("JPEG")), ("bilan.pdf", PDF)), "preview": "files"},
    )
    assert shown.status_code == 200
    assert not db.session.scalars(select(Post)).all(), "nothing is published yet"
    assert 'value="La fête du quartier"' in shown.text, "what was typed is kept"
    ids = re.findall(r'name="files" value="(\d+)"', shown.text)
    photo, document = ids
    assert f'name="alternative-{photo}"' in shown.text
    assert f'name="alternative-{document}"' not in shown.text
    sent = author.send(
        form_path(cast.ess), {**NEWS, "files": ids, f"alternative-{photo}": "Une place en fête"}
    )
    assert sent.status_code == 303, sent.text
    prepare(int(photo))
    page = visitor.get(f"/publications/{only_post().id}").text
    assert 'alt="Une place en fête"' in page
    assert f"/fichiers/{photo}/" in page
    assert "bilan.pdf" in page
    for file in only_post().files:
        read = visitor.get(f"/fichiers/{file.id}/{file.name}")
        assert read.status_code == 200, "the group is public"


def test_files_that_are_sent_with_the_post_itself_are_attached_at_once(
    cast: Cast, browser: Browser
) -> None:
    browser(cast.amina).send(form_path(cast.ess), {**NEWS, **upload(("bilan.pdf", PDF))})
    assert [file.name for file in only_post().files] == ["bilan.pdf"]


def test_a_mistake_in_the_form_keeps_the_files_that_came_with_it(
    cast: Cast, browser: Browser
) -> None:
    wrong = browser(cast.amina).send(
        form_path(cast.ess), {**NEWS, "title": "", **upload(("bilan.pdf", PDF))}
    )
    assert wrong.status_code == 422
    assert 'name="files"' in wrong.text
    assert "bilan.pdf" in wrong.text


def test_a_file_that_is_refused_is_named_and_the_others_are_kept(
    cast: Cast, browser: Browser
) -> None:
    wrong = browser(cast.amina).send(
        form_path(cast.ess), {**NEWS, **upload(("page.html", PAGE), ("bilan.pdf", PDF))}
    )
    assert wrong.status_code == 422
    assert "page.html" in wrong.text
    assert wrong.text.count('name="files"') == 1
    assert not db.session.scalars(select(Post)).all()


def test_a_private_group_s_file_is_read_by_its_members_alone(
    cast: Cast, browser: Browser, visitor: Visitor
) -> None:
    browser(cast.amina).send(form_path(cast.private), {**NEWS, **upload(("secret.pdf", PDF))})
    [file] = only_post().files
    path = f"/fichiers/{file.id}/secret.pdf"
    tag = browser(cast.chloe).get(path).headers["ETag"]
    for stranger in (visitor, browser(cast.driss), browser(cast.eva)):
        for headers in ({}, {"Range": "bytes=0-3"}, {"If-None-Match": tag}):
            assert stranger.get(path, headers=headers).status_code == 404
    browser(cast.amina).send(f"/publications/{only_post().id}/supprimer")
    assert browser(cast.chloe).get(path).status_code == 404, "its post was removed"


def test_nobody_attaches_what_another_member_sent(cast: Cast, browser: Browser, send: Send) -> None:
    foreign = send(cast.chloe, PDF, "à moi.pdf").json["id"]
    wrong = browser(cast.amina).send(form_path(cast.ess), {**NEWS, "files": [str(foreign)]})
    assert wrong.status_code == 422
    assert "à moi.pdf" not in wrong.text, "not even its name"


def test_a_post_has_ten_files_at_most(cast: Cast, browser: Browser, send: Send) -> None:
    ids = [str(send(cast.amina, PDF).json["id"]) for _number in range(11)]
    wrong = browser(cast.amina).send(form_path(cast.ess), {**NEWS, "files": ids})
    assert wrong.status_code == 422
    assert browser(cast.amina).send(
        form_path(cast.ess), {**NEWS, "files": ids[:10]}
    ).status_code == 303  # fmt: skip


def test_files_are_taken_out_and_put_in_when_a_post_is_edited(
    cast: Cast, browser: Browser, send: Send
) -> None:
    author = browser(cast.amina)
    author.send(form_path(cast.ess), {**NEWS, **upload(("a.pdf", PDF), ("b.pdf", PDF + b"b"))})
    post = only_post()
    first, second = (file.id for file in post.files)
    path = f"/publications/{post.id}/modifier"
    listed = author.get(path).text
    assert re.findall(r'name="files" value="(\d+)"', listed) == [str(first), str(second)]
    changed = {**NEWS, "files": [str(first), str(second)], "taken_out": str(first)}
    assert author.send(path, {**changed, **upload(("c.pdf", PDF + b"c"))}).status_code == 303
    assert [file.name for file in only_post().files] == ["b.pdf", "c.pdf"]
    assert browser(cast.chloe).get(f"/fichiers/{first}/a.pdf").status_code == 404
    remove_abandoned()
    assert db.session.get(File, first) is not None, "kept for a day"


def test_a_change_of_files_that_waits_is_read_by_author_and_moderators_until_it_is_accepted(
    cast: Cast, browser: Browser
) -> None:
    post = make_post(cast.chloe, cast.moderated)
    with atomic():
        approve_post(cast.amina, post, post.text_version)
    author = browser(cast.chloe)
    assert author.send(
        f"/publications/{post.id}/modifier", {**NEWS, **upload(("plan.pdf", PDF))}
    ).status_code == 303  # fmt: skip
    assert not only_post().files
    file = db.session.scalars(select(File)).one()
    path = f"/fichiers/{file.id}/plan.pdf"
    moderator, other = browser(cast.amina), browser(cast.driss)
    assert [each.get(path).status_code for each in (author, moderator, other)] == [200, 200, 404]
    page = moderator.get(f"/publications/{post.id}/proposition").text
    assert "plan.pdf" in page
    found = re.search(r'name="read" value="([^"]+)"', page)
    assert found
    accepted = moderator.send(f"/publications/{post.id}/proposition/accepter", {"read": found[1]})
    assert accepted.status_code == 303
    assert [each.name for each in only_post().files] == ["plan.pdf"]
    assert other.get(path).status_code == 200


def test_its_author_is_asked_kindly_for_what_a_picture_shows(cast: Cast, browser: Browser) -> None:
    author = browser(cast.amina)
    author.send(form_path(cast.ess), {**NEWS, **upload(("fête.png", picture("PNG")))})
    post = only_post()
    [file_id] = [file.id for file in post.files]
    assert "en préparation" in author.get(f"/publications/{post.id}").text
    prepare(file_id)
    asked = "Décrire l’image"
    page = f"/publications/{post.id}"
    assert asked in author.get(page).text
    assert asked not in browser(cast.chloe).get(page).text
    author.send(
        f"{page}/modifier", {**NEWS, "files": str(file_id), f"decorative-{file_id}": "1",
                             f"alternative-{file_id}": ""},
    )  # fmt: skip
    shown = author.get(page).text
    assert asked not in shown
    assert 'alt=""' in shown


def test_a_resource_is_a_file_instead_of_an_address(cast: Cast, browser: Browser) -> None:
    author = browser(cast.amina)
    resource = {**NEWS, "resource_type": "guide"}
    path = form_path(cast.ess, "ressource")
    assert author.send(path, resource).status_code == 422
    assert author.send(path, {**resource, **upload(("guide.pdf", PDF))}).status_code == 303
    assert only_post().kind is Kind.RESOURCE


def test_a_program_publishes_and_changes_the_files_of_a_post(
    cast: Cast, program: Callable[..., Any], send: Send
) -> None:
    sent = send(cast.amina, PDF, alternative="")
    caller = program(cast.amina)
    posted = caller.post(
        f"/groups/{cast.ess.slug}/posts",
        {"kind": "news", "title": "Bilan", "body_html": "<p>x</p>", "files": [sent.json["id"]]},
    )
    assert posted.status_code == 201, posted.json
    shown = {name: value for name, value in sent.json.items() if name != "shared_in"}
    assert posted.json["files"] == [shown]
    listed = caller.get(f"/groups/{cast.ess.slug}/posts").json["items"]
    assert [item["files"] for item in listed] == [[shown]]
    kept = caller.patch(f"/posts/{posted.json['id']}", {"title": "Bilan 2026"})
    assert kept.json["files"] == [shown], "what is not named stays"
    emptied = caller.patch(f"/posts/{posted.json['id']}", {"files": []})
    assert emptied.json["files"] == []
    foreign = send(cast.chloe, PDF).json["id"]
    refused = caller.patch(f"/posts/{posted.json['id']}", {"files": [foreign]})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["files"])
    assert path_of(sent)


@pytest.mark.parametrize("query", ["", "?w=480"])
def test_who_leaves_a_private_group_loses_its_pictures(
    cast: Cast, browser: Browser, query: str
) -> None:
    author = browser(cast.amina)
    author.send(form_path(cast.private), {**NEWS, **upload(("a.png", picture("PNG")))})
    [file] = only_post().files
    prepare(file.id)
    reader, path = browser(cast.chloe), f"/fichiers/{file.id}/a.webp{query}"
    assert reader.get(path).status_code == 200
    reader.send(f"/groupes/{cast.private.slug}/quitter")
    assert reader.get(path).status_code == 404


def published_picture(cast: Cast, browser: Browser) -> tuple[Post, int]:
    """Have Chloe publish an undescribed picture in the moderated group."""
    browser(cast.chloe).send(
        form_path(cast.moderated), {**NEWS, **upload(("fête.png", picture("PNG")))}
    )
    post = only_post()
    [file_id] = [file.id for file in post.files]
    prepare(file_id)
    with atomic():
        approve_post(cast.amina, post, post.text_version)
    return only_post(), file_id


def test_what_a_published_picture_shows_is_changed_by_moderators_alone_in_a_moderated_group(
    cast: Cast, browser: Browser
) -> None:
    post, file_id = published_picture(cast, browser)
    author, page, field = browser(cast.chloe), f"/publications/{post.id}", f"alternative-{file_id}"
    assert "Décrire l’image" not in author.get(page).text, "nobody asks what they cannot answer"
    form = author.get(f"{page}/modifier").text
    assert f'name="{field}"' not in form
    assert "retirez l’image et ajoutez-la de nouveau" in form
    described = {**NEWS, "files": str(file_id), field: "Une place"}
    wrong = author.send(f"{page}/modifier", described)
    assert wrong.status_code == 422
    assert "La description de « fête.webp » ne peut pas être changée" in wrong.text
    assert not only_post().files[0].alternative
    assert "proposition" not in author.get(page).text, "nothing waits for a moderator"
    moderator = browser(cast.amina)
    assert f'name="{field}"' in moderator.get(f"{page}/modifier").text
    assert moderator.send(f"{page}/modifier", described).status_code == 303
    assert only_post().files[0].alternative == "Une place"


def test_a_picture_that_is_put_in_anew_is_described_with_the_change_that_waits(
    cast: Cast, browser: Browser, send: Send
) -> None:
    post, _before = published_picture(cast, browser)
    new = send(cast.chloe, picture("PNG"), "fête.png").json["id"]
    author, path = browser(cast.chloe), f"/publications/{post.id}/modifier"
    for said in ("Une place", "Une place en fête"):
        change = {**NEWS, "files": str(new), f"alternative-{new}": said}
        assert author.send(path, change).status_code == 303
        assert f'name="alternative-{new}"' in author.get(path).text
    db.session.expire_all()
    file = db.session.get(File, new)
    assert file
    assert file.alternative == "Une place en fête"


def test_another_post_with_the_same_picture_does_not_change_its_description(
    cast: Cast, browser: Browser
) -> None:
    post, file_id = published_picture(cast, browser)
    author, path = browser(cast.chloe), form_path(cast.ess)
    copied = {**NEWS, "title": "Copie", "files": str(file_id)}
    wrong = author.send(path, {**copied, f"alternative-{file_id}": "Pas ce que la modération a lu"})
    assert wrong.status_code == 422
    assert "La description de « fête.webp » ne peut pas être changée" in wrong.text
    assert not only_post().files[0].alternative
    assert author.send(path, copied).status_code == 303
    copy = db.session.scalars(select(Post).where(Post.title == "Copie")).one()
    assert "Décrire l’image" not in author.get(f"/publications/{copy.id}").text
    form = author.get(f"/publications/{copy.id}/modifier").text
    assert f'name="alternative-{file_id}"' not in form
    assert post.id != copy.id


def test_a_picture_of_a_draft_is_described_when_it_is_published(
    cast: Cast, browser: Browser, send: Send
) -> None:
    picture_id = send(cast.amina, picture("PNG"), "fête.png").json["id"]
    author, path, field = browser(cast.amina), form_path(cast.ess), f"alternative-{picture_id}"
    key = {"form_key": new_key(), "draft_of": f"new-news-{cast.ess.id}"}
    form = {**NEWS, **key, "files": str(picture_id), field: "Une"}
    saved = author.send("/brouillons", form)
    assert saved.status_code in (200, 303), saved.text
    shown = author.send(path, {**form, "preview": "1", field: "Une place"})
    assert f'name="{field}"' in shown.text
    published = author.send(path, {**form, field: "Une place en fête"})
    assert published.status_code == 303, published.text
    assert [each.alternative for each in only_post().files] == ["Une place en fête"]

"""Drafts are kept in the account: by their button, and by the page while one writes."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from grandequipe.attachments.models import File
from grandequipe.attachments.queries import list_files
from grandequipe.attachments.services import Subject, release_files
from grandequipe.attachments.services.uploads import MOST_PRIVATE_BYTES
from grandequipe.attachments.tasks import remove_abandoned
from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.handlers import erase_private_data_of_closed_account
from grandequipe.feed.models import Draft, Post
from grandequipe.feed.models.drafts import DRAFT_SUBJECT, MOST_DRAFTS
from grandequipe.feed.services import remove_post
from grandequipe.feed.tasks import purge_private_data
from grandequipe.groups.models import Group
from grandequipe.groups.services import leave_group
from grandequipe.members.models import CLOSED_ADDRESS, Member
from tests.attachments.sample_files import PDF
from tests.conftest import Visitor, new_key
from tests.factories import Cast, make_post, picture_file

Browser = Callable[[Member], Visitor]
JSON = {"Accept": "application/json"}


def form_path(group: Group, kind: str = "actualite") -> str:
    return f"/groupes/{group.slug}/publier/{kind}"


def typed(group: Group, **fields: Any) -> dict[str, Any]:
    """Fill a form in as its page sends it."""
    return {
        "form_key": new_key(),
        "draft_of": f"new-news-{group.id}",
        "title": "La fête",
        "body_html": "<p>Elle a <strong>lieu</strong>.</p>",
        "body_format": "html",
        "language": "fr",
        **fields,
    }


def save(author: Visitor, form: dict[str, Any], **more: Any) -> TestResponse:
    """Save as the script of the page does."""
    return author.send("/brouillons", form | more, headers=JSON)


def follow(author: Visitor, path: str) -> tuple[str, str]:
    """Open a page that leads to another one; give the path and the text of that."""
    answer = author.get(path)
    assert answer.status_code == 303, answer.text
    return answer.location.split("?")[0], author.get(answer.location).text


def only_draft() -> Draft:
    db.session.expire_all()
    return db.session.scalars(select(Draft).where(Draft.deleted_at.is_(None))).one()


def titles_of_posts() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Post.title)))


def test_the_button_saves_what_is_wrong_still_and_any_device_goes_on_with_all_of_it(
    cast: Cast, browser: Browser
) -> None:
    author, elsewhere = browser(cast.chloe), browser(cast.chloe)
    form = typed(cast.ess, draft_of=f"new-webinar-{cast.ess.id}", starts_at="demain", title="")
    sent = author.send(
        "/brouillons", {**form, "then": "keep", "upload": [(io.BytesIO(PDF), "bilan.pdf")]}
    )
    assert sent.status_code == 303, sent.text
    draft = only_draft()
    assert sent.location == f"/brouillons/{draft.id}"
    listed = elsewhere.get("/brouillons").text
    assert "Elle a lieu." in listed
    assert "ESS Quartiers" in listed
    _path, page = follow(elsewhere, f"/brouillons/{draft.id}")
    assert "&lt;p&gt;Elle a &lt;strong&gt;lieu&lt;/strong&gt;.&lt;/p&gt;" in page
    assert "demain" in page
    assert "bilan.pdf" in page
    assert f'name="form_key" value="{form["form_key"]}"' in page
    assert f'name="draft" value="{draft.id}"' in page


def test_publishing_deletes_the_draft_and_gives_its_files_to_the_post(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    form = typed(cast.ess)
    author.send("/brouillons", {**form, "upload": [(io.BytesIO(PDF), "bilan.pdf")]})
    draft_id, file_id = only_draft().id, db.session.scalars(select(File.id)).one()
    _path, again = follow(author, f"/brouillons/{draft_id}")
    assert f'name="files" value="{file_id}"' in again
    answer = author.send(form_path(cast.ess), {**form, "draft": draft_id, "files": file_id})
    assert answer.status_code == 303, answer.text
    assert not db.session.scalars(select(Draft)).all()
    post = db.session.scalars(select(Post)).one()
    assert [each.name for each in post.files] == ["bilan.pdf"]
    late = save(author, form, draft=draft_id, draft_version=1, draft_writer="a", draft_turn=9)
    assert late.json == {"sent": True}
    assert not db.session.scalars(select(Draft)).all(), "a late save brings nothing back"


def test_a_published_or_deleted_draft_is_not_published_again_by_an_open_page(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    form = typed(cast.ess)
    saved = save(author, form).json
    with atomic():
        db.session.delete(only_draft())
    answer = author.send(form_path(cast.ess), {**form, "draft": saved["id"]})
    assert answer.status_code == 409
    assert "Ce brouillon a été publié ou supprimé entre-temps" in answer.text
    assert 'value="La fête"' in answer.text
    assert not titles_of_posts()


def test_a_refused_post_leaves_its_draft(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    form = typed(cast.ess, title="")
    save(author, form)
    assert author.send(form_path(cast.ess), form).status_code == 422
    assert only_draft().key == form["form_key"]


def test_two_devices_at_once_keep_both_texts_and_the_author_chooses(
    cast: Cast, browser: Browser
) -> None:
    """The second save started from a version that is no longer there: it becomes a copy."""
    laptop, phone = browser(cast.chloe), browser(cast.chloe)
    form = typed(cast.ess)
    first = save(laptop, form, draft_writer="laptop", draft_turn=1).json
    base = {"draft": first["id"], "draft_version": first["version"]}
    save(laptop, form, **base, title="La fête au bureau", draft_writer="laptop", draft_turn=2)
    stale = save(phone, form, **base, title="La fête du parc", draft_writer="phone", draft_turn=1)
    assert stale.status_code == 409
    mine = stale.json
    assert mine["id"] != first["id"]
    again = save(
        phone, form, **base, title="La fête du parc 2", draft_writer="phone", draft_turn=2
    ).json
    assert again["id"] == mine["id"], "the same page writes into the same copy"
    assert {each.title for each in db.session.scalars(select(Draft))} == {
        "La fête au bureau",
        "La fête du parc 2",
    }
    page = phone.get(mine["compare"]).text
    assert "<del>au bureau</del>" in page
    assert "<ins>du parc 2</ins>" in page
    phone.send(f"/brouillons/{mine['id']}/garder", {"other": first["id"]})
    assert only_draft().title == "La fête du parc 2"


def test_of_two_drafts_with_a_picture_each_describes_it(cast: Cast, browser: Browser) -> None:
    """Until it is published the picture is described by its author."""
    author, form = browser(cast.chloe), typed(cast.ess)
    author.send("/brouillons", {**form, "upload": [(picture_file(), "fete.jpg")]})
    first, file_id = only_draft().id, db.session.scalars(select(File.id)).one()
    base = {**form, "draft": first, "files": file_id}
    assert save(author, base, draft_version=0, title="Autre").status_code == 409
    _path, page = follow(author, f"/brouillons/{first}")
    assert f'name="alternative-{file_id}"' in page
    save(author, base, draft_version=1, **{f"alternative-{file_id}": "Une table"})
    assert db.session.scalars(select(File.alternative)).one() == "Une table"
    form = {**base, f"alternative-{file_id}": "Une longue table"}
    assert author.send(form_path(cast.ess), form).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(File.alternative)).one() == "Une longue table"


def test_a_lost_or_late_answer_makes_no_copy_and_undoes_nothing(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    form = typed(cast.ess, draft_writer="page")
    save(author, form, draft_turn=1)
    save(author, form, draft_turn=3, title="Trois")
    late = save(author, form, draft_turn=2, title="Deux")
    assert late.status_code == 200
    assert only_draft().title == "Trois"


def test_only_so_many_are_kept_and_one_more_says_so(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    for number in range(MOST_DRAFTS):
        assert save(author, typed(cast.ess, title=str(number))).status_code == 200
    answer = author.send("/brouillons", typed(cast.ess))
    assert answer.status_code == 422
    assert "100 brouillons" in answer.text


def test_a_field_that_is_too_long_is_not_kept(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    assert save(author, typed(cast.ess, title="x" * 161)).status_code == 422
    assert save(author, typed(cast.ess, language="x" * 201)).status_code == 422
    assert not db.session.scalars(select(Draft)).all()


def test_a_hostile_text_is_clean_when_it_is_shown(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    body = "<p>a</p><img src=x onerror=alert(1)><script>alert(2)</script>"
    saved = save(author, typed(cast.ess, body_html=body, title="a\x00b")).json
    _path, page = follow(author, f"/brouillons/{saved['id']}")
    assert "onerror" not in page
    assert "alert(2)" not in page
    save(author, typed(cast.ess, body_html="<b>" * 10_000))
    listed = author.get("/brouillons")
    assert listed.status_code == 200


def test_a_deleted_draft_comes_back_within_a_day_and_then_goes_with_its_files(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    author.send("/brouillons", typed(cast.ess, upload=[(io.BytesIO(PDF), "bilan.pdf")]))
    path = f"/brouillons/{only_draft().id}"
    answer = author.send(f"{path}/supprimer")
    assert "Annuler" in author.get(answer.location).text
    assert author.get(path).status_code == 404
    author.send(f"{path}/retablir")
    assert only_draft().title == "La fête"
    author.send(f"{path}/supprimer")
    purge_private_data()
    assert db.session.scalars(select(Draft)).all()
    with clock.travel(clock.now() + timedelta(days=1, minutes=1)):
        purge_private_data()
    with clock.travel(clock.now() + timedelta(days=3)):
        remove_abandoned()
    db.session.expire_all()
    assert not db.session.scalars(select(Draft)).all()
    assert not db.session.scalars(select(File)).all()


def test_a_draft_of_a_change_is_opened_on_its_post_and_still_says_what_it_was_begun_from(
    cast: Cast, browser: Browser
) -> None:
    post = make_post(cast.chloe, cast.ess)
    author = browser(cast.chloe)
    form = typed(cast.ess, draft_of=f"post-{post.id}", title="Autrement", seen="0")
    saved = save(author, form).json
    author.send(f"/publications/{post.id}/modifier", typed(cast.ess, title="Entre-temps"))
    path, opened = follow(author, f"/brouillons/{saved['id']}")
    assert path == f"/publications/{post.id}/modifier"
    assert 'value="Autrement"' in opened
    change = {**form, "draft": saved["id"]}
    assert author.send(path, change).status_code == 409, "the post has changed since"
    seen = re.search(r'name="over" value="([^"]+)"', author.send(path, change).text)
    assert seen
    assert author.send(path, {**change, "over": seen[1]}).status_code == 303
    assert titles_of_posts() == ["Autrement"]
    assert not db.session.scalars(select(Draft)).all()


def test_a_draft_whose_group_was_left_is_moved_to_another(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    saved = save(author, typed(cast.hidden, draft_of=f"new-news-{cast.hidden.id}")).json
    with atomic():
        leave_group(cast.chloe, cast.hidden)
    path = f"/brouillons/{saved['id']}"
    page = author.get(path)
    assert "Elle a <strong>lieu</strong>." in page.text
    for shown in (page.text, author.get("/brouillons").text):
        assert "Comité de pilotage" not in shown, "its name is the group's own again"
    author.send(f"{path}/groupe", {"group": cast.ess.slug})
    assert follow(author, path)[0] == form_path(cast.ess)


def test_nobody_but_the_author_gets_anything_of_a_draft(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    author.send("/brouillons", typed(cast.ess, upload=[(io.BytesIO(PDF), "bilan.pdf")]))
    draft = only_draft()
    file = list_files(DRAFT_SUBJECT, [draft.id])[draft.id][0]
    paths = [f"/brouillons/{draft.id}", f"/fichiers/{file.id}/bilan.pdf"]
    assert [author.get(path).status_code for path in paths] == [303, 200]
    for other in (cast.bruno, cast.amina, cast.farid, cast.driss):
        reader = browser(other)
        assert [reader.get(path).status_code for path in paths] == [404, 404]
        assert "La fête" not in reader.get("/brouillons").text
        for act in ("supprimer", "retirer", "retablir", "garder", "groupe", "programmer"):
            assert reader.send(f"/brouillons/{draft.id}/{act}").status_code in (303, 404), act
        stolen = save(reader, typed(cast.ess), draft=draft.id, draft_version=1)
        assert stolen.status_code == 404
    assert only_draft().title == "La fête"


def test_a_moderator_s_draft_of_a_change_gives_no_file_to_who_has_left(
    cast: Cast, browser: Browser
) -> None:
    """Nor does it take the author's file to another group."""
    author, moderator = browser(cast.chloe), browser(cast.bruno)
    form = typed(cast.private, upload=[(io.BytesIO(PDF), "bilan.pdf")])
    assert author.send(form_path(cast.private), form).status_code == 303
    post, file = db.session.scalars(select(Post)).one(), db.session.scalars(select(File)).one()
    address = f"/fichiers/{file.id}/bilan.pdf"
    change = typed(cast.private, draft_of=f"post-{post.id}", files=file.id)
    draft_id = save(moderator, change).json["id"]
    _path, opened = follow(moderator, f"/brouillons/{draft_id}")
    assert f'name="files" value="{file.id}"' in opened
    assert moderator.get(address).status_code == 200
    with atomic():
        leave_group(cast.bruno, cast.private)
    assert moderator.get(f"/publications/{post.id}").status_code == 404
    assert moderator.get(address).status_code == 404
    assert moderator.get(f"/brouillons/{draft_id}").status_code == 200
    moved = moderator.send(f"/brouillons/{draft_id}/groupe", {"group": cast.ess.slug})
    assert moved.status_code == 303
    assert moderator.get(address).status_code == 404
    assert not list_files(DRAFT_SUBJECT, [draft_id])
    assert author.get(address).status_code == 200


def test_the_button_gives_the_text_back_where_the_post_is_gone(
    cast: Cast, browser: Browser
) -> None:
    author, post = browser(cast.chloe), make_post(cast.chloe, cast.ess)
    with atomic():
        remove_post(cast.chloe, post)
    for place in (f"post-{post.id}", "post-999999", "nothing"):
        answer = author.send("/brouillons", typed(cast.ess, draft_of=place) | {"then": "keep"})
        assert answer.status_code == 404
        assert "La fête" in answer.text


def test_of_deleted_drafts_the_last_hundred_can_be_had_back(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    for number in range(MOST_DRAFTS + 2):
        saved = save(author, typed(cast.ess, title=str(number))).json
        author.send(f"/brouillons/{saved['id']}/supprimer")
    titles = set(db.session.scalars(select(Draft.title)))
    assert len(titles) == MOST_DRAFTS
    assert not titles & {"0", "1"}


def test_a_draft_says_nothing_of_the_files_of_others(cast: Cast, browser: Browser) -> None:
    owner, other = browser(cast.bruno), browser(cast.chloe)
    save(owner, typed(cast.ess, upload=[(picture_file(), "fete.jpg")]))
    owner.send(f"/brouillons/{only_draft().id}/supprimer")
    with atomic():
        release_files(Subject(DRAFT_SUBJECT, db.session.scalars(select(Draft.id)).one()))
    file_id = db.session.scalars(select(File.id)).one()
    forged = {"files": file_id, f"alternative-{file_id}": "Une insulte"}
    assert save(other, typed(cast.ess, **forged)).status_code == 200
    db.session.expire_all()
    assert db.session.scalars(select(File.alternative)).one() == ""


def test_files_of_drafts_have_room_until_they_are_published(cast: Cast, browser: Browser) -> None:
    author, form = browser(cast.chloe), typed(cast.ess)
    saved = save(author, form | {"upload": [(io.BytesIO(PDF), "bilan.pdf")]}).json
    file = db.session.scalars(select(File)).one()
    with atomic():
        file.size = MOST_PRIVATE_BYTES
    other = typed(cast.ess, upload=[(io.BytesIO(PDF), "autre.pdf")])
    assert save(author, other).status_code == 200
    assert db.session.scalars(select(File.id)).all() == [file.id]
    sent = author.send(form_path(cast.ess), form | {"draft": saved["id"], "files": file.id})
    assert sent.status_code == 303, sent.text
    save(author, typed(cast.ess, upload=[(io.BytesIO(PDF), "autre.pdf")]))
    assert len(db.session.scalars(select(File.id)).all()) == 2


def test_drafts_go_with_the_account(cast: Cast, browser: Browser) -> None:
    save(browser(cast.chloe), typed(cast.ess))
    with atomic():
        cast.chloe.active, cast.chloe.email = False, CLOSED_ADDRESS.format(id=cast.chloe.id)
    event = type("Closed", (), {"subject_id": cast.chloe.id})()
    with atomic():
        erase_private_data_of_closed_account(event)
    assert not db.session.scalars(select(Draft)).all()


@pytest.mark.parametrize("path", ["/publier", "/groupes/ess-quartiers/publier"])
def test_the_pages_where_one_publishes_lead_to_the_drafts(
    cast: Cast, browser: Browser, path: str
) -> None:
    author = browser(cast.chloe)
    assert "1 brouillon<" not in author.get(path).text
    save(author, typed(cast.ess))
    assert re.search(r'href="/brouillons"[^>]*>.*1 brouillon<', author.get(path).text)

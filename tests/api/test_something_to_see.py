"""A title, a name or a line without visible characters is empty, on pages and in the API."""

import pytest

from grandequipe.core.cleaning import cleaned_line
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.members.models import Organisation
from tests.factories import make_post

UNSEEN = ["\u200b", "\u2060\u2060", "\u3164", "\ufffe", "\u115f\uffa0", "\u2800 ", "\u00ad\u0301"]
SEEN = ["2026", "🌻", "\U0001faef", "½", "!", "é", "여름", "\u200bUn\u2060deux"]
NEWS = {"kind": "news", "title": "Un titre", "body_html": "<p>Quelques mots.</p>"}
POSTS = "/groups/ess-quartiers/posts"
PAGE = "/groupes/ess-quartiers/publier/actualite"


def titles() -> list[str]:
    return [post.title for post in db.session.query(Post).order_by(Post.id)]


@pytest.mark.parametrize("words", UNSEEN, ids=ascii)
def test_a_title_that_nobody_sees_is_refused(cast, program, browser, words) -> None:
    post, chloe = make_post(cast.chloe, cast.ess, title="Avant"), program(cast.chloe)
    for refused in (
        chloe.post(POSTS, {**NEWS, "title": words}),
        chloe.patch(f"/posts/{post.id}", {"title": words}),
    ):
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["title"])
    form = browser(cast.chloe).send(PAGE, {**NEWS, "title": words})
    assert form.status_code == 422
    assert 'id="title-error"' in form.text
    assert titles() == ["Avant"]


@pytest.mark.parametrize("words", SEEN, ids=ascii)
def test_a_title_that_one_sees_is_taken_whatever_its_signs(cast, program, browser, words) -> None:
    assert program(cast.chloe).post(POSTS, {**NEWS, "title": words}).status_code == 201
    assert browser(cast.chloe).send(PAGE, {**NEWS, "title": words}).status_code == 303
    assert titles() == [words, cleaned_line(words)]


@pytest.mark.parametrize("words", UNSEEN, ids=ascii)
@pytest.mark.parametrize("field", ["display_name", "job_title", "organisation"])
def test_so_is_a_line_of_a_profile(cast, program, browser, field, words) -> None:
    refused = program(cast.chloe).patch("/me", {field: words})
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    form = browser(cast.chloe).send("/reglages/profil", {"display_name": "Chloé", field: words})
    # Pages remove such characters; a line with nothing left is empty.
    is_empty = field != "display_name" and not cleaned_line(words)
    assert form.status_code == (303 if is_empty else 422)
    assert (f'id="{field}-error"' in form.text) != is_empty
    assert db.session.query(Organisation).count() == 0


@pytest.mark.parametrize("words", UNSEEN, ids=ascii)
def test_so_are_the_name_of_a_group_and_a_text(cast, program, words) -> None:
    post, chloe = make_post(cast.amina, cast.ess), program(cast.chloe)
    for path, body, field in (
        ("/groups", {"name": words}, "name"),
        (POSTS, {**NEWS, "body_html": f"<p>{words}</p>"}, "body_html"),
        (f"/posts/{post.id}/comments", {"body_html": words}, "body_html"),
    ):
        refused = chloe.post(path, body)
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_what_is_left_empty_is_no_mistake(cast, program) -> None:
    emptied = program(cast.chloe).patch("/me", {"organisation": "", "job_title": " "})
    assert emptied.status_code == 200

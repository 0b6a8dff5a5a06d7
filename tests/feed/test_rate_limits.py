"""A member over a limit reads when to go on, and loses no typed text."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group, Invitation
from grandequipe.members.models import Member
from grandequipe.notifications.models import Reminder
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]

SMALL = "2 per 5 minutes"
NEWS = {"title": "Une fête de quartier", "body_html": "<p>Samedi, place du marché.</p>"}


@pytest.fixture(autouse=True)
def small_limits(app: Flask) -> Iterator[None]:
    """Let members do each thing twice."""
    usual = app.config["SETTINGS"]
    names = ("posts", "comments", "reactions", "invitations", "groups", "wrong_tries")
    app.config["SETTINGS"] = replace(usual, **{f"limit_{name}": SMALL for name in names})
    yield
    app.config["SETTINGS"] = usual


def count(model: Any) -> int:
    return db.session.query(model).count()


FORMS = {
    "post": ("/groupes/ess-quartiers/publier/actualite", NEWS, Post),
    "comment": ("/publications/1/commentaires", {"body_html": "<p>Merci à vous</p>"}, Comment),
    "invitation": ("/groupes/ess-quartiers/invitations", {"email": "n@example.org"}, Invitation),
    "group": (
        "/groupes/nouveau",
        {"name": "Jardins partagés", "visibility": "public", "join_policy": "open",
         "posting_policy": "members"},
        Group,
    ),
}  # fmt: skip


def numbered(form: dict[str, str], number: int) -> dict[str, str]:
    """Give the form that is sent as number so many: no two groups have one name."""
    return {**form, "name": f"{form['name']} {number}"} if "name" in form else form


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_comes_too_often_is_shown_again(browser: Open, cast: Cast, name: str) -> None:
    make_post(cast.amina, cast.ess)
    path, form, model = FORMS[name]
    chloe = browser(cast.chloe)
    for number in range(2):
        assert chloe.send(path, numbered(form, number)).status_code == 303
    before = count(model)
    refused = chloe.send(path, form)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert "data-error-summary" in refused.text
    assert "beaucoup en peu de temps" in refused.text
    typed = next(iter(form.values()))
    assert (
        typed in refused.text
        or typed.replace("<p>", "&lt;p&gt;").replace("</p>", "&lt;/p&gt;") in refused.text
    )
    assert count(model) == before
    assert browser(cast.bruno).send(path, form).status_code == 303, "others go on"


def test_what_was_wrong_or_only_looked_at_costs_nothing(browser: Open, cast: Cast) -> None:
    chloe, path = browser(cast.chloe), "/groupes/ess-quartiers/publier/actualite"
    for _ in range(4):
        assert chloe.send(path, {"title": ""}).status_code == 422
        assert chloe.send(path, {**NEWS, "preview": "1"}).status_code == 200
        assert chloe.get(path).status_code == 200
    assert chloe.send(path, NEWS).status_code == 303


def test_adding_files_to_a_comment_writes_none_and_costs_nothing(browser: Open, cast: Cast) -> None:
    make_post(cast.amina, cast.ess)
    path, form, model = FORMS["comment"]
    chloe, before = browser(cast.chloe), count(model)
    for _ in range(4):
        assert chloe.send(path, {**form, "preview": "files"}).status_code == 200
    assert count(model) == before
    assert chloe.send(path, form).status_code == 303


@pytest.mark.parametrize("name", ["invitation", "group"])
def test_a_word_that_only_publishing_knows_takes_no_limit_off(
    browser: Open, cast: Cast, name: str
) -> None:
    make_post(cast.amina, cast.ess)
    path, form, _model = FORMS[name]
    chloe = browser(cast.chloe)
    forms = [{**numbered(form, number), "preview": "1"} for number in range(3)]
    answers = [chloe.send(path, each).status_code for each in forms]
    assert answers == [303, 303, 429]


def test_reactions_are_limited_too(browser: Open, cast: Cast) -> None:
    post = make_post(cast.amina, cast.ess)
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/reactions"
    for word in ("add", "take_back"):
        assert chloe.send(path, {word: "thanks"}).status_code == 303
    refused = chloe.send(path, {"add": "thanks"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    db.session.refresh(post)
    assert post.reaction_counts == {}


CALLS = {
    "post": ("post", "/groups/ess-quartiers/posts", {**NEWS, "kind": "news"}),
    "comment": ("post", "/posts/1/comments", {"body_html": "Merci"}),
    "invitation": ("post", "/groups/ess-quartiers/invitations", {"email": "n@example.org"}),
    "invitation by id": ("patch", "/groups/ess-quartiers/members/4", {"state": "invited"}),
    "group": ("post", "/groups", {"name": "Jardins"}),
    "reaction": ("put", "/posts/1/reactions/thanks", None),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_comes_too_often_is_a_problem(
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
    name: str,
) -> None:
    make_post(cast.amina, cast.ess)
    method, path, body = CALLS[name]
    chloe = program(cast.chloe)

    def call(**headers: str) -> Any:
        return chloe.call(method.upper(), path, body, **headers)

    for number in range(2):
        assert call(Idempotency_Key=f"k{number}").status_code in {200, 201}
    refused = call()
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.json["title"] == "Too Many Requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    if method == "post":
        assert call(Idempotency_Key="k1").status_code == 201, "an answer given again costs nothing"


def test_pages_and_programs_count_together(
    browser: Open,
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
) -> None:
    chloe = program(cast.chloe)
    path = "/groups/ess-quartiers/posts"
    for _ in range(4):
        assert chloe.post(path, {"kind": "news", "title": "", "body_html": ""}).status_code == 422
    for _ in range(2):
        assert chloe.post(path, {**NEWS, "kind": "news"}).status_code == 201
    page = browser(cast.chloe).send("/groupes/ess-quartiers/publier/actualite", NEWS)
    assert page.status_code == 429


def test_a_reminder_is_not_removed_over_the_limit(cast: Cast, browser: Open) -> None:
    post = make_post(cast.amina, cast.ess)
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/rappel"
    for _each in range(2):
        assert chloe.send(path, {"day": "tomorrow"}).status_code == 303
    assert chloe.send(path, {"remove": "1"}).status_code == 429
    assert count(Reminder) == 1

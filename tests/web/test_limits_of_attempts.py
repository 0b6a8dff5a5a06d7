"""To look at a text is work, too: previews and refused texts are free, but not without end."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from grandequipe.core import redis
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]
Call = Callable[..., Program]

SMALL = "2 per 5 minutes"
KINDS = ("posts", "comments", "groups", "edits", "profiles", "group_settings")
GROUP = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
# Where a text is sent, what is refused there, and what is right.
FORMS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "post": ("/groupes/ess-quartiers/publier/actualite", {"title": ""},
             {"title": "Une fête", "body_html": "Samedi"}),
    "comment": ("/publications/1/commentaires", {"body_html": ""}, {"body_html": "Merci"}),
    "group": ("/groupes/nouveau", {**GROUP, "name": ""}, {**GROUP, "name": "Jardins partagés"}),
    "edit": ("/publications/1/modifier", {"title": "", "body_html": "Bonjour"},
             {"title": "Mieux dit", "body_html": "Bonjour"}),
    "profile": ("/reglages/profil", {"display_name": ""}, {"display_name": "Amina B."}),
    "group settings": ("/groupes/ess-quartiers/reglages", {**GROUP, "name": ""},
                       {**GROUP, "name": "ESS des quartiers"}),
}  # fmt: skip
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "post": ("POST", "/groups/ess-quartiers/posts",
             {"kind": "news", "title": "Une fête", "body_html": "<p></p>"}),
    "comment": ("POST", "/posts/1/comments", {"body_html": "<p></p>"}),
    "group": ("POST", "/groups", {"name": " "}),
    "edit": ("PATCH", "/posts/1", {"body_html": "<p></p>"}),
    "profile": ("PATCH", "/me", {"display_name": ".."}),
    "group settings": ("PATCH", "/groups/ess-quartiers", {"name": " "}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_limits(app: Flask) -> Iterator[None]:
    """Let members try in vain twice, and do each thing twice."""
    usual = app.config["SETTINGS"]
    names = (*KINDS, "attempts")
    app.config["SETTINGS"] = replace(usual, **{f"limit_{name}": SMALL for name in names})
    yield
    app.config["SETTINGS"] = usual


@pytest.mark.parametrize("name", ["post", "edit"])
def test_a_preview_too_many_is_shown_as_it_was_typed(browser: Open, cast: Cast, name: str) -> None:
    make_post(cast.amina, cast.ess)
    (path, _wrong, form), amina = FORMS[name], browser(cast.amina)
    for _ in range(2):
        assert "preview-heading" in amina.send(path, {**form, "preview": "1"}).text
    refused = amina.send(path, {**form, "preview": "1"})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    assert "beaucoup en peu de temps" in refused.text
    assert "data-error-summary" in refused.text
    assert "preview-heading" not in refused.text
    assert all(typed in refused.text for typed in form.values())
    assert browser(cast.bruno).send(FORMS["post"][0], {"preview": "1"}).status_code == 422
    assert amina.send(path, form).status_code == 303, "what is ready is taken all the same"


def test_what_came_too_often_is_not_looked_at(browser: Open, cast: Cast) -> None:
    amina = browser(cast.amina)
    path, wrong, _right = FORMS["post"]
    looked_at = amina.send(path, {**wrong, "preview": "1"})
    amina.send(path, {**wrong, "preview": "1"})
    refused = amina.send(path, {**wrong, "preview": "1"})
    assert (looked_at.status_code, refused.status_code) == (422, 429)
    assert "Donnez un titre" in looked_at.text
    assert "Donnez un titre" not in refused.text


@pytest.mark.parametrize("name", FORMS)
def test_refused_texts_end_by_counting_as_what_they_wanted_to_be(
    browser: Open, cast: Cast, name: str
) -> None:
    make_post(cast.amina, cast.ess)
    (path, wrong, right), amina = FORMS[name], browser(cast.amina)
    answers = [amina.send(path, wrong).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    refused = amina.send(path, right)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    typed = right.get("name") or next(iter(right.values()))
    assert typed in refused.text
    assert amina.get("/groupes").status_code == 200


def test_a_right_text_is_taken_while_its_own_limit_lasts(browser: Open, cast: Cast) -> None:
    amina = browser(cast.amina)
    path, wrong, right = FORMS["post"]
    answers = [amina.send(path, form).status_code for form in (wrong, wrong, wrong, right, right)]
    assert answers == [422, 422, 422, 303, 429]


@pytest.mark.parametrize("name", CALLS)
def test_so_do_those_of_programs(program: Call, cast: Cast, name: str) -> None:  # noqa: F811
    make_post(cast.amina, cast.ess)
    amina = program(cast.amina)
    answers = [amina.call(*CALLS[name]) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert answers[-1].mimetype == "application/problem+json"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 600


def test_all_doors_count_together(
    browser: Open,
    program: Call,  # noqa: F811
    cast: Cast,
) -> None:
    make_post(cast.amina, cast.ess)
    path, _wrong, right = FORMS["post"]
    amina = browser(cast.amina)
    assert program(cast.amina).call(*CALLS["comment"]).status_code == 422
    assert amina.send(*FORMS["profile"][:2]).status_code == 422
    assert amina.send(path, {**right, "preview": "1"}).status_code == 429


def test_what_is_taken_at_once_costs_one_question(program: Call, cast: Cast) -> None:  # noqa: F811
    make_post(cast.amina, cast.ess)
    amina = program(cast.amina)
    # The first question teaches Redis how it is answered.
    assert amina.post("/posts/1/comments", {"body_html": "Merci"}).status_code == 201
    before = count_questions()
    assert amina.post("/posts/1/comments", {"body_html": "À vous"}).status_code == 201
    assert count_questions() == before + 1


def count_questions() -> int:
    """Count how often Redis was asked whether something is still allowed."""
    return int(redis.client().info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))

"""To change what others see is limited, too, on pages and by programs together."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.core.events import EventRecord
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]

SMALL = "2 per 5 minutes"
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "profile": ("/reglages/profil", {"display_name": "Amina B.", "bio": "Je jardine"}),
    "preferences": ("/reglages/preferences", {"time_zone": "Indian/Reunion", "locale": "fr"}),
    "post": ("/publications/1/modifier", {"title": "Mieux dit", "body_html": "Bonjour."}),
    "group": (
        "/groupes/ess-quartiers/reglages",
        {"name": "ESS des quartiers", "visibility": "public", "join_policy": "open",
         "posting_policy": "members"},
    ),
}  # fmt: skip
BUTTONS = {
    "picture": ("/reglages/photo/retirer", {}),
    "language": ("/reglages/langue", {"locale": "en"}),
}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "profile": ("/me", {"bio": "Je jardine"}),
    "preferences": ("/me", {"time_zone": "Indian/Reunion"}),
    "post": ("/posts/1", {"title": "Mieux dit"}),
    "group": ("/groups/ess-quartiers", {"description": "Tout"}),
}


@pytest.fixture(autouse=True)
def small_limits(app: Flask) -> Iterator[None]:
    """Let members change each thing twice."""
    usual = app.config["SETTINGS"]
    names = ("limit_profiles", "limit_edits", "limit_group_settings")
    app.config["SETTINGS"] = replace(usual, **dict.fromkeys(names, SMALL))
    yield
    app.config["SETTINGS"] = usual


def count_events() -> int:
    return db.session.scalar(select(func.count(EventRecord.id))) or 0


@pytest.mark.parametrize("name", FORMS)
def test_a_change_too_many_is_shown_again(browser: Open, cast: Cast, name: str) -> None:
    make_post(cast.amina, cast.ess)
    (path, form), amina = FORMS[name], browser(cast.amina)
    for _ in range(2):
        assert amina.send(path, form).status_code == 303
    before = count_events()
    refused = amina.send(path, form)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert "beaucoup en peu de temps" in refused.text
    assert "data-error-summary" in refused.text
    assert next(iter(form.values())) in refused.text
    assert count_events() == before
    assert amina.get(path).status_code == 200


@pytest.mark.parametrize("name", BUTTONS)
def test_so_are_the_buttons(browser: Open, cast: Cast, name: str) -> None:
    (path, form), amina = BUTTONS[name], browser(cast.amina)
    answers = [amina.send(path, form).status_code for _ in range(3)]
    assert answers == [303, 303, 429]


@pytest.mark.parametrize("name", CALLS)
def test_pages_and_programs_count_together(
    browser: Open,
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
    name: str,
) -> None:
    make_post(cast.amina, cast.ess)
    (path, body), amina = CALLS[name], program(cast.amina)
    assert browser(cast.amina).send(*FORMS[name]).status_code == 303
    assert amina.patch(path, {"title": 12, "name": 12, "locale": 12}).status_code == 422
    assert amina.patch(path, body).status_code == 200
    refused = amina.patch(path, body)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.headers["Retry-After"]
    assert browser(cast.amina).send(*FORMS[name]).status_code == 429


def test_what_changes_no_words_is_not_counted(
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
) -> None:
    bruno = program(cast.bruno)
    for hour in range(4):
        assert bruno.patch("/me", {"digest": {"hour": hour}}).status_code == 200
        post = make_post(cast.chloe, cast.moderated)
        read = bruno.get(f"/posts/{post.id}").json["version"]
        approved = {"status": "published", "version": read}
        assert bruno.patch(f"/posts/{post.id}", approved).status_code == 200


def test_a_preview_of_a_change_is_not_counted(browser: Open, cast: Cast) -> None:
    make_post(cast.amina, cast.ess)
    (path, form), amina = FORMS["post"], browser(cast.amina)
    for _ in range(4):
        assert amina.send(path, {**form, "preview": "1"}).status_code == 200
    assert amina.send(path, form).status_code == 303

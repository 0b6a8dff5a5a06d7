"""A form that came to nothing costs nothing, however it came to nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]

BODY = {"body_html": "<p>Merci à vous</p>"}


@pytest.fixture(autouse=True)
def two_comments(app: Flask) -> Iterator[None]:
    """Let members answer twice."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_comments="2 per 5 minutes")
    yield
    app.config["SETTINGS"] = usual


def test_what_is_not_found_or_forbidden_costs_nothing(browser: Open, cast: Cast) -> None:
    theirs, ours = make_post(cast.amina, cast.hidden), make_post(cast.amina, cast.ess)
    driss = browser(cast.driss)
    refused = [
        driss.send(f"/publications/{post}/commentaires", BODY).status_code
        for post in (9999, theirs.id, ours.id)
    ]
    assert refused == [404, 404, 403]
    driss.send("/groupes/ess-quartiers/rejoindre")
    assert driss.send(f"/publications/{ours.id}/commentaires", BODY).status_code == 303

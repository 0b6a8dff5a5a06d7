"""Joining and leaving are rate-limited, for they record events in others' streams."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.config import Settings
from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.services import invite_member
from grandequipe.members.models import Member
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import BAN, Cast

Open = Callable[[Member], Visitor]
Run = Callable[..., Program]

ESS, PRIVATE = "/groupes/ess-quartiers", "/groupes/regies-de-quartier"


@pytest.fixture(autouse=True)
def small_limits(app: Flask) -> Iterator[None]:
    """Set limits of two changes for members and three for moderators."""
    usual = app.config["SETTINGS"]
    small = {"limit_memberships": "2 per 5 minutes", "limit_managing": "3 per 5 minutes"}
    app.config["SETTINGS"] = replace(usual, **small)
    yield
    app.config["SETTINGS"] = usual


def count_events() -> int:
    return db.session.scalar(select(func.count(EventRecord.id))) or 0


@pytest.mark.parametrize("group", [ESS, PRIVATE])
def test_joining_and_leaving_count_together(browser: Open, cast: Cast, group: str) -> None:
    driss = browser(cast.driss)
    for step in ("rejoindre", "quitter"):
        assert driss.send(f"{group}/{step}").status_code == 303
    before = count_events()
    refused = driss.send(f"{group}/rejoindre")
    assert (refused.status_code, count_events()) == (429, before)
    assert refused.headers["Retry-After"]
    assert "beaucoup en peu de temps" in refused.text
    assert browser(cast.eva).send(f"{group}/quitter").status_code == 303, "others go on"


def test_so_does_declining(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    for answer in (303, 303, 429):
        with atomic():
            invite_member(cast.amina, cast.hidden, cast.driss)
        declined = driss.send("/groupes/comite-de-pilotage/invitations/decliner")
        assert declined.status_code == answer


def test_pages_and_programs_count_together(
    browser: Open,
    program: Run,  # noqa: F811
    cast: Cast,
) -> None:
    driss, path = program(cast.driss), "/groups/ess-quartiers/membership"
    assert (driss.put(path).status_code, driss.delete(path).status_code) == (200, 204)
    refused: Any = driss.put(path)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert browser(cast.driss).send(f"{ESS}/rejoindre").status_code == 429


def test_those_who_look_after_a_group_have_a_larger_measure(
    browser: Open,
    program: Run,  # noqa: F811
    cast: Cast,
) -> None:
    amina, path = browser(cast.amina), f"{ESS}/membres/{cast.chloe.id}"
    for role in ("moderator", "member"):
        assert amina.send(f"{path}/role", {"role": role}).status_code == 303
    assert amina.send(f"{path}/sanctionner", BAN).status_code == 303
    assert amina.send(f"{path}/reintegrer").status_code == 429
    call = f"/groups/ess-quartiers/members/{cast.chloe.id}"
    assert program(cast.amina).patch(call, {"state": "none"}).status_code == 429
    assert browser(cast.bruno).send(f"{path}/reintegrer").status_code == 303


def test_the_measure_is_made_for_two_hundred_people() -> None:
    assert int(Settings.limit_managing.split()[0]) >= 400, "accepted one by one, then given a role"


def test_the_description_of_the_api_has_it(visitor: Visitor) -> None:
    paths = visitor.get("/api/v1/openapi.json").json["paths"]
    membership = paths["/api/v1/groups/{slug}/membership"]
    answers = [membership["put"], membership["delete"]]
    answers.append(paths["/api/v1/groups/{slug}/members/{member_id}"]["patch"])
    assert all("429" in answer["responses"] for answer in answers)

"""Whom the editor suggests: readers of the text, by the beginnings of the words of their names."""

from dataclasses import replace

import pytest

from tests.factories import admit, ban, make_group, make_member, make_post


@pytest.fixture
def names(cast):
    """Give a group more members, and have people elsewhere."""
    admit(cast.private, make_member("Élodie Le Gall"), make_member("Jean-Élie N’Diaye"))
    elsewhere = make_group(cast.amina, "Ailleurs")
    admit(elsewhere, make_member("Elsa Ailleurs"))
    make_member("Elvire Inconnue")
    ban(cast.private, make_member("Elias Exclu"))


FOUND = {
    "el": ["Élodie Le Gall", "Jean-Élie N’Diaye"],
    "ÉL": ["Élodie Le Gall", "Jean-Élie N’Diaye"],
    "gall": ["Élodie Le Gall"],
    "le g": ["Élodie Le Gall"],
    "diaye": ["Jean-Élie N’Diaye"],
    "lodie": [],
    "%": [],
    "amina": [],
    "": [],
}


@pytest.mark.parametrize("typed", FOUND)
def test_members_of_a_private_group_are_found_and_no_others(typed, names, cast, browser):
    post = make_post(cast.amina, cast.private)
    amina = browser(cast.amina)
    for path in (f"/publications/{post.id}/mentions", "/groupes/regies-de-quartier/mentions"):
        answer = amina.get(path, query_string={"q": typed})
        assert answer.headers["Cache-Control"] == "no-store"
        assert [each["name"] for each in answer.json] == FOUND[typed]


def test_of_a_public_group_its_members_come_first_then_those_of_my_other_groups(
    names, cast, browser
):
    admit(cast.ess, make_member("Zélie Elbaz"))
    found = browser(cast.amina).get("/groupes/ess-quartiers/mentions?q=el").json
    assert [each["name"] for each in found] == [
        "Zélie Elbaz", "Elsa Ailleurs", "Élodie Le Gall", "Jean-Élie N’Diaye",
    ]  # fmt: skip


def test_suggestions_are_eight_in_a_bounded_number_of_questions(cast, browser, count_queries):
    admit(cast.ess, *(make_member(f"Paul {n}", email=f"p{n}@example.org") for n in range(12)))
    amina = browser(cast.amina)
    amina.get("/groupes/ess-quartiers/mentions?q=p")
    with count_queries() as counted:
        assert len(amina.get("/groupes/ess-quartiers/mentions?q=paul").json) == 8
    assert counted.count <= 4


def test_suggestions_are_rate_limited(cast, browser, app, monkeypatch):
    settings = replace(app.config["SETTINGS"], limit_suggestions="2 per minute")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    amina = browser(cast.amina)
    answers = [amina.get("/groupes/ess-quartiers/mentions?q=c").status_code for _n in range(3)]
    assert answers == [200, 200, 429]

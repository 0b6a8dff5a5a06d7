"""Requests to join and bans are visible to moderators only."""

from dataclasses import replace

import pytest

from tests.api.conftest import react_to_all

PATH = "/groups/ess-quartiers/members"


@pytest.mark.parametrize("asks", ["chloe", "driss"])
def test_a_change_of_nothing_reveals_nothing(cast, program, asks) -> None:
    caller = program(getattr(cast, asks), "read", "write")
    kept_out = caller.patch(f"{PATH}/{cast.eva.id}", {})
    stranger = caller.patch(f"{PATH}/{cast.farid.id}", {})
    assert (kept_out.status_code, kept_out.json.get("state"), kept_out.json.get("since")) == (
        stranger.status_code, stranger.json.get("state"), stranger.json.get("since"),
    )  # fmt: skip


def test_an_invitation_does_not_reveal_that_a_member_is_banned(cast, program) -> None:
    chloe = program(cast.chloe, "read", "write")
    answers = [
        chloe.patch(f"{PATH}/{guest.id}", {"state": "invited"}) for guest in (cast.eva, cast.driss)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json["state"] for answer in answers] == ["none", "none"]


@pytest.mark.parametrize("guest", ["eva", "driss"])
def test_nor_does_how_often_one_may_invite(app, cast, program, guest) -> None:
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_invitations="2 per hour")
    chloe, path = program(cast.chloe), f"{PATH}/{getattr(cast, guest).id}"
    try:
        answers = [chloe.patch(path, {"state": "invited"}).status_code for _time in range(3)]
    finally:
        app.config["SETTINGS"] = usual
    assert answers == [200, 200, 429]


def test_the_owner_of_an_invited_address_is_revealed_to_nobody(cast, program) -> None:
    bruno = program(cast.bruno)
    answers = []
    for email in (
        "driss@example.org",
        "nobody@example.org",
        "chloe@example.org",
        "eva@example.org",
    ):
        answer = bruno.post("/groups/ess-quartiers/invitations", {"email": email})
        answers.append((answer.status_code, answer.json | {"id": 0, "email": "", "created_at": ""}))
    react_to_all()
    assert answers[0][0] == 201
    assert all(answer == answers[0] for answer in answers)
    assert bruno.get(f"{PATH}?state=invited").json["items"] == []
    people = [bruno.patch(f"{PATH}/{person.id}", {}).json for person in (cast.driss, cast.farid)]
    assert [person["state"] for person in people] == ["none", "none"]
    ended = [
        bruno.patch(f"{PATH}/{person.id}", {"state": "none"}) for person in (cast.driss, cast.farid)
    ]
    assert ended[0].status_code == ended[1].status_code == 409
    listed = bruno.get("/groups/ess-quartiers/invitations").json["items"]
    assert [each["email"] for each in listed] == [
        "eva@example.org", "chloe@example.org", "nobody@example.org", "driss@example.org",
    ]  # fmt: skip
    assert {each["person"] for each in listed} == {None}


def test_moderators_withdraw_invitations(cast, program) -> None:
    bruno, path = program(cast.bruno), "/groups/comite-de-pilotage/invitations"
    by_address = bruno.post(path, {"email": "driss@example.org"}).json
    react_to_all()
    assert program(cast.driss).get("/groups/comite-de-pilotage").status_code == 200
    assert program(cast.chloe).get(path).status_code == 403
    assert program(cast.chloe).delete(f"{path}/{by_address['id']}").status_code == 403
    assert bruno.delete(f"{path}/{by_address['id']}").status_code == 204
    assert bruno.delete(f"{path}/{by_address['id']}").status_code == 404
    assert program(cast.driss).get("/groups/comite-de-pilotage").status_code == 404


def test_an_invitation_by_id_is_shown_by_name_and_withdrawn_by_id(cast, program) -> None:
    bruno, one = program(cast.bruno), f"/groups/comite-de-pilotage/members/{cast.driss.id}"
    assert bruno.patch(one, {"state": "invited"}).json["state"] == "invited"
    listed = bruno.get("/groups/comite-de-pilotage/invitations").json["items"]
    assert [(each["email"], each["person"]["id"]) for each in listed] == [(None, cast.driss.id)]
    assert bruno.patch(one, {"state": "none"}).json["state"] == "none"
    assert bruno.get("/groups/comite-de-pilotage/invitations").json["items"] == []
    assert program(cast.driss).get("/groups/comite-de-pilotage").status_code == 404


def test_a_plain_member_learns_from_no_refusal_who_asked_or_is_invited(cast, program) -> None:
    bruno, chloe = program(cast.bruno), program(cast.chloe)
    bruno.patch(f"{PATH}/{cast.driss.id}", {"state": "invited"})
    said = {
        (answer.status_code, answer.data)
        for answer in (
            chloe.patch(f"{PATH}/{person.id}", {"state": "none"})
            for person in (cast.driss, cast.farid, cast.eva)
        )
    }
    assert len(said) == 1

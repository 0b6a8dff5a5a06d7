"""Every call of the contract, by a member who may make it."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.feed.models import Kind
from grandequipe.groups.models import JoinPolicy, Visibility
from tests.api.conftest import Program, react_to_all
from tests.factories import Cast, make_comment, make_member, make_post

Programs = Callable[..., Program]

OWN = {
    "news": {},
    "analysis": {},
    "resource": {
        "url": "https://example.org/guide",
        "resource_type": "guide",
        "publisher": "Avise",
    },
    "webinar": {
        "starts_at": "2049-01-12T18:00:00+01:00",
        "ends_at": "2049-01-12T19:30:00+01:00",
        "time_zone": "Europe/Paris",
        "speakers": "Amina",
        "capacity": 40,
    },
    "project": {"partners": "Une régie", "contact": "contact@example.org"},
    "call": {"deadline": "2049-02-01T12:00:00+01:00", "funder": "ANCT"},
}


def body(kind: str = "news", **given: Any) -> dict[str, Any]:
    """Make the body of a valid post."""
    return (
        {"kind": kind, "title": f"Titre {kind}", "body_html": "<p>Bonjour.</p>"} | OWN[kind] | given
    )


def test_a_member_reads_and_changes_their_own_account(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    me = chloe.get("/me").json
    assert me["email"] == "chloe@example.org"
    assert me["digest"] == {"frequency": "weekly", "weekday": 0, "hour": 8}
    changed = chloe.patch(
        "/me",
        {
            "display_name": "Chloé D.",
            "organisation": "Régie du Nord",
            "locale": "en",
            "time_zone": "Indian/Reunion",
            "digest": {"frequency": "daily", "hour": 18},
        },
    )
    assert changed.status_code == 200
    assert chloe.get("/me").json == changed.json
    assert changed.json["display_name"] == "Chloé D."
    assert changed.json["organisation"] == "Régie du Nord"
    assert changed.json["digest"] == {"frequency": "daily", "weekday": 0, "hour": 18}
    assert chloe.patch("/me", {"time_zone": "Mars/Olympus"}).json["errors"].keys() == {"time_zone"}
    assert chloe.patch("/me", {"email": "x@example.org"}).json["errors"].keys() == {"email"}


def test_a_member_founds_a_group_and_changes_it(cast: Cast, program: Programs) -> None:
    driss = program(cast.driss)
    made = driss.post("/groups", {"name": "Jardins partagés", "visibility": "private"})
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/v1/groups/jardins-partages"
    assert made.json["role"] == "owner"
    assert made.json["unread"] == 0
    changed = driss.patch("/groups/jardins-partages", {"posting_policy": "moderated"})
    assert changed.json["posting_policy"] == "moderated"
    assert changed.json["visibility"] == "private"
    found = driss.get("/groups?q=jardins").json
    assert [group["slug"] for group in found["items"]] == ["jardins-partages"]
    assert found["next"] is None


def test_groups_count_what_their_reader_has_not_seen(cast: Cast, program: Programs) -> None:
    make_post(cast.amina, cast.ess)
    assert program(cast.chloe).get("/groups/ess-quartiers").json["unread"] == 1
    assert program(cast.amina).get("/groups/ess-quartiers").json["unread"] == 0
    assert program().get("/groups/ess-quartiers").json["unread"] == 0


def test_joining_asking_and_leaving(cast: Cast, program: Programs) -> None:
    driss = program(cast.driss)
    assert driss.put("/groups/ess-quartiers/membership").json == {"state": "active"}
    assert driss.put("/groups/regies-de-quartier/membership").json == {"state": "requested"}
    assert driss.put("/groups/comite-de-pilotage/membership").status_code == 404
    assert driss.delete("/groups/ess-quartiers/membership").status_code == 204
    assert program(cast.amina).delete("/groups/ess-quartiers/membership").status_code == 409
    assert program(cast.eva).put("/groups/ess-quartiers/membership").status_code == 403


def test_moderators_answer_invite_remove_exclude_and_readmit(cast: Cast, program: Programs) -> None:
    bruno, driss = program(cast.bruno), program(cast.driss)
    path = f"/groups/regies-de-quartier/members/{cast.driss.id}"

    assert bruno.patch(path, {"state": "active"}).status_code == 409
    driss.put("/groups/regies-de-quartier/membership")
    waiting = bruno.get("/groups/regies-de-quartier/members?state=requested").json["items"]
    assert [person["id"] for person in waiting] == [cast.driss.id]
    assert bruno.patch(path, {"state": "none"}).json["state"] == "none"
    driss.put("/groups/regies-de-quartier/membership")
    assert bruno.patch(path, {"state": "active"}).json["state"] == "active"
    assert bruno.patch(path, {"state": "banned", "reason": "Propos."}).json["state"] == "banned"
    assert driss.put("/groups/regies-de-quartier/membership").status_code == 403
    assert bruno.patch(path, {"state": "none"}).json["state"] == "none"
    assert bruno.patch(path, {"state": "invited"}).json["state"] == "invited"
    assert driss.put("/groups/regies-de-quartier/membership").json == {"state": "active"}
    assert bruno.patch(path, {"role": "moderator"}).status_code == 403
    assert program(cast.amina).patch(path, {"role": "moderator"}).json["role"] == "moderator"
    assert program(cast.amina).patch(path, {"state": "none"}).json["role"] is None
    assert bruno.patch(f"{path}99", {"state": "invited"}).status_code == 404


def test_a_member_chooses_their_notifications(cast: Cast, program: Programs) -> None:
    path = "/groups/ess-quartiers/preferences"
    assert program(cast.chloe).put(path, {"level": "none"}).json == {"level": "none"}
    assert program(cast.driss).put(path, {"level": "none"}).status_code == 403
    assert program(cast.chloe).put(path, {"level": "some"}).json["errors"].keys() == {"level"}


def test_the_bell_is_read_and_read_off(cast: Cast, program: Programs) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.amina, post)
    react_to_all()
    chloe = program(cast.chloe)
    [line] = chloe.get("/notifications").json["items"]
    assert line["kind"] == "comment_on_my_post"
    assert line["unread"] is True
    assert [actor["display_name"] for actor in line["actors"]] == ["Amina Belkacem"]
    assert chloe.post("/notifications/read", {"up_to": line["id"]}).json == {"unread": 0}
    assert chloe.get("/notifications").json["items"][0]["unread"] is False


WRONG_LIMITS = ["0", "101", "-1", "many", "", "9" * 5000]


def test_a_limit_is_between_1_and_100(
    cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for limit in WRONG_LIMITS:
        with subtests.test(repr(limit)[:40]):
            answer = program().get(f"/groups?limit={limit}")
            assert answer.status_code == 422
            assert answer.json["errors"].keys() == {"limit"}


def cursor_of(words: str) -> str:
    """Encode a forged cursor."""
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


NOT_OURS = [
    "x",
    "é",
    "W10",
    "%00",
    "W1tbW10",
    "A" * 500,
    cursor_of('["1", 1]'),
    cursor_of('["2026-01-01", 1]'),
    cursor_of('["2026-01-01T00:00:00Z", 1e400]'),
]


def test_a_cursor_that_is_not_ours_is_named(
    cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for cursor in NOT_OURS:
        with subtests.test(repr(cursor)[:40]):
            answer = program().get(f"/groups?cursor={cursor}")
            assert answer.status_code == 422
            assert answer.json["errors"].keys() == {"cursor"}


def test_hidden_and_private_groups_in_lists(cast: Cast, program: Programs) -> None:
    def slugs(caller: Program) -> set[str]:
        return {group["slug"] for group in caller.get("/groups").json["items"]}

    open_to_all = {"ess-quartiers", "regies-de-quartier", "petites-annonces"}
    assert slugs(program()) == open_to_all
    assert slugs(program(cast.driss)) == open_to_all
    assert slugs(program(cast.chloe)) == open_to_all | {"comite-de-pilotage"}


def test_a_hidden_group_cannot_be_open(cast: Cast, program: Programs) -> None:
    answer = program(cast.driss).post(
        "/groups",
        {"name": "Secret", "visibility": Visibility.HIDDEN, "join_policy": JoinPolicy.OPEN},
    )
    assert answer.json["errors"].keys() == {"join_policy"}


def test_an_unconfirmed_member_founds_no_group(cast: Cast, program: Programs) -> None:
    newcomer = make_member("Gilles Henry", confirmed_at=None)
    assert program(newcomer).post("/groups", {"name": "Trop tôt"}).status_code == 403


def test_kinds_have_only_their_own_fields(cast: Cast, program: Programs) -> None:
    for kind in Kind:
        make_post(cast.amina, cast.ess, kind)
    posts = program().get("/groups/ess-quartiers/posts").json["items"]
    with_start = [post["kind"] for post in posts if "starts_at" in post]
    assert with_start == ["webinar"]

"""What each person sees through the API: 404 for what they may not see."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.feed.services import remove_post
from grandequipe.members.models import Member
from tests.api.conftest import Program
from tests.factories import Cast, make_comment, make_post

Programs = Callable[..., Program]

PEOPLE = ("visitor", "driss", "eva", "chloe", "bruno", "amina", "farid")
MEMBERS = {"chloe", "bruno", "amina", "farid"}


def person(cast: Cast, name: str) -> Member | None:
    """Give a person of the cast by name, or None."""
    return None if name == "visitor" else getattr(cast, name)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("group", "readers"), [("ess", set(PEOPLE)), ("private", MEMBERS), ("hidden", MEMBERS)]
)
def test_a_post_and_its_comments(
    name: str, group: str, readers: set[str], cast: Cast, program: Programs
) -> None:
    post = make_post(cast.amina, getattr(cast, group))
    make_comment(cast.chloe, post)
    caller = program(person(cast, name))
    expected = 200 if name in readers else 404
    assert caller.get(f"/posts/{post.id}").status_code == expected
    assert caller.get(f"/posts/{post.id}/comments").status_code == expected


def test_the_posts_of_a_private_group(
    cast: Cast, program: Programs, subtests: pytest.Subtests
) -> None:
    for name in PEOPLE:
        with subtests.test(repr(name)[:40]):
            make_post(cast.amina, cast.private)
            caller = program(person(cast, name))
            expected = {"visitor": 401, "driss": 403, "eva": 403}.get(name, 200)
            assert caller.get("/groups/regies-de-quartier").status_code == 200
            assert caller.get("/groups/regies-de-quartier/posts").status_code == expected
            assert caller.get("/groups/regies-de-quartier/members").status_code == expected


def test_a_hidden_group(cast: Cast, program: Programs, subtests: pytest.Subtests) -> None:
    for name in PEOPLE:
        with subtests.test(repr(name)[:40]):
            caller = program(person(cast, name))
            expected = 200 if name in MEMBERS else 404
            for path in ("", "/posts"):
                assert caller.get(f"/groups/comite-de-pilotage{path}").status_code == expected


@pytest.mark.parametrize("name", ["driss", "eva"])
def test_private_removed_pending_and_unknown_are_one_answer(
    name: str, cast: Cast, program: Programs
) -> None:
    private, removed = make_post(cast.amina, cast.private), make_post(cast.amina, cast.ess)
    pending = make_post(cast.chloe, cast.moderated)
    with atomic():
        remove_post(cast.amina, removed)
    caller = program(person(cast, name))
    wanted = [private.id, removed.id, pending.id, 10**6]
    for path in ("", "/comments"):
        answers = [caller.get(f"/posts/{post_id}{path}") for post_id in wanted]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
    writes = [caller.put(f"/posts/{post_id}/reactions/thanks") for post_id in wanted]
    assert len({(answer.status_code, answer.data) for answer in writes}) == 1


def test_what_one_sees_and_may_not_do(cast: Cast, program: Programs) -> None:
    post = make_post(cast.amina, cast.ess)
    driss = program(cast.driss)
    refused = [
        driss.post(f"/posts/{post.id}/comments", {"body_html": "<p>x</p>"}),
        driss.patch(f"/posts/{post.id}", {"title": "Autre"}),
        driss.delete(f"/posts/{post.id}"),
        driss.patch("/groups/ess-quartiers", {"name": "Autre"}),
        driss.patch(f"/groups/ess-quartiers/members/{cast.chloe.id}", {"role": "owner"}),
        driss.get("/groups/ess-quartiers/members?state=banned"),
        driss.post(
            "/groups/ess-quartiers/posts",
            {"kind": "news", "title": "x", "body_html": "<p>x</p>"},
        ),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert all(answer.json["detail"] for answer in refused)


def test_an_excluded_member_loses_everything_at_once(cast: Cast, program: Programs) -> None:
    post = make_post(cast.amina, cast.private)
    chloe = program(cast.chloe)
    assert chloe.get(f"/posts/{post.id}").status_code == 200
    path = f"/groups/regies-de-quartier/members/{cast.chloe.id}"
    assert (
        program(cast.amina).patch(path, {"state": "banned", "reason": "Propos."}).status_code == 200
    )
    assert chloe.get(f"/posts/{post.id}").status_code == 404
    assert chloe.get("/groups/regies-de-quartier/posts").status_code == 403
    assert post.id not in [each["id"] for each in chloe.get("/feed").json["items"]]
    assert chloe.put("/groups/regies-de-quartier/membership").status_code == 403

"""An empty change needs the same permission as a change, and shows nothing without it."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.groups.services import leave_group
from tests.api.conftest import Program
from tests.factories import Cast, admit, make_post

Programs = Callable[..., Program]

MEMBERS = "/groups/ess-quartiers/members"
CHANGES = [{}, {"status": "published"}, {"title": "Autre"}]


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("asks", ["chloe", "driss", "eva"])
def test_a_post_is_not_changed_by_others_not_even_by_nothing(
    cast: Cast, program: Programs, asks: str, change: dict[str, str]
) -> None:
    post = make_post(cast.amina, cast.ess)
    refused = program(getattr(cast, asks), "write").patch(f"/posts/{post.id}", change)
    assert refused.status_code == 403
    assert refused.json["detail"] == "Vous ne pouvez pas modifier cette publication."
    assert post.title not in refused.text


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_who_left_changes_not_even_nothing_of_their_post(
    cast: Cast, program: Programs, change: dict[str, str]
) -> None:
    admit(cast.ess, cast.driss)
    post = make_post(cast.driss, cast.ess)
    with atomic():
        leave_group(cast.driss, cast.ess)
    assert program(cast.driss).patch(f"/posts/{post.id}", change).status_code == 403


@pytest.mark.parametrize("asks", ["amina", "bruno", "farid"])
def test_who_may_change_a_post_may_change_nothing_of_it(
    cast: Cast, program: Programs, asks: str
) -> None:
    post = make_post(cast.amina, cast.ess)
    for change in CHANGES[:2]:
        answer = program(getattr(cast, asks), "write").patch(f"/posts/{post.id}", change)
        assert (answer.status_code, answer.json["version"]) == (200, post.version)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_one_may_not_see_is_not_there_to_be_changed(
    cast: Cast, program: Programs, change: dict[str, str]
) -> None:
    private, pending = make_post(cast.amina, cast.private), make_post(cast.chloe, cast.moderated)
    driss = program(cast.driss)
    answers = [driss.patch(f"/posts/{number}", change) for number in (private.id, pending.id, 999)]
    assert {(answer.status_code, answer.data) for answer in answers} == {
        (404, driss.get("/posts/999").data)
    }


@pytest.mark.parametrize("change", [{}, {"state": "none"}, {"role": "member"}], ids=str)
@pytest.mark.parametrize("asks", ["chloe", "driss"])
def test_a_plain_member_changes_not_even_nothing_of_another(
    cast: Cast, program: Programs, asks: str, change: dict[str, str]
) -> None:
    caller = program(getattr(cast, asks), "write")
    refused = caller.patch(f"{MEMBERS}/{cast.bruno.id}", change)
    assert refused.status_code == 403
    assert cast.bruno.display_name not in refused.text
    assert caller.patch(f"{MEMBERS}/999", change).status_code == 404


@pytest.mark.parametrize("asks", ["amina", "bruno", "farid"])
def test_who_looks_after_a_group_may_change_nothing_of_a_member(
    cast: Cast, program: Programs, asks: str
) -> None:
    answer = program(getattr(cast, asks), "write").patch(f"{MEMBERS}/{cast.chloe.id}", {})
    assert (answer.status_code, answer.json["role"]) == (200, "member")

"""Who asked to join or is kept out is for those who look after the group."""

import pytest

PATH = "/groups/ess-quartiers/members"


@pytest.mark.parametrize("asks", ["chloe", "driss"])
def test_a_change_of_nothing_tells_nothing(cast, program, asks) -> None:
    caller = program(getattr(cast, asks), "read", "write")
    kept_out = caller.patch(f"{PATH}/{cast.eva.id}", {})
    stranger = caller.patch(f"{PATH}/{cast.farid.id}", {})
    assert (kept_out.status_code, kept_out.json.get("state"), kept_out.json.get("since")) == (
        stranger.status_code, stranger.json.get("state"), stranger.json.get("since"),
    )  # fmt: skip


def test_an_invitation_does_not_tell_a_member_who_is_kept_out(cast, program) -> None:
    chloe = program(cast.chloe, "read", "write")
    answers = [
        chloe.patch(f"{PATH}/{guest.id}", {"state": "invited"}) for guest in (cast.eva, cast.driss)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json["state"] for answer in answers] == ["none", "none"]

"""Checking the access of sockets costs the same for one and for a thousand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.groups.queries import list_streams_of, list_streams_of_members
from grandequipe.live.queries import list_honoured
from grandequipe.live.rooms import Credentials
from grandequipe.members.models import Member
from grandequipe.members.services import begin_session, create_token, end_session
from tests.factories import Cast, make_member


def log_in(member: Member) -> int:
    """Begin a browser session; give its id."""
    with atomic():
        return begin_session(member)[1]


def test_credentials_hold_while_the_member_the_session_and_the_token_do(cast: Cast) -> None:
    with atomic():
        living, expired = (create_token(cast.bruno, "robot", ["read"])[1] for _ in range(2))
        expired.expires_at = clock.now() - timedelta(seconds=1)
        cast.driss.active = False
    good = [
        Credentials(cast.chloe.id, session_id=log_in(cast.chloe)),
        Credentials(cast.bruno.id, token_id=living.id),
    ]
    ended = log_in(cast.chloe)
    with atomic():
        end_session(cast.chloe, ended)
    before = log_in(cast.farid)
    with atomic():
        cast.farid.fs_uniquifier = "another"
    bad = [
        Credentials(cast.chloe.id, session_id=ended),
        Credentials(cast.farid.id, session_id=before),
        Credentials(cast.bruno.id, session_id=good[0].session_id),
        Credentials(cast.chloe.id),
        Credentials(cast.bruno.id, token_id=expired.id),
        Credentials(cast.bruno.id, token_id=10**6),
        Credentials(cast.driss.id, session_id=log_in(cast.driss)),
        Credentials(10**6, session_id=10**6),
    ]
    assert list_honoured(good + bad) == set(good)


@pytest.mark.parametrize("number", [1, 40])
def test_a_look_costs_the_same_for_few_and_for_many(
    cast: Cast, count_queries: Callable[[], Any], number: int
) -> None:
    members = [make_member(f"Membre{each}") for each in range(number)]
    presented = {Credentials(member.id, session_id=log_in(member)) for member in members}
    presented |= {Credentials(member.id, token_id=1) for member in members}
    ids = [member.id for member in members]
    with count_queries() as counted:
        list_honoured(presented)
        list_streams_of_members(ids)
    assert counted.count <= 4


def test_each_follows_their_own_stream_and_their_groups(cast: Cast) -> None:
    followed = list_streams_of_members([cast.chloe.id, cast.driss.id, cast.eva.id])
    groups = (cast.ess, cast.private, cast.hidden, cast.moderated)
    assert set(followed[cast.chloe.id]) == {cast.chloe.stream, *(each.stream for each in groups)}
    assert set(followed[cast.driss.id]) == {cast.driss.stream}
    assert set(followed[cast.eva.id]) == {cast.eva.stream}, "a ban is not a membership"
    assert followed[cast.chloe.id] == list_streams_of(cast.chloe)

"""Joining or leaving several groups in one transaction causes no deadlock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError

from grandequipe.core.errors import Conflict
from grandequipe.core.events import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import find_membership, list_memberships_in
from grandequipe.groups.services import (
    deliver_invitation,
    deliver_invitations_to,
    invite_address,
    join_group,
    leave_everything,
)
from grandequipe.members.models import Member
from tests.factories import Cast
from tests.groups.turns import holding, in_turn
from tests.locks import count_held_up
from tests.waiting import wait_until


def is_free(table: type[Group | Stream], key: int) -> bool:
    """Return whether a row is not locked."""
    [name] = inspect(table).primary_key
    row = select(name).where(name == key).with_for_update(key_share=True, nowait=True)
    try:
        with db.engine.begin() as connection:
            connection.execute(row)
    except OperationalError:
        return False
    return True


def is_group_free(group: Group) -> bool:
    return is_free(Group, group.id)


def is_stream_free(owner: Group | Member) -> bool:
    return is_free(Stream, owner.stream_id)


@contextmanager
def waiting_for(app: Flask, group: Group, act: Callable[[], None]) -> Iterator[None]:
    """Start an act, which waits for a group's lock until the end of the block."""

    def run() -> None:
        with app.app_context(), atomic():
            act()

    thread = threading.Thread(target=run)
    with holding(group):
        thread.start()
        wait_until(lambda: count_held_up() == 1, "it waits for the group")
        yield
    thread.join()
    db.session.rollback()


def test_a_newcomer_holds_groups_in_their_order_and_streams_after_them(
    app: Flask, cast: Cast
) -> None:
    with atomic():
        for group in (cast.hidden, cast.ess):
            invite_address(cast.bruno, group, cast.driss.email)

    def deliver() -> None:
        deliver_invitations_to(db.session.get_one(Member, cast.driss.id))

    with waiting_for(app, cast.ess, deliver):
        assert is_group_free(cast.hidden)
    with waiting_for(app, cast.hidden, lambda: leave(cast.driss)):
        assert is_stream_free(cast.driss)
    assert db.session.query(Invitation).count() == 0
    assert list_memberships_in(cast.driss) == []


def leave(member: Member) -> None:
    leave_everything(db.session.get_one(Member, member.id))


def test_who_closes_an_account_records_it_once_all_groups_are_locked(
    app: Flask, cast: Cast
) -> None:
    with waiting_for(app, cast.hidden, lambda: leave(cast.chloe)):
        assert not is_group_free(cast.ess)
        assert is_stream_free(cast.ess)
    assert list_memberships_in(cast.chloe) == []


def test_every_invitation_is_delivered(cast: Cast) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
        for group in (cast.hidden, cast.private, cast.ess):
            invite_address(cast.bruno, group, cast.driss.email)
    with atomic():
        deliver_invitations_to(cast.driss)
    states = {
        membership.group_id: membership.state for membership in list_memberships_in(cast.driss)
    }
    assert states == {
        cast.ess.id: MembershipState.INVITED,
        cast.private.id: MembershipState.ACTIVE,
        cast.hidden.id: MembershipState.INVITED,
    }


def test_a_closed_account_is_invited_by_nothing(app: Flask, cast: Cast) -> None:
    with atomic():
        sent = invite_address(cast.bruno, cast.hidden, cast.driss.email).id
    acts = (
        lambda: leave(cast.driss),
        lambda: deliver_invitation(db.session.get_one(Invitation, sent)),
    )
    assert in_turn(app, cast.hidden, *acts) == []
    assert find_membership(cast.driss, cast.hidden) is None


def test_the_last_owner_leaves_nothing_half(cast: Cast) -> None:
    before = len(list_memberships_in(cast.amina))
    with pytest.raises(Conflict), atomic():
        leave_everything(cast.amina)
    assert len(list_memberships_in(cast.amina)) == before

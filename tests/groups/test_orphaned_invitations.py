"""Invitations are revoked whose sender may no longer invite."""

from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, JoinPolicy, Role, Visibility
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    GroupInput,
    ban_member,
    change_role,
    edit_group,
    end_orphaned_invitations,
    invite_address,
    invite_member,
    leave_group,
    remove_member,
)
from grandequipe.members.models import Member
from tests.api.conftest import react_to_all
from tests.factories import Cast, admit, make_group, make_member
from tests.groups.turns import holding

Act = Callable[[Cast, Group], object]
INVITER = "Nora Martin"
ACTS: dict[str, Act] = {
    "excluded": lambda cast, group: ban_member(cast.amina, group, inviter_of(group), "Hors sujet."),
    "removed": lambda cast, group: remove_member(cast.amina, group, inviter_of(group)),
    "gone": lambda _cast, group: leave_group(inviter_of(group), group),
    "under new rules": lambda cast, group: edit_group(
        cast.amina,
        group,
        GroupInput(group.name, visibility=Visibility.HIDDEN, join_policy=JoinPolicy.INVITE),
    ),
}


def inviter_of(group: Group) -> Member:
    return db.session.query(Member).filter_by(display_name=INVITER).one()


@pytest.fixture
def group(cast: Cast) -> Group:
    """Make an open group whose member Nora has invited Driss, and an address without an account."""
    opened, nora = make_group(cast.amina, "Compost"), make_member(INVITER)
    admit(opened, nora)
    with atomic():
        invite_member(nora, opened, cast.driss)
        invite_address(nora, opened, "personne@example.org")
        invite_address(cast.amina, opened, "quelqu-un@example.org")
    react_to_all()
    return opened


@pytest.mark.parametrize("how", ACTS)
def test_what_they_sent_is_taken_back(cast: Cast, group: Group, how: str) -> None:
    with atomic():
        ACTS[how](cast, group)
    react_to_all()
    assert find_membership(cast.driss, group) is None
    left = db.session.query(Invitation).filter_by(group_id=group.id).all()
    assert [invitation.email for invitation in left] == ["quelqu-un@example.org"]


def test_what_a_moderator_sent_stands_under_new_rules_and_falls_with_the_role(
    cast: Cast, group: Group
) -> None:
    with atomic():
        change_role(cast.amina, group, inviter_of(group), Role.MODERATOR)
    with atomic():
        ACTS["under new rules"](cast, group)
    react_to_all()
    assert find_membership(cast.driss, group) is not None
    with atomic():
        change_role(cast.amina, group, inviter_of(group), Role.MEMBER)
    react_to_all()
    db.session.expire_all()
    assert find_membership(cast.driss, group) is None


def test_who_goes_and_has_invited_nobody_keeps_nobody_waiting(
    app: Flask, cast: Cast, group: Group
) -> None:
    other = make_member("Paul Durand")
    admit(group, other)
    group_id, other_id = group.id, other.id
    with holding(group):
        end_orphaned_invitations(db.session.get_one(Group, group_id), other_id)
    assert db.session.query(Invitation).filter_by(group_id=group_id).count() == 3

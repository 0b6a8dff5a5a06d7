"""Permissions are checked in the writing transaction; settings overwrite only the version seen."""

from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.core.errors import Conflict, Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, JoinPolicy, Membership, Role, Visibility
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import (
    GroupInput,
    answer_request,
    ban_member,
    change_role,
    edit_group,
    invite_member,
    join_group,
    lift_ban,
    remove_member,
)
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast
from tests.groups.turns import in_turn

Open = Callable[[Member], Visitor]
Act = Callable[[Member, Group, Member], object]

ACTS: dict[str, Act] = {
    "role": lambda bruno, group, _driss: change_role(bruno, group, bruno, Role.OWNER),
    "settings": lambda bruno, group, _driss: edit_group(bruno, group, GroupInput("Pris")),
    "request": lambda bruno, group, driss: answer_request(bruno, group, driss, accept=True),
    "exclusion": lambda bruno, group, driss: ban_member(bruno, group, driss, "Hors sujet."),
    "return": lift_ban,
    "invitation": invite_member,
}
HIDDEN = {"visibility": "hidden", "join_policy": "invite"}


def here(member: Member) -> Member:
    """Load the same person in another thread's session, which has read their membership before."""
    return db.session.get_one(Member, member.id)


@pytest.mark.parametrize("what", ACTS)
def test_nobody_acts_by_a_part_that_they_are_losing(app: Flask, cast: Cast, what: str) -> None:
    """An owner acts while a concurrent transaction removes them."""
    with atomic():
        change_role(cast.amina, cast.private, cast.bruno, Role.OWNER)
        if what == "request":
            join_group(cast.driss, cast.private)
        if what == "return":
            ban_member(cast.amina, cast.private, cast.driss, "Hors sujet.")
    group_id, people = cast.private.id, (cast.amina, cast.bruno, cast.driss)

    def put_out() -> None:
        amina, bruno, _driss = map(here, people)
        remove_member(amina, db.session.get_one(Group, group_id), bruno)

    def act() -> None:
        _amina, bruno, driss = map(here, people)
        group = db.session.get_one(Group, group_id)
        assert find_membership(bruno, group) is not None
        ACTS[what](bruno, group, driss)

    assert in_turn(app, cast.private, put_out, act) == [Refused]
    db.session.expire_all()
    assert db.session.get(Membership, (group_id, cast.bruno.id)) is None


def test_two_who_settle_a_group_at_once_do_not_undo_each_other(app: Flask, cast: Cast) -> None:
    """The second once wrote all settings as it had read them over those of the first."""
    group_id, owner_id = cast.private.id, cast.amina.id

    def settle(**changes: object) -> Callable[[], None]:
        def act() -> None:
            group = db.session.get_one(Group, group_id)
            present = {name: getattr(group, name) for name in GroupInput.__dataclass_fields__}
            draft, over = GroupInput(**{**present, **changes}), group.settings_version
            edit_group(db.session.get_one(Member, owner_id), group, draft, over)

        return act

    hide = settle(visibility=Visibility.HIDDEN, join_policy=JoinPolicy.INVITE)
    raised = in_turn(app, cast.private, hide, settle(description="Nouveau"))
    assert raised == [Conflict]
    db.session.expire_all()
    assert cast.private.visibility is Visibility.HIDDEN


def test_an_old_page_of_settings_does_not_open_a_group_again(browser: Open, cast: Cast) -> None:
    amina, path = browser(cast.amina), "/groupes/regies-de-quartier/reglages"
    seen = cast.private.settings_version
    old = {"name": "Régies de quartier", "description": "Typé depuis", "visibility": "private",
           "join_policy": "request", "posting_policy": "members", "seen": seen}  # fmt: skip
    assert amina.send(path, {**old, **HIDDEN}).status_code == 303
    overtaken = amina.send(path, old)
    assert (overtaken.status_code, "Typé depuis" in overtaken.text) == (409, True)
    assert "ont été modifiés depuis" in overtaken.text
    db.session.expire_all()
    assert cast.private.visibility is Visibility.HIDDEN
    over = {**old, "over": cast.private.settings_version}
    assert amina.send(path, over).status_code == 303
    db.session.expire_all()
    assert cast.private.visibility is Visibility.PRIVATE

"""Concurrent actions, on a real PostgreSQL."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text

from grandequipe.core.errors import Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, Membership, MembershipState, Role
from grandequipe.groups.policies import is_member
from grandequipe.groups.queries import count_owners, find_membership
from grandequipe.groups.services import (
    GroupInput,
    change_role,
    create_group,
    deliver_invitation,
    invite_address,
    join_group,
    mark_seen,
    withdraw_invitation,
)
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, ban, make_group, make_member, make_post
from tests.groups.turns import in_turn
from tests.locks import count_held_up
from tests.waiting import wait_until

SEEN = select(Membership.seen_position).where(Membership.member_id == bindparam("member"))
Open = Callable[[Member], Visitor]


def at_once(app: Flask, people: list[Visitor], path: str, **form: str) -> list[int]:
    """Send the same form from several browsers concurrently; return the statuses."""
    together, statuses = threading.Barrier(len(people)), []

    def send(browser: Visitor) -> None:
        with app.app_context():
            token = browser._token()
            together.wait()
            statuses.append(browser.post(path, data={"csrf_token": token, **form}).status_code)

    threads = [threading.Thread(target=send, args=(browser,)) for browser in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(statuses)


def count_members(group: Group) -> int:
    return db.session.query(Membership).filter_by(group_id=group.id, state="active").count()


def test_two_owners_leave_at_once_and_one_stays(app: Flask, browser: Open, cast: Cast) -> None:
    with atomic():
        change_role(cast.amina, cast.ess, cast.bruno, Role.OWNER)
    owners = [browser(cast.amina), browser(cast.bruno)]
    assert at_once(app, owners, "/groupes/ess-quartiers/quitter") == [303, 409]
    assert count_owners(cast.ess) == 1
    assert cast.ess.member_count == count_members(cast.ess) == 2


def test_one_who_joins_twice_at_once_is_one_member(app: Flask, browser: Open, cast: Cast) -> None:
    twice = [browser(cast.driss), browser(cast.driss)]
    assert at_once(app, twice, "/groupes/ess-quartiers/rejoindre") == [303, 303]
    assert cast.ess.member_count == count_members(cast.ess) == 4


def test_many_who_join_at_once_are_all_counted(app: Flask, browser: Open, cast: Cast) -> None:
    crowd = [browser(make_member(f"N{number} Voisin")) for number in range(6)]
    assert at_once(app, crowd, "/groupes/ess-quartiers/rejoindre") == [303] * 6
    assert cast.ess.member_count == count_members(cast.ess) == 9


def test_an_address_that_somebody_takes_at_the_same_moment_is_left_to_them(
    app: Flask, cast: Cast
) -> None:
    make_group(cast.amina, "Jardins")
    made: list[str] = []

    def found() -> None:
        with app.app_context():
            made.append(make_group(db.session.get_one(Member, cast.bruno.id), "Jardins").slug)

    with atomic():
        assert create_group(cast.amina, GroupInput(name="Jardins 2")).slug == "jardins-2"
        founding = threading.Thread(target=found)
        founding.start()
        wait_until(lambda: count_held_up() == 1, "Bruno waits for the same address")
    founding.join()
    assert made == ["jardins-3"]


def test_two_moderators_accept_the_same_request(app: Flask, browser: Open, cast: Cast) -> None:
    browser(cast.driss).send("/groupes/regies-de-quartier/rejoindre")
    before = cast.private.member_count
    path = f"/groupes/regies-de-quartier/demandes/{cast.driss.id}"
    moderators = [browser(cast.amina), browser(cast.bruno)]
    assert at_once(app, moderators, path, answer="accept") == [303, 303]
    db.session.expire_all()
    assert cast.private.member_count == before + 1 == count_members(cast.private)


def test_one_who_is_excluded_while_they_join_stays_out(app: Flask, cast: Cast) -> None:
    assert not is_member(cast.driss, cast.ess)
    with app.app_context():
        ban(db.session.get_one(Group, cast.ess.id), db.session.get_one(Member, cast.driss.id))
    with pytest.raises(Refused), atomic():
        join_group(cast.driss, cast.ess)
    assert not is_member(cast.driss, cast.ess)


def invite_driss(cast: Cast) -> int:
    with atomic():
        return invite_address(cast.bruno, cast.hidden, cast.driss.email).id


def withdraw(cast: Cast, invitation_id: int) -> None:
    invitation = db.session.get_one(Invitation, invitation_id)
    withdraw_invitation(db.session.get_one(Member, cast.bruno.id), invitation)


def deliver(invitation_id: int) -> None:
    deliver_invitation(db.session.get_one(Invitation, invitation_id))


def accept(cast: Cast) -> None:
    join_group(db.session.get_one(Member, cast.driss.id), db.session.get_one(Group, cast.hidden.id))


def state_of_driss(cast: Cast) -> MembershipState | None:
    membership = find_membership(cast.driss, cast.hidden)
    return membership.state if membership else None


def test_who_accepts_before_the_withdrawal_stays(app: Flask, cast: Cast) -> None:
    sent = invite_driss(cast)
    with atomic():
        deliver(sent)
    acts = (lambda: accept(cast), lambda: withdraw(cast, sent))
    assert in_turn(app, cast.hidden, *acts) == []
    assert state_of_driss(cast) is MembershipState.ACTIVE
    assert db.session.query(Invitation).count() == 0


def test_who_accepts_after_the_withdrawal_is_refused(app: Flask, cast: Cast) -> None:
    sent = invite_driss(cast)
    with atomic():
        deliver(sent)
    acts = (lambda: withdraw(cast, sent), lambda: accept(cast))
    assert in_turn(app, cast.hidden, *acts) == [Refused]
    assert state_of_driss(cast) is None


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_withdrawn_while_it_is_delivered_invites_nobody(
    app: Flask, cast: Cast, is_first: bool
) -> None:
    sent = invite_driss(cast)
    acts = [lambda: withdraw(cast, sent), lambda: deliver(sent)]
    assert in_turn(app, cast.hidden, *(acts if is_first else reversed(acts))) == []
    assert state_of_driss(cast) is None
    assert db.session.query(Invitation).count() == 0


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [("DELETE FROM membership", None), ("UPDATE membership SET seen_position = 99", 99)],
    ids=["put out", "saw more in another tab"],
)
def test_a_page_that_is_written_meanwhile_remembers_nothing_false(
    app: Flask, cast: Cast, meanwhile: str, left: int | None
) -> None:
    make_post(cast.amina, cast.ess)
    assert find_membership(cast.chloe, cast.ess)
    with db.engine.begin() as elsewhere:
        elsewhere.execute(text(f"{meanwhile} WHERE member_id = {cast.chloe.id}"))
    with atomic():
        mark_seen(cast.chloe, cast.ess, 50)
    assert db.session.scalar(SEEN, {"member": cast.chloe.id}) == left

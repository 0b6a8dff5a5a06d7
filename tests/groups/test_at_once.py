"""Two people who act at the same instant, on a real PostgreSQL."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.core.errors import Refused
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, Role
from grandequipe.groups.policies import is_member
from grandequipe.groups.queries import count_owners
from grandequipe.groups.services import GroupDraft, change_role, create_group, join_group
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, ban, make_group, make_member
from tests.locks import count_held_up
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]


def at_once(app: Flask, people: list[Visitor], path: str) -> list[int]:
    """Have each browser send the same form at the same instant; give the answers."""
    together, statuses = threading.Barrier(len(people)), []

    def send(browser: Visitor) -> None:
        with app.app_context():
            token = browser._token()
            together.wait()
            statuses.append(browser.post(path, data={"csrf_token": token}).status_code)

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
        assert create_group(cast.amina, GroupDraft(name="Jardins 2")).slug == "jardins-2"
        founding = threading.Thread(target=found)
        founding.start()
        wait_until(lambda: count_held_up() == 1, "Bruno waits for the same address")
    founding.join()
    assert made == ["jardins-3"]


def test_two_moderators_accept_the_same_request(app: Flask, browser: Open, cast: Cast) -> None:
    browser(cast.driss).send("/groupes/regies-de-quartier/rejoindre")
    before = cast.private.member_count
    path = f"/groupes/regies-de-quartier/demandes/{cast.driss.id}"
    for moderator in (cast.amina, cast.bruno):
        assert browser(moderator).send(path, {"answer": "accept"}).status_code == 303
    db.session.expire_all()
    assert cast.private.member_count == before + 1


def test_one_who_is_excluded_while_they_join_stays_out(app: Flask, cast: Cast) -> None:
    assert not is_member(cast.driss, cast.ess)
    with app.app_context():
        ban(db.session.get_one(Group, cast.ess.id), db.session.get_one(Member, cast.driss.id))
    with pytest.raises(Refused), atomic():
        join_group(cast.driss, cast.ess)
    assert not is_member(cast.driss, cast.ess)

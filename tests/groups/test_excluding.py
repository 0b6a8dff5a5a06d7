"""Moderators ban people who ask, are invited or have left, not only members."""

from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import invite_member, join_group, leave_group
from grandequipe.members.models import Member
from tests.api.conftest import Program, program, react_to_all  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import BAN, Cast, make_member

Open = Callable[[Member], Visitor]
Run = Callable[..., Program]
BANNED = {"state": "banned", "reason": "Propos blessants."}


def ask(cast: Cast) -> Group:
    with atomic():
        join_group(cast.driss, cast.private)
    return cast.private


def invited(cast: Cast) -> Group:
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    return cast.hidden


def left(cast: Cast) -> Group:
    with atomic():
        join_group(cast.driss, cast.ess)
        leave_group(cast.driss, cast.ess)
    return cast.ess


def never_came(cast: Cast) -> Group:
    return cast.ess


def state_of(member: Member, group: Group) -> MembershipState | None:
    db.session.expire_all()
    membership = find_membership(member, group)
    return membership.state if membership else None


MEMBERSHIP_STATES = [ask, invited, left, never_came]


@pytest.mark.parametrize("membership_state", MEMBERSHIP_STATES)
def test_who_is_not_a_member_is_kept_out_by_a_page(
    browser: Open, cast: Cast, membership_state: Callable[[Cast], Group]
) -> None:
    group = membership_state(cast)
    path, count = f"/groupes/{group.slug}", group.member_count
    exclude = f"{path}/membres/{cast.driss.id}/sanctionner"
    assert browser(cast.chloe).send(exclude, BAN).status_code == 403
    assert browser(cast.bruno).send(exclude, BAN).status_code == 303
    assert (state_of(cast.driss, group), group.member_count) == (MembershipState.BANNED, count)
    assert browser(cast.driss).send(f"{path}/rejoindre").status_code in (403, 404)
    assert "Driss Amrani" in browser(cast.bruno).get(f"{path}/membres").text
    event_record = (
        db.session.query(EventRecord)
        .order_by(EventRecord.id.desc())
        .filter_by(kind="join.excluded")
        .one()
    )
    assert event_record.stream_id == cast.driss.stream_id
    assert db.session.query(Invitation).count() == 0
    assert browser(cast.bruno).send(exclude, BAN).status_code == 303, "once more changes nothing"
    assert browser(cast.bruno).send(exclude.replace("sanctionner", "reintegrer")).status_code == 303
    assert state_of(cast.driss, group) is None


@pytest.mark.parametrize("membership_state", MEMBERSHIP_STATES)
def test_and_by_a_program(
    program: Run,  # noqa: F811
    cast: Cast,
    membership_state: Callable[[Cast], Group],
) -> None:
    group = membership_state(cast)
    path = f"/groups/{group.slug}/members/{cast.driss.id}"
    assert program(cast.chloe).patch(path, BANNED).status_code == 403
    answer: Any = program(cast.bruno).patch(path, BANNED)
    assert (answer.status_code, answer.json["state"]) == (200, "banned")
    joined = program(cast.driss).put(f"/groups/{group.slug}/membership")
    assert joined.status_code in (403, 404)


def test_only_whom_the_moderator_may_see(browser: Open, cast: Cast) -> None:
    unseen = make_member("Zoé Martin", email="zoe@example.org", confirmed_at=None)
    path = f"/groupes/ess-quartiers/membres/{unseen.id}/sanctionner"
    assert browser(cast.bruno).send(path, BAN).status_code == 404


def test_whose_an_invited_address_is_stays_unknown(
    browser: Open,
    program: Run,  # noqa: F811
    cast: Cast,
) -> None:
    bruno, path = program(cast.bruno), "/groups/comite-de-pilotage"
    bruno.post(f"{path}/invitations", {"email": "driss@example.org"})
    react_to_all()
    answers = [
        bruno.patch(f"{path}/members/{person.id}", BANNED) for person in (cast.driss, cast.farid)
    ]
    assert [(answer.status_code, answer.json["state"]) for answer in answers] == [
        (200, "banned"),
        (200, "banned"),
    ]
    listed = bruno.get(f"{path}/invitations").json["items"]
    assert [each["email"] for each in listed] == ["driss@example.org"]
    assert browser(cast.driss).get("/groupes/comite-de-pilotage").status_code == 404


def test_the_list_of_requests_offers_it(browser: Open, cast: Cast) -> None:
    group = ask(cast)
    page = browser(cast.bruno).get(f"/groupes/{group.slug}/membres").text
    assert f"/groupes/{group.slug}/membres/{cast.driss.id}/sanctionner?kind=ban" in page
    assert "Exclure Driss Amrani…" in page

"""Places and waiting lists: who goes, who waits, to whom a free place is offered."""

from datetime import timedelta

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.groups.services import leave_group
from grandequipe.members.models import Member
from grandequipe.webinars import services, tasks
from grandequipe.webinars.models import (
    CancelledBecause,
    RegistrationInput,
    RegistrationMode,
    RegistrationSettings,
    RegistrationState,
)
from grandequipe.webinars.queries import count_places, find_registration, place_in_line
from tests.factories import Cast
from tests.notifications.dispatching import run_pending_handlers
from tests.threads import in_threads
from tests.webinars.conftest import MakeWebinar, register, states_of

GOING, WAITING, OFFERED, REPLAY, CANCELLED = (
    RegistrationState.GOING,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.REPLAY,
    RegistrationState.CANCELLED,
)


def test_the_last_place_goes_to_one_and_the_other_waits(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    assert register(cast.chloe, webinar).state is GOING
    waits = register(cast.bruno, webinar)
    assert waits.state is WAITING
    assert place_in_line(waits) == 1
    assert count_places([webinar.id])[webinar.id] == (1, 0, 1, 0)


def test_two_at_once_for_the_last_place_are_one_going_and_one_waiting(
    app: Flask, cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    ids, post_id = [cast.chloe.id, cast.bruno.id], webinar.id
    db.session.rollback()

    def take() -> None:
        with atomic():
            found, member = db.session.get(Webinar, post_id), db.session.get(Member, ids.pop())
            assert found
            assert member
            services.register(member, found, RegistrationInput())

    in_threads(app, take, 2)
    assert sorted(states_of(webinar).values()) == [GOING, WAITING]


def test_a_freed_place_is_offered_to_the_first_in_line_who_accepts(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    goes, first, _second = (
        register(each, webinar) for each in (cast.chloe, cast.bruno, cast.driss)
    )
    with atomic():
        services.cancel_registration(goes, CancelledBecause.BY_PERSON)
    assert states_of(webinar) == {"Chloé": CANCELLED, "Bruno": OFFERED, "Driss": WAITING}
    with atomic():
        services.accept_offer(first)
    assert states_of(webinar) == {"Chloé": CANCELLED, "Bruno": GOING, "Driss": WAITING}


def test_an_offer_that_is_declined_or_not_answered_goes_to_the_next(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    goes, first, second, _third = (
        register(each, webinar) for each in (cast.chloe, cast.bruno, cast.driss, cast.amina)
    )
    with atomic():
        services.cancel_registration(goes, CancelledBecause.BY_PERSON)
    with atomic():
        services.decline_offer(first)
    assert states_of(webinar)["Driss"] is OFFERED
    ends_at = second.offer_ends_at
    assert ends_at
    with clock.travel(ends_at - timedelta(seconds=1)):
        tasks.expire_offers()
    assert states_of(webinar)["Driss"] is OFFERED
    with clock.travel(ends_at):
        with pytest.raises(Conflict), atomic():
            services.accept_offer(second)
        tasks.expire_offers()
    assert states_of(webinar)["Driss"] is CANCELLED
    assert second.cancelled_because is CancelledBecause.UNANSWERED
    assert states_of(webinar)["Amina"] is OFFERED


@pytest.mark.parametrize(
    ("until_start", "expected"),
    [
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(days=4), timedelta(hours=24)),
        (timedelta(days=2), timedelta(hours=12)),
        (timedelta(hours=8), timedelta(hours=2)),
        (timedelta(hours=2), timedelta(minutes=30)),
        (timedelta(minutes=10), timedelta(minutes=30)),
        (timedelta(hours=-1), timedelta(minutes=30)),
    ],
)
def test_the_time_to_answer_shrinks_as_the_start_comes_near(
    until_start: timedelta, expected: timedelta
) -> None:
    assert services.offer_time(until_start) == expected


def _set_capacity(webinar: Webinar, capacity: int | None) -> None:
    with atomic():
        db.session.query(WebinarDetails).filter_by(post_id=webinar.id).update(
            {"capacity": capacity}
        )
        services.offer_places(services.lock_webinar(webinar.id))


def test_offers_follow_the_capacity_and_nobody_going_is_thrown_out(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=2)
    for each in (cast.chloe, cast.bruno, cast.driss, cast.amina):
        register(each, webinar)
    _set_capacity(webinar, 4)
    assert states_of(webinar) == {
        "Chloé": GOING, "Bruno": GOING, "Driss": OFFERED, "Amina": OFFERED,
    }  # fmt: skip
    _set_capacity(webinar, 3)
    assert states_of(webinar)["Driss"] is OFFERED
    assert states_of(webinar)["Amina"] is WAITING
    _set_capacity(webinar, 1)
    assert states_of(webinar) == {
        "Chloé": GOING, "Bruno": GOING, "Driss": WAITING, "Amina": WAITING,
    }  # fmt: skip
    _set_capacity(webinar, None)
    assert set(states_of(webinar).values()) == {GOING}


def test_who_needs_several_places_keeps_the_turn(cast: Cast, make_webinar: MakeWebinar) -> None:
    webinar = make_webinar(capacity=3)
    with atomic():
        _allow_places(webinar, 3)
    goes = register(cast.chloe, webinar)
    other = register(cast.amina, webinar)
    assert register(cast.bruno, webinar, places=3).state is WAITING
    assert register(cast.driss, webinar).state is WAITING
    for each in (goes, other):
        with atomic():
            services.cancel_registration(each, CancelledBecause.BY_PERSON)
    assert states_of(webinar)["Bruno"] is OFFERED
    assert states_of(webinar)["Driss"] is WAITING


def test_one_who_needs_more_places_than_there_are_does_not_hold_up_the_line(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=3)
    with atomic():
        _allow_places(webinar, 3)
    goes = register(cast.chloe, webinar)
    register(cast.bruno, webinar, places=3)
    register(cast.driss, webinar)
    _set_capacity(webinar, 1)
    with atomic():
        services.cancel_registration(goes, CancelledBecause.BY_PERSON)
    assert states_of(webinar)["Driss"] is OFFERED
    assert states_of(webinar)["Bruno"] is WAITING
    _set_capacity(webinar, 4)
    assert states_of(webinar)["Bruno"] is OFFERED


def _allow_places(webinar: Webinar, most: int) -> None:
    db.session.add(RegistrationSettings(post_id=webinar.id, most_places=most))


def test_one_changes_between_a_place_and_the_recording(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    for each in (cast.chloe, cast.bruno):
        register(each, webinar)
    assert register(cast.chloe, webinar, mode=RegistrationMode.REPLAY).state is REPLAY
    assert states_of(webinar) == {"Chloé": REPLAY, "Bruno": OFFERED}
    assert register(cast.chloe, webinar).state is WAITING
    assert register(cast.bruno, webinar).state is GOING
    assert register(cast.bruno, webinar, mode=RegistrationMode.REPLAY).state is REPLAY
    assert states_of(webinar) == {"Chloé": OFFERED, "Bruno": REPLAY}


def test_who_leaves_a_private_group_loses_the_place_and_the_next_gets_it(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar, public = make_webinar(capacity=1, group=cast.private), make_webinar(capacity=1)
    for each in (webinar, public):
        register(cast.chloe, each)
        register(cast.bruno, each)
    with atomic():
        leave_group(cast.chloe, cast.private)
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": CANCELLED, "Bruno": OFFERED}
    assert states_of(public) == {"Chloé": GOING, "Bruno": WAITING}
    lost = find_registration(webinar.id, cast.chloe)
    assert lost
    assert lost.cancelled_because is CancelledBecause.LEFT_GROUP

"""Random arrivals, cancellations, answers, steps of the clock and capacities: the rules hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from grandequipe.core import clock
from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar, WebinarDetails
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import (
    CancelledBecause,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationSettings,
    RegistrationState,
)
from tests.factories import make_group, make_member, make_post

PEOPLE = 7
person = st.integers(0, PEOPLE - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), person, st.integers(1, 3)),
        st.tuples(st.just("arrive"), person, st.just(1)),
        st.tuples(st.just("replay"), person, st.just(0)),
        st.tuples(st.just("cancel"), person, st.just(0)),
        st.tuples(st.just("accept"), person, st.just(0)),
        st.tuples(st.just("decline"), person, st.just(0)),
        st.tuples(st.just("clock"), st.integers(1, 40), st.just(0)),
        st.tuples(st.just("capacity"), st.integers(1, 6), st.just(0)),
    ),
    min_size=5,
    max_size=40,
)


class Line:
    """A webinar with people who come and go; after each step, what has to hold."""

    def __init__(self, webinar_id: int, people: list[int], now: datetime) -> None:
        self.webinar_id, self.people, self.now = webinar_id, people, now
        self.places_going = 0
        self.order: list[int] = []

    def take(self, step: str, number: int, places: int) -> None:
        """Take a step; what is refused changes nothing."""
        if step == "clock":
            self.now += timedelta(hours=number)
        with clock.travel(self.now):
            try:
                with atomic():
                    self._act(step, number, places)
            except Conflict:
                pass
            while True:
                with atomic():
                    if not services.expire_offers(self.now):
                        break
            self.check(may_exceed=step == "capacity")

    def _act(self, step: str, number: int, places: int) -> None:
        if step == "capacity":
            webinar = services.lock_webinar(self.webinar_id)
            webinar.capacity = number
            db.session.flush()
            return services.offer_places(webinar)
        if step == "clock":
            return None
        member = db.session.get_one(Member, self.people[number])
        if step in ("arrive", "replay"):
            mode = RegistrationMode.SEAT if step == "arrive" else RegistrationMode.REPLAY
            webinar = db.session.get_one(Webinar, self.webinar_id)
            places = min(places, webinar.capacity or places) or 1
            services.register(member, webinar, RegistrationInput(mode, places))
            return None
        own = db.session.query(Registration).filter_by(member_id=member.id).one_or_none()
        if own is None:
            return None
        if step == "cancel":
            return services.cancel_registration(own, CancelledBecause.BY_PERSON)
        return (services.accept_offer if step == "accept" else services.decline_offer)(own)

    def check(self, *, may_exceed: bool) -> None:
        """Assert the rules of `webinars.services.seats`."""
        db.session.expire_all()
        details = db.session.get_one(WebinarDetails, self.webinar_id)
        rows = db.session.query(Registration).order_by(Registration.line_number).all()
        capacity = details.capacity or 0
        going = sum(each.places for each in rows if each.state is RegistrationState.GOING)
        offered = [each for each in rows if each.state is RegistrationState.OFFERED]
        waiting = [each for each in rows if each.state is RegistrationState.WAITING]
        taken = going + sum(each.places for each in offered)
        # Never above the capacity, unless it was lowered: and then nobody is added, nor thrown out.
        assert taken <= max(capacity, self.places_going)
        assert not offered or taken <= capacity
        if may_exceed:
            assert going >= self.places_going
        self.places_going = going
        # The order is kept: one with an offer stood before all who could have had it.
        for each in waiting:
            behind = [other for other in offered if other.line_number > each.line_number]
            assert not behind or each.places > capacity
        # All are remembered: a place stays free only where the line wants more than that.
        is_over = details.ends_at <= self.now
        served = [each for each in waiting if each.places <= capacity]
        if served and not is_over:
            assert served[0].places > capacity - taken
        # An offer ends, and not after the webinar.
        for each in offered:
            assert each.offer_ends_at is not None
            assert self.now < each.offer_ends_at <= details.ends_at
        assert len({each.line_number for each in (*offered, *waiting)}) == len(offered + waiting)


@pytest.fixture
def people(app: Flask) -> tuple[int, list[int]]:
    """Make an author's group, and some people who want places."""
    author = make_member("Amina Belkacem")
    group = make_group(author, "ESS Quartiers")
    return group.id, [make_member(f"Personne{number} Test").id for number in range(PEOPLE)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, capacity=st.integers(1, 4), days=st.integers(0, 3))
def test_whatever_people_do_the_places_are_right(
    people: tuple[int, list[int]], steps: list[tuple[str, int, int]], capacity: int, days: int
) -> None:
    group_id, ids = people
    now = datetime.now().astimezone()
    webinar_id = _new_webinar(group_id, now + timedelta(days=days, hours=5), capacity)
    line = Line(webinar_id, ids, now)
    for step, number, places in steps:
        line.take(step, number, places)
    with atomic():
        db.session.query(Registration).delete()
        db.session.query(RegistrationSettings).delete()


def _new_webinar(group_id: int, starts_at: datetime, capacity: int) -> int:
    group = db.session.get_one(Group, group_id)
    author = db.session.query(Member).filter_by(email="amina@example.org").one()
    values: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    post = make_post(author, group, Kind.WEBINAR, capacity=capacity, **values)
    with atomic():
        db.session.add(RegistrationSettings(post_id=post.id, most_places=3))
    return post.id

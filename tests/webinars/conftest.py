"""Webinars with few places, and people who want one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Webinar
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import Registration, RegistrationInput, RegistrationState
from tests.factories import Cast, make_post

MakeWebinar = Callable[..., Webinar]


@pytest.fixture
def make_webinar(cast: Cast) -> MakeWebinar:
    """Make a webinar of Amina's in ESS Quartiers, in ten days by default."""

    def make(capacity: int | None = None, group: Group | None = None, **values: Any) -> Webinar:
        starts_at = values.pop("starts_at", clock.now() + timedelta(days=10))
        values.setdefault("ends_at", starts_at + timedelta(hours=1))
        # A past one was announced before it began.
        with clock.travel(min(clock.now(), starts_at - timedelta(days=1))):
            post = make_post(
                values.pop("author", cast.amina),
                group or cast.ess,
                Kind.WEBINAR,
                starts_at=starts_at,
                capacity=capacity,
                **values,
            )
        assert isinstance(post, Webinar)
        return post

    return make


def register(member: Member, webinar: Webinar, **values: Any) -> Registration:
    """Register a member by the service, in a transaction of its own."""
    with atomic():
        return services.register(member, webinar, RegistrationInput(**values))


def states_of(webinar: Webinar) -> dict[str, RegistrationState]:
    """Read how things stand, by the first name of each person."""
    db.session.expire_all()
    rows = db.session.query(Registration).filter_by(post_id=webinar.id)
    return {each.person_name.split()[0]: each.state for each in rows}


def in_days(days: float) -> datetime:
    """Give an instant in so many days."""
    return clock.now() + timedelta(days=days)

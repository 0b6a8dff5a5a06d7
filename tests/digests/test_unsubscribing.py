"""A13: the holder of a digest may have it come less often, or not at all, and never more often."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.digests.services import (
    change_subscription,
    follow_time_zone,
    make_rarer,
    open_subscription,
)
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast

Browser = Callable[[Member], Visitor]
ENGLISH = {"Accept-Language": "en"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def subscription_of(member: Member) -> DigestSubscription:
    db.session.rollback()
    return db.session.get_one(DigestSubscription, member.id)


def way_out(member: Member) -> str:
    return f"/lettre/desabonnement/{subscription_of(member).unsubscribe_key}"


def undo_in(page: str) -> dict[str, str]:
    """Give what the button of a page sends that takes the change back."""
    return {"again": re.findall(r'name="again" value="([^"]+)"', page)[0]}


def choose(member: Member, frequency: str) -> None:
    with atomic():
        change_subscription(member, frequency=Frequency(frequency))


def test_looking_at_the_way_out_changes_nothing(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    page = visitor.get(way_out(cast.chloe), headers=ENGLISH)
    assert page.status_code == 200
    assert 'value="One-Click"' in page.text
    assert subscription_of(cast.chloe).frequency is Frequency.WEEKLY


def test_one_click_from_a_mail_program_stops_the_digest(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    key = subscription_of(cast.chloe).unsubscribe_key
    answer = visitor.post(way_out(cast.chloe), data=ONE_CLICK)
    assert answer.status_code == 200
    stopped = subscription_of(cast.chloe)
    assert (stopped.frequency, stopped.next_due_at) == (Frequency.NEVER, None)
    assert stopped.unsubscribe_key == key
    assert visitor.post(way_out(cast.chloe), data=ONE_CLICK).status_code == 200
    assert subscription_of(cast.bruno).frequency is Frequency.WEEKLY


def test_whatever_a_mail_program_sends_stops_the_digest(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    for sent in ({}, {"anything": "else"}, ONE_CLICK | {"frequency": "daily", "again": "x"}):
        choose(cast.chloe, "weekly")
        assert visitor.post(way_out(cast.chloe), data=sent).status_code == 200
        assert subscription_of(cast.chloe).frequency is Frequency.NEVER


def test_the_digest_can_come_less_often_without_a_password(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    choose(cast.chloe, "daily")
    address = way_out(cast.chloe)
    offered = re.findall(r'name="frequency" value="(\w+)"', visitor.get(address).text)
    assert offered == ["weekly", "monthly"]
    page = visitor.post(address, data={"frequency": "weekly"})
    assert "Votre lettre viendra moins souvent" in page.text
    rarer = subscription_of(cast.chloe)
    assert (rarer.frequency, rarer.next_due_at is None) == (Frequency.WEEKLY, False)
    assert visitor.post(address, data=undo_in(page.text)).status_code == 200
    assert subscription_of(cast.chloe).frequency is Frequency.DAILY


@pytest.mark.parametrize(
    ("today", "before", "due", "after", "expected"),
    [
        # The digests of the weeks until 14 December were sent ahead of their time.
        ("2026-11-30", "weekly", "2026-12-14T07:00", "monthly", "2027-01-04T07:00"),
        ("2026-11-30", "weekly", "2026-12-07T07:00", "monthly", "2026-12-07T07:00"),
        ("2026-12-01", "weekly", "2027-01-04T07:00", "monthly", "2027-01-04T07:00"),
        ("2026-12-01", "weekly", "2027-01-11T07:00", "monthly", "2027-02-01T07:00"),
        ("2026-12-01", "daily", "2026-12-02T07:00", "weekly", "2026-12-07T07:00"),
        ("2026-12-01", "daily", "2026-12-09T07:00", "weekly", "2026-12-14T07:00"),
        ("2026-12-01", "daily", "2026-12-08T07:00", "monthly", "2027-01-04T07:00"),
        # Across the days on which clocks go forward and back.
        ("2026-03-02", "weekly", "2026-03-30T06:00", "monthly", "2026-04-06T06:00"),
        ("2026-10-05", "weekly", "2026-10-26T07:00", "monthly", "2026-11-02T07:00"),
        # What is due already, and has not been taken up yet, comes when it can.
        ("2026-12-02", "weekly", "2026-11-30T07:00", "monthly", "2026-12-07T07:00"),
    ],
)
def test_rarer_never_brings_the_next_one_sooner(
    cast: Cast, today: str, before: str, due: str, after: str, expected: str
) -> None:
    """Saving it again, and another language, keep it where it is."""
    with clock.travel(datetime.fromisoformat(f"{today}T12:00+00:00")):
        with atomic():
            subscription = open_subscription(cast.chloe)
            subscription.frequency = Frequency(before)
            subscription.next_due_at = datetime.fromisoformat(f"{due}+00:00")
        with atomic():
            make_rarer(cast.chloe, Frequency(after))
        first = subscription_of(cast.chloe).next_due_at
        with atomic():
            change_subscription(cast.chloe, frequency=Frequency(after), weekday=0, hour=8)
            follow_time_zone(cast.chloe)
        again = subscription_of(cast.chloe).next_due_at
    assert first == again == datetime.fromisoformat(f"{expected}+00:00")


HOSTILE = ["daily", "weekly", "monthly", "Daily", "", "\x00", "é" * 400, "x" * 3_000]


@pytest.mark.parametrize("now", ["never", "monthly", "weekly"])
def test_a_forwarded_digest_makes_no_digest_come_more_often(
    cast: Cast, monday: datetime, visitor: Visitor, now: str
) -> None:
    address = way_out(cast.chloe)
    for value in HOSTILE:
        choose(cast.chloe, now)
        refused = visitor.post(address, data={"again": value})
        assert (refused.status_code, subscription_of(cast.chloe).frequency) == (409, now)
        assert visitor.post(address, data={"frequency": value}).status_code in (200, 409)
        assert not Frequency(now).is_rarer_than(subscription_of(cast.chloe).frequency)


def test_the_page_after_it_takes_it_back(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    page = visitor.post(way_out(cast.chloe), data=ONE_CLICK)
    assert visitor.post(way_out(cast.chloe), data=undo_in(page.text)).status_code == 200
    again = subscription_of(cast.chloe)
    assert again.frequency is Frequency.WEEKLY
    assert again.next_due_at is not None


def test_it_is_taken_back_for_an_hour(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    for minutes, status in ((61, 409), (59, 200)):
        choose(cast.chloe, "weekly")
        with clock.travel(clock.now() - timedelta(minutes=minutes)), atomic():
            undo = make_rarer(cast.chloe, Frequency.NEVER).undo
        assert visitor.post(way_out(cast.chloe), data={"again": undo}).status_code == status
    assert subscription_of(cast.chloe).frequency is Frequency.WEEKLY


def test_it_is_taken_back_once_and_only_while_nothing_else_was_chosen(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    """One who stops another's digest and takes that back keeps nothing to begin it with again."""
    address = way_out(cast.chloe)
    undo = undo_in(visitor.post(address, data=ONE_CLICK).text)
    assert visitor.post(address, data=undo).status_code == 200
    choose(cast.chloe, "never")
    assert visitor.post(address, data=undo).status_code == 409
    assert subscription_of(cast.chloe).frequency is Frequency.NEVER


def test_it_is_taken_back_for_nobody_else(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    choose(cast.bruno, "never")
    undo = undo_in(visitor.post(way_out(cast.chloe), data=ONE_CLICK).text)
    assert visitor.post(way_out(cast.bruno), data=undo).status_code == 409
    assert subscription_of(cast.bruno).frequency is Frequency.NEVER
    changed = {"again": undo["again"][:-3] + "abc"}
    assert visitor.post(way_out(cast.chloe), data=changed).status_code == 409


def test_stopping_twice_offers_nothing_to_undo(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    for _time in range(2):
        page = visitor.post(way_out(cast.chloe), data=ONE_CLICK).text
    assert 'name="again"' not in page
    assert 'name="again"' not in visitor.get(way_out(cast.chloe)).text


def test_its_title_says_how_far_one_is(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    address = way_out(cast.chloe)
    first, stopped, later = visitor.get(address), visitor.post(address), visitor.get(address)
    undo = undo_in(stopped.text)
    pages = [first, stopped, later, visitor.post(address, data=undo)]
    pages += [
        visitor.post(address, data=undo),
        visitor.post(address, data={"frequency": "monthly"}),
    ]
    assert [page.text.split("<title>")[1].split(" –")[0] for page in pages] == [
        "Moins souvent, ou plus du tout\u202f?",
        "Vous ne recevrez plus de lettre",
        "Vous ne recevez pas de lettre",
        "Votre lettre vient comme avant",
        "Ce bouton ne fonctionne plus",
        "Votre lettre viendra moins souvent",
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_way_out_is_not_there(visitor: Visitor, method: str) -> None:
    assert getattr(visitor, method)("/lettre/desabonnement/inconnue").status_code == 404

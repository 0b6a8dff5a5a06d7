"""When digests are due, on clocks that go forward and back."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from grandequipe.digests.models import Frequency
from grandequipe.digests.models.subscriptions import Schedule

PARIS = "Europe/Paris"
ZONES = (
    PARIS, "UTC", "America/Martinique", "Pacific/Noumea", "Pacific/Apia", "Pacific/Chatham",
    "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu",
)  # fmt: skip
SENDING = [frequency for frequency in Frequency if frequency is not Frequency.NEVER]

schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(SENDING),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    time_zone=st.sampled_from(ZONES),
)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("hour", "day", "expected"),
    [
        (8, date(2026, 3, 30), datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
        (8, date(2026, 10, 26), datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
        # 02:00 does not exist on 29 March: clocks jump from 02:00 to 03:00.
        (2, date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 02:00 exists twice on 25 October: the first one counts.
        (2, date(2026, 10, 25), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_local_hour_is_one_instant(hour: int, day: date, expected: datetime) -> None:
    assert Schedule(Frequency.DAILY, 0, hour, PARIS).instant_of(day) == expected


@pytest.mark.parametrize(
    "around", [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)]
)
def test_a_missing_or_a_doubled_hour_gives_one_digest_a_day(around: datetime) -> None:
    dues = list(islice(Schedule(Frequency.DAILY, 0, 2, PARIS).after(around), 5))
    assert len({due.period for due in dues}) == 5
    assert all(before.at < after.at for before, after in pairwise(dues))


def test_periods_are_named_by_the_local_date() -> None:
    monday_in_noumea = Schedule(Frequency.WEEKLY, 0, 8, "Pacific/Noumea")
    due = next(monday_in_noumea.after(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)))
    assert due.at == datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    assert due.period == "week:2026-W48"


@pytest.mark.parametrize(
    ("frequency", "period"),
    [
        (Frequency.DAILY, "day:2026-12-31"),
        (Frequency.WEEKLY, "week:2027-W01"),
        (Frequency.MONTHLY, "month:2027-01"),
    ],
)
def test_a_new_year_begins_for_each_frequency(frequency: Frequency, period: str) -> None:
    schedule = Schedule(frequency, 0, 8, PARIS)
    assert next(schedule.after(datetime(2026, 12, 30, 12, 0, tzinfo=UTC))).period == period


def test_never_is_never() -> None:
    assert (
        list(Schedule(Frequency.NEVER, 0, 8, PARIS).after(datetime(2026, 1, 1, tzinfo=UTC))) == []
    )


@settings(max_examples=200)
@given(schedule=schedules, instant=instants)
def test_dues_come_in_order_one_a_period(schedule: Schedule, instant: datetime) -> None:
    dues = list(islice(schedule.after(instant), 6))
    assert instant < dues[0].at
    assert all(before.at < after.at for before, after in pairwise(dues))
    assert len({due.period for due in dues}) == 6


@settings(max_examples=200)
@given(schedule=schedules, instant=instants)
def test_no_period_is_skipped(schedule: Schedule, instant: datetime) -> None:
    longest = {Frequency.DAILY: 2, Frequency.WEEKLY: 8, Frequency.MONTHLY: 36}[schedule.frequency]
    first, second = islice(schedule.after(instant), 2)
    assert first.at - instant <= timedelta(days=longest)
    assert second.at - first.at <= timedelta(days=longest)


@settings(max_examples=200)
@given(schedule=schedules, instant=instants)
def test_the_local_clock_shows_the_chosen_hour_or_the_end_of_a_gap(
    schedule: Schedule, instant: datetime
) -> None:
    due = next(schedule.after(instant))
    local = due.at.astimezone(ZoneInfo(schedule.time_zone))
    minutes_late = local.hour * 60 + local.minute - schedule.hour * 60
    assert minutes_late in (0, 30, 45, 60)
    if schedule.frequency is not Frequency.DAILY:
        assert local.weekday() == schedule.weekday

"""A list read page by page neither skips nor repeats, whatever happens meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given, strategies as some
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Invalid
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import (
    Order,
    TwoWayWindow,
    Window,
    make_cursor,
    paginate,
    read_cursor,
    read_two_way_window,
)
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.factories import make_member

BY_AGE = Order(Member.created_at, Member.id)
LONG_AGO, ONE_DAY = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def window_of(cursor: str | None, limit: int) -> Window[Member]:
    """Read one page of all members."""
    return paginate(select(Member), BY_AGE, cursor, limit)


def read_all(limit: int) -> Sequence[Sequence[int]]:
    """Read all pages."""
    page = window_of(None, limit)
    pages = [[member.id for member in page.items]]
    while page.next:
        page = window_of(page.next, limit)
        pages.append([member.id for member in page.items])
    return pages


@pytest.fixture
def members(app: Flask) -> Sequence[int]:
    """Make seven members, newest first, four of them at the same instant."""
    made = [make_member(f"Membre{number}") for number in range(7)]
    instant = clock.now()
    with atomic():
        for member in made[2:6]:
            member.created_at = instant
        made[6].created_at = instant + timedelta(seconds=1)
    return [member.id for member in reversed(made)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_each_is_read_once_newest_first(members: Sequence[int], limit: int) -> None:
    pages = read_all(limit)
    assert [number for page in pages for number in page] == members
    assert all(len(page) <= limit for page in pages)


def test_the_last_page_says_that_it_is_the_last(members: Sequence[int]) -> None:
    assert window_of(None, 7).next is None
    assert window_of(None, 6).next is not None


def test_what_is_added_meanwhile_shifts_nothing(members: Sequence[int]) -> None:
    first = window_of(None, 3)
    newcomer = make_member("Nouvelle")
    newcomer.created_at = clock.now() + timedelta(hours=1)
    db.session.flush()
    second = window_of(first.next, 100)
    assert [member.id for member in (*first.items, *second.items)] == members


def test_a_page_has_between_one_and_a_hundred_rows(members: Sequence[int]) -> None:
    assert len(window_of(None, 0).items) == 1
    assert len(window_of(None, -5).items) == 1
    assert len(window_of(None, 10**9).items) == 7


def test_parts_are_read_both_ways_each_once_oldest_first(members: Sequence[int]) -> None:
    oldest_first = [*reversed(members)]
    for limit in (1, 2, 3, 7, 100):
        parts = [read_two_way_window(select(Member), BY_AGE, limit)]
        while parts[0].earlier:
            parts.insert(
                0, read_two_way_window(select(Member), BY_AGE, limit, before=parts[0].earlier)
            )
        assert ids_of(*parts) == oldest_first
        back = parts[:1]
        while back[-1].later:
            back.append(read_two_way_window(select(Member), BY_AGE, limit, after=back[-1].later))
        assert ids_of(*back) == oldest_first
        assert (back[0].earlier, back[-1].later, parts[-1].later) == (None, None, None)


def test_a_place_beyond_the_last_one_shows_the_newest(members: Sequence[int]) -> None:
    for beyond in ({"before": make_cursor(LONG_AGO, 1)}, {"after": make_cursor(ONE_DAY, 1)}):
        assert ids_of(read_two_way_window(select(Member), BY_AGE, 2, **beyond)) == [
            *reversed(members[:2])
        ]


def test_nothing_has_no_parts(app: Flask) -> None:
    part = read_two_way_window(select(Member), BY_AGE, 2)
    assert (part.items, part.earlier, part.later) == ((), None, None)


def ids_of(*parts: TwoWayWindow[Member]) -> Sequence[int]:
    """List who stands in some parts, in order."""
    return [member.id for part in parts for member in part.items]


@given(
    some.datetimes(timezones=some.just(UTC)),
    some.integers(0, 2**63 - 1),
)
def test_a_cursor_reads_back_as_it_was_made(at: datetime, number: int) -> None:
    assert read_cursor(make_cursor(at, number)) == (at, number)


@given(some.text(max_size=40))
def test_nonsense_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_cursor(cursor)
    assert refused.value.errors.keys() == {"cursor"}

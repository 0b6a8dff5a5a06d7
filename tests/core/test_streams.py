"""Streams have no gaps, and what comes first is seen first, however many write and give up."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Barrier, Event as Flag, Thread

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as some
from sqlalchemy import select

from grandequipe.core.events import (
    SITE,
    EventRecord,
    RecordedEvent,
    StreamRef,
    record,
    record_all,
    subscribe,
)
from grandequipe.core.events.queries import get_head, list_events_after
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import ProfileInput, edit_profile
from tests.core.conftest import bell, open_stream
from tests.factories import Cast
from tests.locks import count_held_up
from tests.waiting import wait_until

STREAMS = 3
WRITERS = 4


class GaveUp(Exception):
    """Say that a writer gave up before the commit."""


@dataclass(frozen=True)
class Attempt:
    """One transaction: the streams it records in, and whether it gives up at the end."""

    streams: Sequence[int]
    gives_up: bool


attempts = some.builds(
    Attempt,
    streams=some.lists(some.integers(0, STREAMS - 1), min_size=1, max_size=4),
    gives_up=some.booleans(),
)
plans = some.lists(some.lists(attempts, max_size=8), min_size=2, max_size=WRITERS)


def positions_in(stream: StreamRef) -> list[int]:
    """Read what one snapshot shows of a stream, in order."""
    query = (
        select(EventRecord.position)
        .where(EventRecord.stream_id == stream.id)
        .order_by(EventRecord.position)
    )
    return list(db.session.scalars(query))


def write(app: Flask, names: Sequence[StreamRef], plan: Sequence[Attempt], start: Barrier) -> None:
    """Make the attempts of one writer, beside the others."""
    start.wait()
    for attempt in plan:
        with app.app_context():
            try_once(names, attempt)


def try_once(names: Sequence[StreamRef], attempt: Attempt) -> None:
    """Record, then commit or give up."""
    with suppress(GaveUp), atomic():
        record_all((names[number], bell()) for number in attempt.streams)
        if attempt.gives_up:
            raise GaveUp


@contextmanager
def watching(app: Flask, names: Sequence[StreamRef]) -> Iterator[list[str]]:
    """Read all streams over and over meanwhile; collect every gap that was ever seen."""
    gaps: list[str] = []
    is_over = Flag()

    def look() -> None:
        with app.app_context():
            while not is_over.is_set():
                for name in names:
                    seen = positions_in(name)
                    if seen != list(range(1, len(seen) + 1)):
                        gaps.append(f"{name}: {seen}")
                db.session.rollback()

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield gaps
    finally:
        is_over.set()
        watcher.join()


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plans=plans)
def test_concurrent_writers_leave_no_gap_and_are_seen_in_order(
    app: Flask, plans: list[list[Attempt]]
) -> None:
    names = [open_stream() for _ in range(STREAMS)]
    start = Barrier(len(plans))
    with watching(app, names) as gaps, ThreadPoolExecutor(len(plans)) as writers:
        for done in [writers.submit(write, app, names, plan, start) for plan in plans]:
            done.result(timeout=60)
    assert gaps == []
    for number, name in enumerate(names):
        kept = sum(
            attempt.streams.count(number)
            for plan in plans
            for attempt in plan
            if not attempt.gives_up
        )
        assert positions_in(name) == list(range(1, kept + 1))
        assert get_head(name) == kept
    db.session.rollback()


def test_a_second_writer_waits_for_the_first_and_gets_its_number_back(
    app: Flask, stream: StreamRef
) -> None:
    got: list[int] = []

    def write_too() -> None:
        with app.app_context(), atomic():
            got.append(record(stream, bell()))

    second = Thread(target=write_too)
    assert record(stream, bell()) == 1
    second.start()
    wait_until(count_held_up, "the second writer waits for the lock")
    assert got == []
    db.session.rollback()
    second.join(timeout=20)
    assert got == [1]


def test_the_change_and_its_event_are_both_there_or_neither(cast: Cast) -> None:
    head = get_head(cast.chloe.stream)
    with suppress(GaveUp), atomic():
        edit_profile(cast.chloe, ProfileInput("Une autre"))
        raise GaveUp
    assert db.session.get(Member, cast.chloe.id).display_name == "Chloé Dumas"  # type: ignore[union-attr]
    assert get_head(cast.chloe.stream) == head
    with atomic():
        edit_profile(cast.chloe, ProfileInput("Une autre"))
    assert cast.chloe.display_name == "Une autre"
    [event_record] = list_events_after({cast.chloe.stream: head}, 10)
    assert (event_record.kind, event_record.position, event_record.actor_id) == (
        "member.changed",
        head + 1,
        cast.chloe.id,
    )


def test_an_event_reads_back_as_it_was_recorded(stream: StreamRef) -> None:
    with atomic():
        record(stream, bell(7, note="midi"))
    [event_record] = list_events_after({stream: 0}, 10)
    assert event_record.event == bell(7, note="midi")
    event_record.data = {**event_record.data, "dropped_by_a_later_version": 1}
    assert event_record.event == bell(7, note="midi")


def test_the_site_has_a_stream_from_the_start(app: Flask) -> None:
    head = get_head(SITE)
    with atomic():
        assert record(SITE, bell()) == head + 1
    assert SITE.name == "site"


def test_no_event_goes_to_a_stream_that_was_never_opened(app: Flask) -> None:
    with pytest.raises(LookupError), atomic():
        record(StreamRef(10**6, "test"), bell())


def test_events_of_several_streams_are_listed_from_each_ones_position(app: Flask) -> None:
    first, second = open_stream(), open_stream()
    for name in (first, second, first, second, first):
        with atomic():
            record(name, bell())
    event_records = list_events_after({first: 1, second: 0}, 10)
    assert [(event_record.stream_id, event_record.position) for event_record in event_records] == [
        (second.id, 1),
        (first.id, 2),
        (second.id, 2),
        (first.id, 3),
    ]
    assert len(list_events_after({first: 0, second: 0}, 3)) == 3
    assert list_events_after({}, 3) == []


def test_an_event_is_sent_on_after_the_commit_and_not_after_a_rollback(stream: StreamRef) -> None:
    recorded: list[RecordedEvent] = []
    subscribe(lambda event_record: partial(recorded.append, event_record))
    with suppress(GaveUp), atomic():
        record(stream, bell())
        raise GaveUp
    with atomic():
        record(stream, bell(5))
        assert recorded == []
    [only] = recorded
    assert (only.stream, only.position, only.event) == (stream, 1, bell(5))

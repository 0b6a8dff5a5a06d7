"""Each recorded event is handled, once, however often the dispatcher runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from grandequipe.core import clock
from grandequipe.core.events import (
    Event,
    EventRecord,
    StreamRef,
    handles,
    handles_batch,
    record,
    tasks,
)
from grandequipe.core.events.dispatch import LOST_AFTER, dispatch_pending, handle, name_of
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Organisation
from tests.core.conftest import bell
from tests.queued import take_queued

Handed = list[tuple[list[int], str]]


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(Event):
    """An alarm was raised; two handlers follow."""

    kind = "test.alarm_raised"
    subject_type = "bell"

    fails: bool = False


@dataclass(frozen=True, kw_only=True)
class DripFell(Event):
    """A drip fell: they come by the hundred, and one handler takes all that are pending."""

    kind = "test.drip_fell"
    subject_type = "bell"


class Failure(Exception):
    """A handler failed in the middle of its work."""


@handles(AlarmRaised)
def found_a_structure(event_record: EventRecord) -> None:
    """Leave a trace that would be seen if it were left twice."""
    db.session.add(Organisation(name=f"alarm {event_record.id} {clock.now().isoformat()}"))
    db.session.flush()
    if event_record.event.data.get("fails"):
        raise Failure


@handles(AlarmRaised)
def do_nothing(event_record: EventRecord) -> None:
    """Handle it too."""


@handles_batch(DripFell)
def catch_drips(event_records: Sequence[EventRecord]) -> None:
    """Leave a trace of each; a drip of a number that is too high spoils the work."""
    for event_record in event_records:
        found_a_structure(event_record)
        if event_record.subject_id >= TOO_HIGH:
            raise Failure


TOO_HIGH = 1000
FOUND, NOTHING, CAUGHT = (name_of(each) for each in (found_a_structure, do_nothing, catch_drips))


@pytest.fixture
def handed() -> Handed:
    """Collect what the dispatcher hands over."""
    return []


def raise_alarm(stream: StreamRef, **fields: bool) -> EventRecord:
    """Record an event with two pending handlers."""
    with atomic():
        position = record(stream, AlarmRaised(subject_id=1, actor_id=None, **fields))
    query = select(EventRecord).where(
        EventRecord.stream_id == stream.id, EventRecord.position == position
    )
    return db.session.scalars(query).one()


def dispatch(handed: Handed) -> int:
    """Let a dispatcher run once."""
    with atomic():
        return dispatch_pending(lambda event_ids, name: handed.append((event_ids, name)))


def count_traces() -> int:
    """Count what the handler left."""
    return db.session.scalar(select(func.count(Organisation.id))) or 0


def test_each_handler_gets_its_own_task_and_the_event_is_marked(
    stream: StreamRef, handed: Handed
) -> None:
    event_record = raise_alarm(stream)
    assert dispatch(handed) == 1
    assert handed == [([event_record.id], FOUND), ([event_record.id], NOTHING)]
    assert event_record.next_try_at is not None
    assert dispatch(handed) == 0


def test_an_event_without_handlers_is_not_handed_over(stream: StreamRef, handed: Handed) -> None:
    with atomic():
        record(stream, bell())
    assert dispatch(handed) == 0


def test_an_event_is_marked_only_after_it_was_handed_over(
    stream: StreamRef, handed: Handed
) -> None:
    """Redis goes away in the middle: what was handed over before is handed over again."""
    first, second = raise_alarm(stream), raise_alarm(stream)

    def fail_at_second(event_ids: list[int], name: str) -> None:
        if second.id in event_ids:
            raise ConnectionError
        handed.append((event_ids, name))

    with pytest.raises(ConnectionError), atomic():
        dispatch_pending(fail_at_second)
    assert first.next_try_at is None
    assert dispatch(handed) == 2
    assert handed.count(([first.id], FOUND)) == 2
    assert handed.count(([second.id], FOUND)) == 1


def test_two_dispatchers_at_once_share_the_work(
    app: Flask, stream: StreamRef, handed: Handed
) -> None:
    event_records = [raise_alarm(stream) for _ in range(3)]
    with atomic():
        assert dispatch_pending(lambda *task: handed.append(task), limit=2) == 2
        other = Thread(target=lambda: in_context(app, handed))
        other.start()
        other.join(timeout=20)
        assert len(handed) == 6, "the other took what this one had not locked, without waiting"
    for name in (FOUND, NOTHING):
        assert sorted(ids for ids, task in handed if task == name) == [
            [event_record.id] for event_record in event_records
        ]


def in_context(app: Flask, handed: Handed) -> None:
    """Dispatch as another process does."""
    with app.app_context():
        dispatch(handed)


def test_a_handler_has_its_effect_once_however_often_it_is_called(stream: StreamRef) -> None:
    event_record = raise_alarm(stream)
    answers = []
    for _ in range(3):
        with atomic():
            answers.append(handle([event_record.id], FOUND))
    assert answers == [1, 0, 0]
    assert count_traces() == 1
    assert event_record.pending_handlers == [NOTHING]


def test_two_workers_at_once_have_one_effect(app: Flask, stream: StreamRef) -> None:
    event_id = raise_alarm(stream).id
    db.session.rollback()

    def work() -> None:
        with app.app_context(), atomic():
            handle([event_id], FOUND)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)
    assert count_traces() == 1


def test_a_handler_that_fails_leaves_nothing_and_is_still_pending(stream: StreamRef) -> None:
    event_record = raise_alarm(stream, fails=True)
    with pytest.raises(Failure), atomic():
        handle([event_record.id], FOUND)
    assert count_traces() == 0
    assert FOUND in event_record.pending_handlers


def test_what_was_lost_on_the_way_is_handed_over_again(stream: StreamRef, handed: Handed) -> None:
    event_record = raise_alarm(stream)
    dispatch(handed)
    with atomic():
        handle([event_record.id], NOTHING)
    pass_time(LOST_AFTER - timedelta(seconds=20))
    assert dispatch(handed) == 0
    pass_time(timedelta(seconds=21))
    assert dispatch(handed) == 1
    assert handed[2:] == [([event_record.id], FOUND)]


def pass_time(time: timedelta) -> None:
    """Have so much time pass for what was dispatched."""
    with atomic():
        db.session.execute(update(EventRecord).values(next_try_at=EventRecord.next_try_at - time))


def fall(stream: StreamRef, *numbers: int) -> list[EventRecord]:
    """Record drips, each of its own number."""
    for number in numbers:
        with atomic():
            record(stream, DripFell(subject_id=number, actor_id=None))
    query = select(EventRecord).where(EventRecord.stream_id == stream.id).order_by(EventRecord.id)
    return list(db.session.scalars(query))


def test_a_burst_is_one_task_and_each_event_of_it_has_its_effect_once(
    stream: StreamRef, handed: Handed
) -> None:
    event_records = fall(stream, 1, 2, 3)
    assert dispatch(handed) == 3
    assert handed == [([event_record.id for event_record in event_records], CAUGHT)]
    for _ in range(2):
        with atomic():
            handle(*handed[0])
    assert count_traces() == 3
    assert [event_record.pending_handlers for event_record in event_records] == [[], [], []]


def test_a_task_for_many_leaves_out_what_another_has_done(stream: StreamRef) -> None:
    first, second = fall(stream, 1, 2)
    with atomic():
        assert handle([first.id], CAUGHT) == 1
    with atomic():
        assert handle([first.id, second.id], CAUGHT) == 1
    assert count_traces() == 2


def test_one_that_spoils_a_burst_has_its_own_task_and_the_others_theirs(stream: StreamRef) -> None:
    good, bad = (event_record.id for event_record in fall(stream, 1, TOO_HIGH))
    take_queued(tasks.run_handler)
    tasks.run_handler([good, bad], CAUGHT)
    assert count_traces() == 0
    assert take_queued(tasks.run_handler) == [[[good], CAUGHT], [[bad], CAUGHT]]
    tasks.run_handler([bad], CAUGHT)
    tasks.run_handler([good], CAUGHT)
    db.session.rollback()
    assert db.session.get_one(EventRecord, good).pending_handlers == []
    assert db.session.get_one(EventRecord, bad).pending_handlers == [CAUGHT]


def test_a_handler_that_a_later_version_dropped_is_forgotten(stream: StreamRef) -> None:
    event_record = raise_alarm(stream)
    with atomic():
        event_record.pending_handlers = ["feed.gone"]
    with atomic():
        assert handle([event_record.id], "feed.gone") == 1
    assert event_record.pending_handlers == []


def test_an_event_that_is_gone_has_nothing_to_handle(app: Flask) -> None:
    with atomic():
        assert handle([10**6], FOUND) == 0

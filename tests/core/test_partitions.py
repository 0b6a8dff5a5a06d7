"""Events lie in monthly partitions, made ahead of time and dropped when nobody needs them."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text, update

from grandequipe.core import clock
from grandequipe.core.events import (
    EventRecord,
    HandlerFailure,
    StreamRef,
    partitions,
    record,
    tasks,
)
from grandequipe.core.events.queries import list_events_after
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from tests.core.conftest import bell
from tests.core.test_handlers import raise_alarm
from tests.locks import count_held_up
from tests.waiting import wait_until

# Far from the months of other scenes.
MARCH = datetime(2031, 3, 20, 12, tzinfo=UTC)
MONTHS = ("event_2031_03", "event_2031_04", "event_2031_05")
MUCH_LATER = datetime(2031, 7, 2, tzinfo=UTC)
LATER_MONTHS = ("event_2031_07", "event_2031_08", "event_2031_09")


@pytest.fixture
def march(stream: StreamRef) -> StreamRef:
    """Give a stream that has events of March, and the partitions that are made in March."""
    with clock.travel(MARCH), atomic():
        record(stream, bell())
    with clock.travel(MARCH):
        tasks.keep_partitions()
    return stream


@pytest.fixture(autouse=True)
def _as_before(app: Flask):  # type: ignore[no-untyped-def]
    yield
    db.session.rollback()
    with atomic():
        for name in partitions.list_partitions():
            if name.startswith("event_2031"):
                db.session.execute(text(f"DROP TABLE {name}"))


def place_of(stream: StreamRef) -> list[str]:
    """Say in which partitions the events of a stream are stored."""
    query = text("SELECT tableoid::regclass::text FROM event WHERE stream_id = :id ORDER BY id")
    with db.engine.begin() as reader:
        return list(reader.scalars(query, {"id": stream.id}))


def test_partitions_are_made_two_months_ahead_with_what_is_stored_already(
    march: StreamRef,
) -> None:
    assert set(MONTHS) <= set(partitions.list_partitions())
    with clock.travel(MARCH + timedelta(days=40)), atomic():
        record(march, bell())
    assert place_of(march) == [MONTHS[0], MONTHS[1]]
    assert [each.position for each in list_events_after({march: 0}, 9)] == [1, 2]
    with clock.travel(MARCH):
        tasks.keep_partitions()
    assert place_of(march) == [MONTHS[0], MONTHS[1]]


def test_an_event_of_a_month_without_partition_is_stored_all_the_same(stream: StreamRef) -> None:
    with clock.travel(MARCH), atomic():
        record(stream, bell())
    assert place_of(stream) == ["event_default"]
    with clock.travel(MUCH_LATER):
        tasks.keep_partitions()
    assert place_of(stream) == []


def test_an_old_month_is_dropped_and_the_stream_goes_on_where_it_was(march: StreamRef) -> None:
    with clock.travel(MARCH + partitions.KEPT_FOR):
        tasks.keep_partitions()
        assert place_of(march) == [MONTHS[0]], "a month is kept until its last day is old"
    with clock.travel(MUCH_LATER):
        tasks.keep_partitions()
        assert place_of(march) == []
        assert set(LATER_MONTHS) <= set(partitions.list_partitions())
        assert MONTHS[0] not in partitions.list_partitions()
        with atomic():
            assert record(march, bell()) == 2


def test_a_month_is_kept_while_a_handler_has_something_to_do_in_it(march: StreamRef) -> None:
    with clock.travel(MARCH):
        event_id = raise_alarm(march).id
        db.session.rollback()
    with clock.travel(MUCH_LATER):
        tasks.keep_partitions()
    assert len(place_of(march)) == 2
    with atomic():
        db.session.execute(update(EventRecord).values(pending_handlers=[]))
        failure = HandlerFailure(
            event_id=event_id, handler="x", tries=1, error="",
            first_failed_at=MARCH, next_try_at=MARCH, set_aside_at=MARCH,
        )  # fmt: skip
        db.session.add(failure)
    with clock.travel(MUCH_LATER):
        tasks.keep_partitions()
        assert len(place_of(march)) == 2
        with atomic():
            db.session.delete(failure)
        tasks.keep_partitions()
    assert place_of(march) == []


def test_a_reader_of_the_log_and_the_task_do_not_wait_for_each_other(
    app: Flask, march: StreamRef
) -> None:
    raised: list[Exception] = []

    def keep() -> None:
        with app.app_context(), clock.travel(MUCH_LATER):
            try:
                tasks.keep_partitions()
            except Exception as error:
                raised.append(error)

    task = Thread(target=keep)
    with db.engine.begin() as reader:
        reader.execute(text("LOCK TABLE ONLY event IN ACCESS SHARE MODE"))
        task.start()
        wait_until(lambda: count_held_up() or not task.is_alive(), "the task waits")
        assert reader.scalar(text("SELECT count(*) FROM event_2031_03")) == 1
        task.join()
    assert raised == []
    with clock.travel(MUCH_LATER):
        tasks.keep_partitions()
    assert place_of(march) == [], "the next run drops what this one left"


def test_failures_of_events_that_are_gone_are_forgotten(app: Flask) -> None:
    with atomic():
        db.session.add(
            HandlerFailure(event_id=9, handler="x", first_failed_at=MARCH, next_try_at=MARCH)
        )
    tasks.keep_partitions()
    assert db.session.query(HandlerFailure).count() == 0


def test_positions_are_read_by_an_index_of_each_partition(stream: StreamRef) -> None:
    query = text("EXPLAIN SELECT * FROM event WHERE stream_id = 1 AND position > 3 ORDER BY id")
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "\n".join(db.session.scalars(query))
    assert "Seq Scan" not in plan
    assert "stream_id = 1" in plan

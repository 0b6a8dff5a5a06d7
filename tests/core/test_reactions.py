"""A fact recorded is a fact reacted to, once: by the dispatcher, however often it runs."""

from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from grandequipe.core import clock, journal
from grandequipe.core.journal import Fact
from grandequipe.core.journal.services import GIVEN_UP_AFTER, dispatch_waiting, react
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Organisation
from tests.core.conftest import bell

Handed = list[tuple[int, str]]


@dataclass(frozen=True, kw_only=True)
class AlarmRang(journal.Event):
    """An alarm rang; two reactions follow."""

    kind = "test.alarm_rang"
    subject_type = "bell"

    fails: bool = False


class Failure(Exception):
    """Say that a reaction failed in the middle."""


@journal.reacts_to(AlarmRang)
def found_a_structure(fact: Fact) -> None:
    """Leave a trace that would be seen if it were left twice."""
    db.session.add(Organisation(name=f"alarm {fact.id} {clock.now().isoformat()}"))
    db.session.flush()
    if fact.event.data["fails"]:
        raise Failure


@journal.reacts_to(AlarmRang)
def do_nothing(fact: Fact) -> None:
    """React too."""


FOUND, NOTHING = (f"{each.__module__}.{each.__name__}" for each in (found_a_structure, do_nothing))


@pytest.fixture
def handed() -> Handed:
    """Collect what the dispatcher hands over."""
    return []


def ring_alarm(stream: str, **given: bool) -> Fact:
    """Record a fact that two reactions await."""
    with atomic():
        position = journal.record(stream, AlarmRang(subject_id=1, actor_id=None, **given))
    query = select(Fact).where(Fact.stream_name == stream, Fact.position == position)
    return db.session.scalars(query).one()


def dispatch(handed: Handed) -> int:
    """Let a dispatcher run once."""
    with atomic():
        return dispatch_waiting(lambda fact_id, name: handed.append((fact_id, name)))


def count_traces() -> int:
    """Count what the reaction left."""
    return db.session.scalar(select(func.count(Organisation.id))) or 0


def test_each_reaction_gets_its_own_task_and_the_fact_is_marked(
    stream: str, handed: Handed
) -> None:
    fact = ring_alarm(stream)
    assert dispatch(handed) == 1
    assert handed == [(fact.id, FOUND), (fact.id, NOTHING)]
    assert fact.dispatched_at is not None
    assert dispatch(handed) == 0


def test_a_fact_that_nobody_awaits_is_not_handed_over(stream: str, handed: Handed) -> None:
    with atomic():
        journal.record(stream, bell())
    assert dispatch(handed) == 0


def test_a_fact_is_marked_only_after_it_was_handed_over(stream: str, handed: Handed) -> None:
    """Redis goes away in the middle: what was handed over before is handed over again."""
    first, second = ring_alarm(stream), ring_alarm(stream)

    def fail_at_second(fact_id: int, name: str) -> None:
        if fact_id == second.id:
            raise ConnectionError
        handed.append((fact_id, name))

    with pytest.raises(ConnectionError), atomic():
        dispatch_waiting(fail_at_second)
    assert first.dispatched_at is None
    assert dispatch(handed) == 2
    assert handed.count((first.id, FOUND)) == 2
    assert handed.count((second.id, FOUND)) == 1


def test_two_dispatchers_at_once_share_the_work(app: Flask, stream: str, handed: Handed) -> None:
    facts = [ring_alarm(stream) for _ in range(3)]
    with atomic():
        assert dispatch_waiting(lambda *task: handed.append(task), limit=2) == 2  # type: ignore[arg-type]
        other = Thread(target=lambda: in_context(app, handed))
        other.start()
        other.join(timeout=20)
        assert len(handed) == 6, "the other took what this one had not locked, without waiting"
    assert sorted({fact_id for fact_id, _name in handed}) == [fact.id for fact in facts]
    assert len(set(handed)) == 6


def in_context(app: Flask, handed: Handed) -> None:
    """Dispatch as another process does."""
    with app.app_context():
        dispatch(handed)


def test_a_reaction_has_its_effect_once_however_often_it_is_asked(stream: str) -> None:
    fact = ring_alarm(stream)
    answers = []
    for _ in range(3):
        with atomic():
            answers.append(react(fact.id, FOUND))
    assert answers == [True, False, False]
    assert count_traces() == 1
    assert fact.awaiting == [NOTHING]


def test_two_workers_at_once_have_one_effect(app: Flask, stream: str) -> None:
    fact_id = ring_alarm(stream).id
    db.session.rollback()

    def work() -> None:
        with app.app_context(), atomic():
            react(fact_id, FOUND)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)
    assert count_traces() == 1


def test_a_reaction_that_fails_leaves_nothing_and_is_still_awaited(stream: str) -> None:
    fact = ring_alarm(stream, fails=True)
    with pytest.raises(Failure), atomic():
        react(fact.id, FOUND)
    assert count_traces() == 0
    assert FOUND in fact.awaiting


def test_what_was_lost_on_the_way_is_handed_over_again(stream: str, handed: Handed) -> None:
    fact = ring_alarm(stream)
    dispatch(handed)
    with atomic():
        react(fact.id, NOTHING)
    pass_time(GIVEN_UP_AFTER - timedelta(seconds=20))
    assert dispatch(handed) == 0
    pass_time(timedelta(seconds=21))
    assert dispatch(handed) == 1
    assert handed[2:] == [(fact.id, FOUND)]


def pass_time(time: timedelta) -> None:
    """Make what was dispatched that much older."""
    with atomic():
        db.session.execute(update(Fact).values(dispatched_at=Fact.dispatched_at - time))


def test_a_reaction_that_a_later_version_dropped_is_forgotten(stream: str) -> None:
    fact = ring_alarm(stream)
    with atomic():
        fact.awaiting = ["feed.reactions.gone"]
    with atomic():
        assert react(fact.id, "feed.reactions.gone")
    assert fact.awaiting == []


def test_a_fact_that_is_gone_is_nothing_to_react_to(app: Flask) -> None:
    with atomic():
        assert not react(10**6, FOUND)

"""A handler that fails is tried again ever later, is set aside after a day, and can be replayed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from grandequipe.cli import main
from grandequipe.core import clock
from grandequipe.core.events import (
    Event,
    EventRecord,
    HandlerFailure,
    StreamRef,
    handles,
    record,
    tasks,
)
from grandequipe.core.events.dispatch import (
    BACK_OFF,
    dispatch_pending,
    find_handler,
    handle,
    list_handlers,
    name_of,
    names_for,
    replay,
    retry_failed,
)
from grandequipe.core.events.queries import get_backlog
from grandequipe.core.tasks import heartbeat
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from tests.conftest import Visitor

NOON = datetime.fromisoformat("2026-11-30T12:00:00+00:00")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class TapTurned(Event):
    """A tap was turned; two handlers follow."""

    kind = "test.tap_turned"
    subject_type = "tap"


handled: list[int] = []
broken: set[int] = set()


@handles(TapTurned)
def run_water(event_record: EventRecord) -> None:
    """Note which taps run; a broken one fails."""
    if event_record.subject_id in broken:
        raise RuntimeError("leak")
    handled.append(event_record.subject_id)


@handles(TapTurned)
def read_meter(event_record: EventRecord) -> None:
    """Never fail."""


WATER, METER = name_of(run_water), name_of(read_meter)


@pytest.fixture(autouse=True)
def _no_water() -> None:
    handled.clear()
    broken.clear()


def turn(stream: StreamRef, number: int) -> int:
    """Turn a tap; return the event's id."""
    with atomic():
        record(stream, TapTurned(subject_id=number, actor_id=None))
    query = select(EventRecord.id).where(EventRecord.subject_id == number)
    return db.session.scalars(query.where(EventRecord.kind == TapTurned.kind)).one()


def dispatch_at(instant: datetime) -> list[str]:
    """Run what is due at an instant, as the workers do; return the names of the handlers."""
    handed: list[tuple[list[int], str]] = []
    with clock.travel(instant):
        with atomic():
            dispatch_pending(lambda event_ids, name: handed.append((event_ids, name)))
        for event_ids, name in handed:
            tasks.run_handler(event_ids, name)
    db.session.rollback()
    return [name for _event_ids, name in handed]


def pending(event_id: int) -> list[str]:
    query = select(EventRecord.pending_handlers).where(EventRecord.id == event_id)
    return db.session.scalars(query).one()


def fail_for_a_day(event_id: int) -> datetime:
    """Let the handler fail until it is set aside; return when that was."""
    instant = NOON
    while WATER in pending(event_id):
        dispatch_at(instant)
        instant += timedelta(hours=1)
    return instant


def test_a_handler_that_fails_is_tried_again_after_a_pause_that_doubles(
    stream: StreamRef,
) -> None:
    broken.add(1)
    event_id = turn(stream, 1)
    assert sorted(dispatch_at(NOON)) == sorted([WATER, METER])
    assert pending(event_id) == [WATER], "the other handler is not concerned"
    instant = NOON
    for tries in range(1, 5):
        pause = timedelta(seconds=5 * 2 ** (tries - 1))
        assert BACK_OFF.pause_after(tries) == pause
        assert dispatch_at(instant + pause - SECOND) == []
        instant += pause
        assert dispatch_at(instant) == [WATER]
    assert BACK_OFF.pause_after(40) == timedelta(hours=1)
    broken.clear()
    assert dispatch_at(instant + timedelta(hours=1)) == [WATER]
    assert (handled, pending(event_id)) == ([1], [])
    assert db.session.query(HandlerFailure).count() == 0


def test_after_a_day_it_is_set_aside_until_an_operator_asks_for_it(
    stream: StreamRef, visitor: Visitor
) -> None:
    broken.add(1)
    event_id = turn(stream, 1)
    set_aside_at = fail_for_a_day(event_id)
    assert set_aside_at - NOON >= BACK_OFF.tried_for
    failure = db.session.get_one(HandlerFailure, (event_id, WATER))
    assert failure.error == "RuntimeError: leak"
    assert dispatch_at(set_aside_at + timedelta(days=7)) == []
    backlog = get_backlog()
    assert (backlog.pending, backlog.retried, backlog.set_aside) == (0, 0, 1)
    heartbeat()
    [notice] = visitor.get("/readyz").json["notices"]
    assert "grandequipe events failed" in notice
    broken.clear()
    with atomic():
        assert retry_failed(METER) == 0
        assert retry_failed() == 1
    assert dispatch_at(set_aside_at + timedelta(days=7)) == [WATER]
    assert (handled, get_backlog().set_aside) == ([1], 0)


def test_a_handler_is_given_the_past_in_batches_and_each_event_once(stream: StreamRef) -> None:
    ids = [turn(stream, number) for number in (1, 2, 3)]
    dispatch_at(clock.now())
    assert handled == [1, 2, 3]
    with atomic():
        assert replay(WATER, None, 0, limit=2) == ids[:2]
        assert replay(WATER, None, ids[1], limit=2) == ids[2:]
        assert replay(WATER, None, ids[2], limit=2) == []
        assert replay(WATER, None, 0) == ids, "asked twice, it is pending once"
        assert replay(WATER, clock.now() + SECOND, 0) == []
    assert [pending(event_id) for event_id in ids] == [[WATER]] * 3
    dispatch_at(clock.now())
    assert handled == [1, 2, 3, 1, 2, 3]
    with atomic():
        assert handle(ids, WATER) == 0


def test_operators_list_retry_and_replay(
    stream: StreamRef,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["events", *arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    broken.add(1)
    event_id = turn(stream, 1)
    dispatch_at(clock.now())
    assert len(run("failed")[1].splitlines()) == 1
    assert f"{event_id}\ttest.tap_turned\t{WATER}\t1\t" in run("failed", "--all")[1]
    fail_for_a_day(event_id)
    assert run("failed")[1].rstrip().endswith("\t-\tRuntimeError: leak")
    assert run("retry", WATER)[1] == "1 to be tried again\n"
    assert pending(event_id) == [WATER]
    db.session.rollback()
    assert run("replay", METER)[1] == f"1 to be handled by {METER}\n"
    assert run("replay", METER, "--since", "2100-01-01")[1].startswith("0 ")
    status, said, complaint = run("replay", "nobody")
    assert (status, said) == (1, "")
    assert "No handler is named nobody" in complaint


# A name that is stored stays: another function name needs a migration of what is stored.
STORED_NAMES = {
    "digests.follow_the_clock",
    "digests.subscribe",
    "feed.delete_refused_posts_of_closed_account",
    "feed.end_proposals_of_leaver",
    "feed.erase_private_data_of_closed_account",
    "feed.forget_share_card",
    "groups.deliver_invitation",
    "groups.deliver_invitations_to_newcomer",
    "groups.take_back_orphaned_invitations",
    "groups.tell_groups_of_new_profile",
    "groups.tell_of_withdrawal",
    "notifications.tell_author_of_refusal",
    "notifications.tell_moderators_of_post",
    "notifications.tell_moderators_of_proposal",
    "notifications.tell_moderators_of_request",
    "notifications.tell_of_acceptance",
    "notifications.tell_of_comment",
    "notifications.tell_of_invitation",
    "notifications.tell_of_post",
    "notifications.tell_of_refused_request",
}


def test_the_names_under_which_handlers_are_stored_stay() -> None:
    assert set(list_handlers()) >= STORED_NAMES


def test_a_renamed_handler_is_stored_for_one_release_as_the_previous_one_knows_it() -> None:
    assert "notifications.tell_of_post" in names_for("post.published")
    assert find_handler("notifications.notify_of_post") == find_handler(
        "notifications.tell_of_post"
    )

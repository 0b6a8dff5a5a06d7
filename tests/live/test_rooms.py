"""Who sits where in one process, whatever order news and readings come in."""

import pytest

from grandequipe.live.rooms import Rooms, Ticket

CHLOE, BRUNO = 7, 8


@pytest.fixture
def seats() -> set[tuple[str, str]]:
    """Hold which socket is in which room."""
    return set()


@pytest.fixture
def rooms(seats: set[tuple[str, str]]) -> Rooms:
    """Open the rooms of a process."""
    return Rooms(
        enter=lambda sid, stream: seats.add((sid, stream)),
        leave=lambda sid, stream: seats.remove((sid, stream)),
    )


def test_all_sockets_of_a_member_sit_in_the_same_rooms(
    rooms: Rooms, seats: set[tuple[str, str]]
) -> None:
    rooms.admit("one", Ticket(CHLOE, session_id=1))
    rooms.admit("two", Ticket(CHLOE, token_id=1))
    assert rooms.seat(CHLOE, ["member:7", "group:1"], rooms.access_version_of(CHLOE))
    assert {stream for sid, stream in seats if sid == "one"} == {"member:7", "group:1"}
    assert {stream for sid, stream in seats if sid == "two"} == {"member:7", "group:1"}


def test_what_was_read_before_the_news_is_thrown_away(
    rooms: Rooms, seats: set[tuple[str, str]]
) -> None:
    rooms.admit("one", Ticket(CHLOE))
    before = rooms.access_version_of(CHLOE)
    rooms.note_access_change(CHLOE)
    rooms.shut(CHLOE, "group:1")
    assert not rooms.seat(CHLOE, ["group:1"], before)
    assert seats == set()


def test_what_was_read_before_the_news_is_not_told_after_it(rooms: Rooms) -> None:
    """Who sits already may lose a stream while others are told, before it is their turn."""
    for sid, member in (("one", CHLOE), ("two", BRUNO)):
        rooms.admit(sid, Ticket(member))
    before = {member: rooms.access_version_of(member) for member in (CHLOE, BRUNO)}
    assert rooms.seat(CHLOE, ["group:1"], before[CHLOE])
    rooms.note_access_change(CHLOE)
    rooms.shut(CHLOE, "group:1")
    assert not rooms.is_current(CHLOE, before[CHLOE])
    assert rooms.is_current(BRUNO, before[BRUNO])
    rooms.forget("two")
    assert not rooms.is_current(BRUNO, before[BRUNO])


def test_a_socket_that_comes_in_meanwhile_waits_for_its_own_reading(
    rooms: Rooms, seats: set[tuple[str, str]]
) -> None:
    rooms.admit("one", Ticket(CHLOE))
    before = rooms.access_version_of(CHLOE)
    rooms.admit("two", Ticket(CHLOE))
    assert not rooms.seat(CHLOE, ["group:1"], before)
    assert seats == set()


def test_a_room_is_shut_at_once_for_one_member_only(
    rooms: Rooms, seats: set[tuple[str, str]]
) -> None:
    for sid, member in (("one", CHLOE), ("two", BRUNO)):
        rooms.admit(sid, Ticket(member))
        rooms.seat(member, ["group:1", "group:2"], rooms.access_version_of(member))
    rooms.shut(CHLOE, "group:1")
    assert seats == {("one", "group:2"), ("two", "group:1"), ("two", "group:2")}


def test_an_ended_ticket_is_out_of_every_room_and_never_seated_again(
    rooms: Rooms, seats: set[tuple[str, str]]
) -> None:
    rooms.admit("phone", Ticket(CHLOE, session_id=1))
    rooms.admit("robot", Ticket(CHLOE, token_id=1))
    rooms.seat(CHLOE, ["member:7", "group:1"], rooms.access_version_of(CHLOE))
    assert rooms.expel(Ticket(CHLOE, token_id=1)) == ["robot"]
    assert {sid for sid, _stream in seats} == {"phone"}
    assert [rooms.has_socket(sid) for sid in ("phone", "robot")] == [True, False]
    assert rooms.seat(CHLOE, ["group:2"], rooms.access_version_of(CHLOE))
    assert seats == {("phone", "group:2")}
    assert rooms.expel(Ticket(BRUNO, token_id=1)) == []


def test_who_went_leaves_nothing_behind(rooms: Rooms) -> None:
    rooms.admit("one", Ticket(CHLOE))
    rooms.forget("one")
    rooms.forget("never let in")
    assert not rooms.has(CHLOE)
    assert rooms.access_version_of(CHLOE) == 0
    assert rooms.tickets() == {}

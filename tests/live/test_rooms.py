"""The rooms of one process, whatever the order of changes of access and reads of the database."""

import pytest

from grandequipe.live.rooms import Credentials, Rooms

CHLOE, BRUNO = 7, 8


@pytest.fixture
def entered() -> set[tuple[str, str]]:
    """Hold pairs of a socket and a room that it is in."""
    return set()


@pytest.fixture
def rooms(entered: set[tuple[str, str]]) -> Rooms:
    """Open the rooms of a process."""
    return Rooms(
        enter=lambda sid, stream: entered.add((sid, stream)),
        leave=lambda sid, stream: entered.remove((sid, stream)),
    )


def test_all_sockets_of_a_member_sit_in_the_same_rooms(
    rooms: Rooms, entered: set[tuple[str, str]]
) -> None:
    rooms.add("one", Credentials(CHLOE, session_id=1))
    rooms.add("two", Credentials(CHLOE, token_id=1))
    assert rooms.sync(CHLOE, ["member:7", "group:1"], rooms.access_version_of(CHLOE))
    assert {stream for sid, stream in entered if sid == "one"} == {"member:7", "group:1"}
    assert {stream for sid, stream in entered if sid == "two"} == {"member:7", "group:1"}


def test_what_was_read_before_the_news_is_thrown_away(
    rooms: Rooms, entered: set[tuple[str, str]]
) -> None:
    rooms.add("one", Credentials(CHLOE))
    before = rooms.access_version_of(CHLOE)
    rooms.note_access_change(CHLOE)
    rooms.leave_room(CHLOE, "group:1")
    assert not rooms.sync(CHLOE, ["group:1"], before)
    assert entered == set()


def test_a_snapshot_from_before_a_change_of_access_is_not_used_after_it(rooms: Rooms) -> None:
    """A member may lose a stream while heads are sent to others, before their turn."""
    for sid, member in (("one", CHLOE), ("two", BRUNO)):
        rooms.add(sid, Credentials(member))
    before = {member: rooms.access_version_of(member) for member in (CHLOE, BRUNO)}
    assert rooms.sync(CHLOE, ["group:1"], before[CHLOE])
    rooms.note_access_change(CHLOE)
    rooms.leave_room(CHLOE, "group:1")
    assert not rooms.is_current(CHLOE, before[CHLOE])
    assert rooms.is_current(BRUNO, before[BRUNO])
    rooms.remove("two")
    assert not rooms.is_current(BRUNO, before[BRUNO])


def test_a_socket_that_comes_in_meanwhile_waits_for_its_own_reading(
    rooms: Rooms, entered: set[tuple[str, str]]
) -> None:
    rooms.add("one", Credentials(CHLOE))
    before = rooms.access_version_of(CHLOE)
    rooms.add("two", Credentials(CHLOE))
    assert not rooms.sync(CHLOE, ["group:1"], before)
    assert entered == set()


def test_a_room_is_shut_at_once_for_one_member_only(
    rooms: Rooms, entered: set[tuple[str, str]]
) -> None:
    for sid, member in (("one", CHLOE), ("two", BRUNO)):
        rooms.add(sid, Credentials(member))
        rooms.sync(member, ["group:1", "group:2"], rooms.access_version_of(member))
    rooms.leave_room(CHLOE, "group:1")
    assert entered == {("one", "group:2"), ("two", "group:1"), ("two", "group:2")}


def test_ended_credentials_are_out_of_every_room_and_never_enter_again(
    rooms: Rooms, entered: set[tuple[str, str]]
) -> None:
    rooms.add("phone", Credentials(CHLOE, session_id=1))
    rooms.add("robot", Credentials(CHLOE, token_id=1))
    rooms.sync(CHLOE, ["member:7", "group:1"], rooms.access_version_of(CHLOE))
    assert rooms.remove_credentials(Credentials(CHLOE, token_id=1)) == ["robot"]
    assert {sid for sid, _stream in entered} == {"phone"}
    assert [rooms.has_socket(sid) for sid in ("phone", "robot")] == [True, False]
    assert rooms.sync(CHLOE, ["group:2"], rooms.access_version_of(CHLOE))
    assert entered == {("phone", "group:2")}
    assert rooms.remove_credentials(Credentials(BRUNO, token_id=1)) == []


def test_who_went_leaves_nothing_behind(rooms: Rooms) -> None:
    rooms.add("one", Credentials(CHLOE))
    rooms.remove("one")
    rooms.remove("never let in")
    assert not rooms.has(CHLOE)
    assert rooms.access_version_of(CHLOE) == 0
    assert rooms.list_sockets() == {}

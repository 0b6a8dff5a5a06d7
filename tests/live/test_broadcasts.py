"""An event is broadcast to exactly the members who follow its stream then, with ids only."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.events import Broadcast, EventRecord, broadcast
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import add_reaction
from grandequipe.groups.models import Group
from grandequipe.groups.services import ban_member, join_group, leave_group, remove_member
from grandequipe.members.models import Member
from grandequipe.members.services import ProfileInput, edit_profile
from grandequipe.notifications.queries.bell import count_unread
from tests.factories import Cast, make_comment, make_post
from tests.live.conftest import Subscribe
from tests.notifications.dispatching import run_pending_handlers
from tests.site import Site
from tests.socket_client import SocketClient, is_change
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class LampCount(Broadcast):
    """How many lamps a group has lit."""

    kind = "lamp.count"
    subject_type = "group"

    lit: int


def broadcast_to_self(member: Member, client: SocketClient) -> None:
    """Record an event of the member's stream and receive it: earlier ones have arrived by then."""
    with atomic():
        edit_profile(member, ProfileInput(member.display_name))
    client.wait_for("change", is_change("member.changed", member.id))


def kinds_of(client: SocketClient, group: Group) -> list[str]:
    """List the kinds of the changes received from a group's stream."""
    return [change["kind"] for change in client.changes() if change["stream"] == group.stream.name]


def test_a_broadcast_holds_ids_and_no_content(subscribe: Subscribe, cast: Cast) -> None:
    client = subscribe(cast.chloe)
    post = make_post(cast.bruno, cast.ess, title="Un titre à ne pas dire")
    change = client.wait_for("change", is_change("post.published", post.id))
    assert change.pop("at").endswith("+00:00")
    assert change == {
        "stream": cast.ess.stream.name,
        "position": change["position"],
        "kind": "post.published",
        "subject": {"type": "post", "id": post.id},
        "group": "ess-quartiers",
        "actor": cast.bruno.id,
    }


def test_a_comment_also_names_its_post(subscribe: Subscribe, cast: Cast) -> None:
    post = make_post(cast.bruno, cast.ess)
    client = subscribe(cast.chloe)
    comment = make_comment(cast.amina, post)
    change = client.wait_for("change", is_change("comment.added", comment.id))
    assert change["post"] == post.id


def test_broadcasts_come_in_order_and_without_gaps(subscribe: Subscribe, cast: Cast) -> None:
    client = subscribe(cast.chloe)
    head = client.wait_for("ready")["heads"][cast.ess.stream.name]
    posts = [make_post(cast.bruno, cast.ess) for _ in range(20)]
    client.wait_for("change", is_change("post.published", posts[-1].id))
    positions = [each["position"] for each in client.changes() if each["group"] == cast.ess.slug]
    assert positions == list(range(head + 1, head + 21))


@pytest.mark.parametrize("who", ["driss", "eva", "farid"])
def test_who_is_no_member_hears_nothing(subscribe: Subscribe, cast: Cast, who: str) -> None:
    """An outsider, a banned person, and an administrator who is not in the group."""
    person: Member = getattr(cast, who)
    stranger, member = subscribe(person), subscribe(cast.chloe)
    for group in (cast.ess, cast.private, cast.hidden):
        post = make_post(cast.bruno, group)
        member.wait_for("change", is_change("post.published", post.id))
    broadcast_to_self(person, stranger)
    assert {change["stream"] for change in stranger.changes()} == {person.stream.name}


@pytest.mark.parametrize("way_out", ["leaves", "is removed", "is banned"])
def test_who_goes_hears_nothing_more_on_any_server(
    subscribe: Subscribe, site: Site, other_server: Site, cast: Cast, way_out: str
) -> None:
    pages = [
        subscribe(cast.chloe, site),
        subscribe(cast.chloe, other_server),
        subscribe(cast.chloe, site),
    ]
    with atomic():
        if way_out == "leaves":
            leave_group(cast.chloe, cast.ess)
        elif way_out == "is removed":
            remove_member(cast.amina, cast.ess, cast.chloe)
        else:
            ban_member(cast.amina, cast.ess, cast.chloe, "Hors sujet.")
    make_post(cast.bruno, cast.ess)
    for page in pages:
        broadcast_to_self(cast.chloe, page)
        assert kinds_of(page, cast.ess) == []
        page.wait_for("heads", lambda heads: cast.ess.stream.name not in heads)


def test_who_joins_hears_from_then_on_every_server(
    subscribe: Subscribe, site: Site, other_server: Site, cast: Cast
) -> None:
    pages = [
        subscribe(cast.driss, site),
        subscribe(cast.driss, other_server),
        subscribe(cast.driss, site),
    ]
    with atomic():
        join_group(cast.driss, cast.ess)
    for page in pages:
        page.wait_for("heads", lambda heads: cast.ess.stream.name in heads)
    post = make_post(cast.bruno, cast.ess)
    for page in pages:
        page.wait_for("change", is_change("post.published", post.id))


def test_what_the_worker_writes_is_broadcast_too(subscribe: Subscribe, cast: Cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    client = subscribe(cast.chloe)
    make_comment(cast.bruno, post)
    change = client.wait_for("change", lambda change: change.get("unread") == 1)
    assert (change["kind"], change["stream"]) == ("notification.count", cast.chloe.stream.name)
    assert "position" not in change


def test_a_socket_is_sent_the_present_count_when_it_connects(
    subscribe: Subscribe, cast: Cast
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    run_pending_handlers()
    # The worker of the running site may have taken the event first.
    wait_until(lambda: count_unread(cast.chloe) == 1, "the line of the bell is written")
    client = subscribe(cast.chloe)
    change = client.wait_for("change", is_change("notification.count"))
    assert change["unread"] == 1


def test_a_broadcast_names_no_group_that_its_receiver_cannot_find(
    subscribe: Subscribe, cast: Cast
) -> None:
    client = subscribe(cast.driss)
    with atomic():
        ban_member(cast.amina, cast.hidden, cast.driss, "Hors sujet.")
    assert client.wait_for("change", is_change("join.excluded", cast.hidden.id))["group"] is None


def test_a_present_value_is_broadcast_after_the_commit_and_has_no_position(
    subscribe: Subscribe, cast: Cast
) -> None:
    client = subscribe(cast.chloe)
    lit = {"lamps": 1}
    at = clock.now()
    with atomic():
        broadcast(
            lambda: [
                (
                    cast.ess.stream,
                    LampCount(subject_id=cast.ess.id, at=at, lit=lit["lamps"], group_slug="ess"),
                )
            ]
        )
        lit["lamps"] = 2
    assert client.wait_for("change", is_change("lamp.count", cast.ess.id)) == {
        "stream": cast.ess.stream.name,
        "kind": "lamp.count",
        "subject": {"type": "group", "id": cast.ess.id},
        "group": "ess",
        "actor": None,
        "at": at.isoformat(),
        "lit": 2,
    }


def test_a_value_whose_change_is_rolled_back_is_not_broadcast(
    subscribe: Subscribe, cast: Cast
) -> None:
    client = subscribe(cast.chloe)
    broadcast(lambda: [(cast.chloe.stream, LampCount(subject_id=1, at=clock.now(), lit=1))])
    db.session.rollback()
    broadcast_to_self(cast.chloe, client)
    assert "lamp.count" not in [change["kind"] for change in client.changes()]


def test_a_reaction_is_broadcast_with_all_counts_and_recorded_nowhere(
    subscribe: Subscribe, cast: Cast
) -> None:
    post = make_post(cast.amina, cast.ess)
    client = subscribe(cast.chloe)
    with atomic():
        add_reaction(cast.bruno, post, ReactionName.USEFUL)
        add_reaction(cast.bruno, post, ReactionName.THANKS)
    broadcast_to_self(cast.chloe, client)
    first, last = (each for each in client.changes() if each["kind"] == "reaction.changed")
    assert first.pop("at") < last.pop("at")
    assert first | {"reactions": {"thanks": 1, "useful": 1}} == last
    assert last == {
        "stream": cast.ess.stream.name,
        "kind": "reaction.changed",
        "subject": {"type": "post", "id": post.id},
        "group": cast.ess.slug,
        "actor": cast.bruno.id,
        "reactions": {"thanks": 1, "useful": 1},
    }
    assert list_kinds(cast.ess) == ["post.published"]


def list_kinds(group: Group) -> list[str]:
    """List the kinds of the events recorded in a group's stream since its members joined."""
    kinds = db.session.scalars(
        select(EventRecord.kind)
        .where(EventRecord.stream_id == group.stream_id)
        .order_by(EventRecord.position)
    )
    return [kind for kind in kinds if kind.startswith(("post.", "reaction."))]

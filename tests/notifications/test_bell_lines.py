"""The lines of the bell: one for each topic, gathered, read, and gone with their subject."""

from sqlalchemy import select

from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import (
    publish_post,
    remove_comment,
)
from grandequipe.groups.models import Level
from grandequipe.groups.services import (
    answer_request,
    join_group,
    leave_group,
)
from grandequipe.notifications.handlers.topics import (
    notify_moderators_of_request,
    notify_of_comment,
)
from grandequipe.notifications.models import MOST_ENTRIES, Notification
from grandequipe.notifications.queries import (
    count_unread,
)
from grandequipe.notifications.services import mark_read
from tests.factories import Cast, draft_of, make_comment, make_member, make_post
from tests.notifications.test_bell import HandleEvents, bell_of, choose, kinds_in_bell_of


def test_lines_of_one_topic_are_one_line_that_names_who_spoke_last(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    for author in (cast.amina, cast.bruno, cast.amina):
        make_comment(author, post)
    handle_events()
    (line,) = bell_of(cast.chloe)
    assert [actor.display_name for actor in line.actors] == ["Amina Belkacem", "Bruno Castel"]
    assert line.actor_count == 2
    assert count_unread(cast.chloe) == 1


def test_what_is_read_stays_read_until_more_is_said_on_it(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.amina, post)
    handle_events()
    with atomic():
        mark_read(cast.chloe, bell_of(cast.chloe)[0].latest_id)
    assert count_unread(cast.chloe) == 0
    assert [line.is_unread for line in bell_of(cast.chloe)] == [False]
    for _number in range(2):
        make_comment(cast.bruno, post)
    handle_events()
    [line] = bell_of(cast.chloe)
    assert (line.is_unread, line.count, line.actor_count) == (True, 2, 1)
    assert [actor.display_name for actor in line.actors] == ["Bruno Castel"]
    assert count_unread(cast.chloe) == 1
    with atomic():
        mark_read(cast.chloe, line.latest_id)
    [line] = bell_of(cast.chloe)
    assert (line.is_unread, line.count, line.actor_count) == (False, 3, 2)


def test_a_line_names_nobody_whose_comment_was_removed(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    first = make_comment(cast.amina, post)
    handle_events()
    with atomic():
        mark_read(cast.chloe, bell_of(cast.chloe)[0].latest_id)
    newest = make_comment(cast.bruno, post)
    handle_events()
    with atomic():
        remove_comment(cast.bruno, newest)
    [line] = bell_of(cast.chloe)
    assert (line.is_unread, line.comment_id, count_unread(cast.chloe)) == (False, first.id, 0)
    assert [actor.display_name for actor in line.actors] == ["Amina Belkacem"]


def test_a_line_of_requests_names_those_who_still_ask(
    cast: Cast, handle_events: HandleEvents
) -> None:
    other = make_member("Farah Haddad")
    for person in (cast.driss, other):
        with atomic():
            join_group(person, cast.private)
    handle_events()
    assert [line.actor_count for line in bell_of(cast.amina)] == [2]
    with atomic():
        answer_request(cast.bruno, cast.private, other, accept=True)
    [line] = bell_of(cast.amina)
    assert [actor.id for actor in line.actors] == [cast.driss.id]


def test_more_entries_than_a_line_keeps_are_counted(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    for _number in range(MOST_ENTRIES + 2):
        make_comment(cast.bruno, post)
    handle_events()
    row = db.session.query(Notification).one()
    assert (row.unread_count, len(row.comment_ids)) == (MOST_ENTRIES + 2, MOST_ENTRIES)
    assert row.comment_ids == sorted(row.comment_ids, key=lambda id: -(id or 0))


def test_a_moderator_of_a_group_where_a_post_is_pending_keeps_no_line_of_its_other_groups(
    cast: Cast, handle_events: HandleEvents
) -> None:
    choose(cast.bruno, cast.private, Level.ALL)
    with atomic():
        post = publish_post(cast.chloe, cast.private, draft_of(), [cast.moderated])
    mine = make_comment(cast.bruno, post)
    make_comment(cast.amina, post, reply_to=mine.id)
    handle_events()
    assert sorted(kinds_in_bell_of(cast.bruno)) == [
        "answer_to_my_comment", "post_pending", "post_published",
    ]  # fmt: skip
    with atomic():
        leave_group(cast.bruno, cast.private)
    assert kinds_in_bell_of(cast.bruno) == ["post_pending"]
    assert count_unread(cast.bruno) == 1


def test_reading_up_to_a_line_leaves_what_came_since_unread(
    cast: Cast, handle_events: HandleEvents
) -> None:
    make_comment(cast.amina, make_post(cast.chloe, cast.ess))
    handle_events()
    shown = bell_of(cast.chloe)[0].latest_id
    make_comment(cast.amina, make_post(cast.chloe, cast.ess))
    handle_events()
    with atomic():
        mark_read(cast.chloe, shown)
    assert count_unread(cast.chloe) == 1


def test_an_event_that_is_handled_twice_is_one_entry(
    cast: Cast, handle_events: HandleEvents
) -> None:
    make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    with atomic():
        join_group(cast.driss, cast.private)
    handle_events()
    comment, request = (
        db.session.query(EventRecord).filter_by(kind=kind).one()
        for kind in ("comment.added", "join.requested")
    )
    with atomic():
        mark_read(cast.chloe, bell_of(cast.chloe)[0].latest_id)
        notify_of_comment([comment])
        notify_moderators_of_request(request)
    assert count_unread(cast.chloe) == 0
    counts = db.session.scalars(select(Notification.unread_count)).all()
    assert sorted(counts) == [0, 1, 1]

"""Lines of the bell are shown as long as their reader may see their subject."""

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import (
    remove_comment,
    remove_post,
)
from grandequipe.groups.services import (
    answer_request,
    invite_member,
    join_group,
    leave_group,
)
from grandequipe.notifications.models import Notification
from grandequipe.notifications.queries import (
    count_unread,
)
from tests.factories import Cast, make_comment, make_post
from tests.notifications.test_bell import HandleEvents, bell_of, kinds_in_bell_of


def test_what_one_may_no_longer_see_is_neither_listed_nor_counted(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    comment = make_comment(cast.bruno, post)
    in_private = make_post(cast.chloe, cast.private)
    make_comment(cast.bruno, in_private)
    handle_events()
    assert count_unread(cast.chloe) == 2
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert count_unread(cast.chloe) == len(bell_of(cast.chloe)) == 1
    with atomic():
        remove_comment(cast.bruno, comment)
    assert count_unread(cast.chloe) == len(bell_of(cast.chloe)) == 0


def test_a_removed_post_takes_its_lines_with_it(cast: Cast, handle_events: HandleEvents) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    handle_events()
    with atomic():
        remove_post(cast.amina, post)
    assert bell_of(cast.chloe) == []


def test_a_comment_removed_before_it_is_handled_notifies_nobody(
    cast: Cast, handle_events: HandleEvents
) -> None:
    comment = make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    with atomic():
        remove_comment(cast.bruno, comment)
    handle_events()
    assert db.session.query(Notification).count() == 0


def test_a_former_member_is_notified_no_more_of_a_public_group(
    cast: Cast, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        leave_group(cast.chloe, cast.ess)
    make_comment(cast.bruno, post)
    handle_events()
    assert bell_of(cast.chloe) == []


def test_requests_are_shown_to_moderators_only_as_long_as_they_are(
    cast: Cast, handle_events: HandleEvents
) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    handle_events()
    with atomic():
        leave_group(cast.bruno, cast.private)
    assert bell_of(cast.bruno) == []


def test_a_refused_request_notifies_the_person_who_asked(
    cast: Cast, handle_events: HandleEvents
) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    handle_events()
    with atomic():
        answer_request(cast.bruno, cast.private, cast.driss, accept=False)
    handle_events()
    assert kinds_in_bell_of(cast.driss) == ["request_refused"]
    assert bell_of(cast.amina) == bell_of(cast.bruno) == []


def test_an_invitation_that_ended_leaves_the_bell(cast: Cast, handle_events: HandleEvents) -> None:
    with atomic():
        invite_member(cast.amina, cast.ess, cast.driss)
    handle_events()
    assert kinds_in_bell_of(cast.driss) == ["invited"]
    with atomic():
        leave_group(cast.driss, cast.ess)
    assert count_unread(cast.driss) == len(bell_of(cast.driss)) == 0

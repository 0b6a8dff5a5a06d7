"""Opening a post marks its notifications as read, on any way to it."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.queries import list_my_groups
from grandequipe.feed.services import refuse_post, remove_post
from grandequipe.groups.models import Level
from grandequipe.groups.services import change_level, leave_group
from grandequipe.members.models import Member
from grandequipe.notifications.models import Notification
from grandequipe.notifications.queries import count_unread, count_unread_around, list_notifications
from grandequipe.notifications.services import mark_post_read
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post
from tests.notifications.conftest import Broadcasts
from tests.notifications.test_settled import NUMBER, unread_on

HandleEvents = Callable[[], None]
Open = Callable[[Member], Visitor]
# A dozen, and what the reader chose for the conversation.
MOST_QUERIES = 13
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def post(cast: Cast, handle_events: HandleEvents) -> Post:
    """Give a post of Chloé's that two people commented; Bruno answered Amina there."""
    post = make_post(cast.chloe, cast.ess)
    first = make_comment(cast.amina, post)
    make_comment(cast.bruno, post, reply_to=first.id)
    handle_events()
    return post


def test_a_comment_on_my_post_and_an_answer_to_mine_are_read(
    cast: Cast, browser: Open, post: Post, broadcasts: Broadcasts
) -> None:
    for reader in (cast.chloe, cast.amina):
        there = browser(reader)
        assert unread_on(there) == 1
        page = there.get(f"/publications/{post.id}").text
        assert NUMBER.findall(page)[0] == (" hidden", "0")
        assert count_unread(reader) == unread_on(there) == 0
        [(stream, value)] = broadcasts
        assert (stream, value.values) == (reader.stream, {"unread": 0})
        broadcasts.clear()


def test_what_is_said_of_another_post_stays_unread(
    cast: Cast, browser: Open, post: Post, handle_events: HandleEvents
) -> None:
    other = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, other)
    handle_events()
    page = browser(cast.chloe).get(f"/publications/{post.id}").text
    assert NUMBER.findall(page)[0] == ("", "1")
    assert count_unread(cast.chloe) == 1


def test_a_post_that_is_announced_is_read_where_it_is_opened(
    cast: Cast, browser: Open, handle_events: HandleEvents
) -> None:
    with atomic():
        change_level(cast.bruno, cast.ess, Level.ALL)
    post = make_post(cast.chloe, cast.ess)
    handle_events()
    assert count_unread(cast.bruno) == 1
    browser(cast.bruno).get(f"/publications/{post.id}")
    assert count_unread(cast.bruno) == 0


def test_who_has_read_all_writes_nothing(
    cast: Cast,
    browser: Open,
    post: Post,
    count_queries: Callable[[], object],
    broadcasts: Broadcasts,
) -> None:
    chloe, path = browser(cast.chloe), f"/publications/{post.id}"
    for _ in range(2):
        chloe.get(path)
    with count_queries() as counted:  # type: ignore[attr-defined]
        chloe.get(path)
    assert [said for said in counted.statements if said.startswith(WRITES)] == []
    assert len(broadcasts) == 1


def test_a_page_that_reads_off_asks_thirteen_questions_at_most(
    cast: Cast,
    browser: Open,
    post: Post,
    count_queries: Callable[[], object],
    handle_events: HandleEvents,
) -> None:
    chloe, path = browser(cast.chloe), f"/publications/{post.id}"
    chloe.get(path)
    make_comment(cast.bruno, post)
    handle_events()
    with count_queries() as counted:  # type: ignore[attr-defined]
        chloe.get(path)
    assert count_unread(cast.chloe) == 0
    assert counted.count <= MOST_QUERIES, counted.statements


def test_more_of_a_discussion_reads_off_nothing(cast: Cast, browser: Open, post: Post) -> None:
    browser(cast.chloe).get(f"/publications/{post.id}", headers={"HX-Request": "true"})
    assert count_unread(cast.chloe) == 1


def test_a_refusal_is_read_with_its_post_and_not_where_that_is_no_more(
    cast: Cast, browser: Open, handle_events: HandleEvents
) -> None:
    post = make_post(cast.chloe, cast.moderated)
    with atomic():
        refuse_post(cast.amina, post, "Hors sujet.")
    handle_events()
    seen = browser(cast.chloe).get(f"/publications/{post.id}")
    assert (seen.status_code, "Hors sujet." in seen.text) == (200, True)
    assert count_unread(cast.chloe) == 0
    db.session.execute(text("UPDATE notification SET read_at = NULL, unread_count = 1"))
    with atomic():
        remove_post(cast.chloe, post)
    page = browser(cast.chloe).get(f"/publications/{post.id}")
    assert page.status_code == 404
    assert NUMBER.findall(page.text)[0] == ("", "1")
    assert count_unread(cast.chloe) == 1


def test_what_may_not_be_seen_is_not_read(
    cast: Cast, browser: Open, handle_events: HandleEvents
) -> None:
    post = make_post(cast.amina, cast.private)
    mine = make_comment(cast.chloe, post)
    make_comment(cast.bruno, post, reply_to=mine.id)
    other = make_post(cast.chloe, cast.ess)
    make_comment(cast.bruno, other)
    handle_events()
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert browser(cast.chloe).get(f"/publications/{post.id}").status_code == 404
    unread = db.session.query(Notification).filter_by(member_id=cast.chloe.id, read_at=None)
    assert unread.count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "empty"},
    ],
)
def test_what_is_fetched_and_seen_by_nobody_reads_nothing(
    cast: Cast, browser: Open, post: Post, headers: dict[str, str]
) -> None:
    chloe, path = browser(cast.chloe), f"/publications/{post.id}"
    assert chloe.get(path, headers=headers).status_code == 200
    assert chloe.head(path).status_code == 200
    assert count_unread(cast.chloe) == 1
    chloe.get(path, headers={"Sec-Fetch-Dest": "document"})
    assert count_unread(cast.chloe) == 0


def test_what_comes_while_the_page_is_rendered_stays_unread(
    cast: Cast, post: Post, handle_events: HandleEvents
) -> None:
    _left, newest = count_unread_around(cast.chloe, post.id)
    assert newest is not None
    make_comment(cast.amina, post)
    handle_events()
    with atomic():
        mark_post_read(cast.chloe, post.id, newest)
    assert count_unread(cast.chloe) == 1


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"Sec-Fetch-Dest": "image"}]
)
def test_nor_do_a_line_and_a_group_that_nobody_sees(
    cast: Cast, browser: Open, post: Post, headers: dict[str, str]
) -> None:
    chloe = browser(cast.chloe)
    (line,) = list_notifications(cast.chloe).items
    make_post(cast.amina, cast.ess, title="Pas encore vue")
    unseen = [each.unread for each in list_my_groups(cast.chloe)]
    assert sum(unseen) > 0
    for path in (f"/notifications/{line.id}", "/groupes/ess-quartiers"):
        chloe.get(path, headers=headers)
        chloe.head(path)
    assert count_unread(cast.chloe) == 1
    assert [each.unread for each in list_my_groups(cast.chloe)] == unseen


def test_a_line_is_read_off_up_to_what_it_showed(
    cast: Cast, browser: Open, post: Post, handle_events: HandleEvents
) -> None:
    chloe = browser(cast.chloe)
    (line,) = list_notifications(cast.chloe).items
    make_comment(cast.amina, db.session.merge(post), "Venu depuis")
    handle_events()
    shown = f"/notifications/{line.id}?up_to={line.latest_id}"
    assert chloe.get(shown).status_code == 303
    assert count_unread(cast.chloe) == 1
    for path in (f"/notifications/{line.id}?up_to=x", f"/notifications/{line.id}"):
        assert chloe.get(path).status_code == 303
        assert count_unread(cast.chloe) == 0

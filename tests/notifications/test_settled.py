"""What waited and was settled by somebody else leaves the bell of every moderator at once."""

import re
from collections.abc import Callable

import pytest

from grandequipe.core.events.models import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import approve_post, refuse_post, remove_post
from grandequipe.groups.services import answer_request, join_group, leave_group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]
NUMBER = re.compile(r"data-bell-count( hidden)?><span>(\d+)")

REQUESTS = {
    "accepted": lambda cast: answer_request(cast.amina, cast.private, cast.driss, accept=True),
    "refused": lambda cast: answer_request(cast.amina, cast.private, cast.driss, accept=False),
    "taken back": lambda cast: leave_group(cast.driss, cast.private),
}
POSTS = {
    "approved": lambda cast, post: approve_post(cast.amina, post, post.text_version),
    "refused": lambda cast, post: refuse_post(cast.amina, post, "Hors sujet."),
    "withdrawn": lambda cast, post: remove_post(cast.chloe, post),
}


def unread_on(visitor: Visitor) -> int:
    """Read the number that a home page shows beside its bell."""
    found = NUMBER.search(visitor.get("/").text)
    assert found is not None
    return int(found[2])


def assert_a_kept_home_follows(bruno: Visitor, settle: Callable[[], None]) -> None:
    """Have Bruno's home kept in memory, then let somebody else settle what waits for him."""
    for _ in range(3):
        assert unread_on(bruno) == 1
    with atomic():
        settle()
    assert unread_on(bruno) == 0


@pytest.mark.parametrize("how", REQUESTS)
def test_a_request_that_was_settled(
    cast: Cast, handle_events: Callable[[], None], browser: Open, how: str
) -> None:
    with atomic():
        join_group(cast.driss, cast.private)
    handle_events()
    assert_a_kept_home_follows(browser(cast.bruno), lambda: REQUESTS[how](cast))
    handle_events()
    assert count_unread(cast.bruno) == 0


@pytest.mark.parametrize("how", POSTS)
def test_a_post_that_was_settled(
    cast: Cast, handle_events: Callable[[], None], browser: Open, how: str
) -> None:
    post = make_post(cast.chloe, cast.moderated)
    handle_events()
    assert_a_kept_home_follows(browser(cast.bruno), lambda: POSTS[how](cast, post))
    events = db.session.query(EventRecord).filter_by(kind="waiting.settled")
    assert {event_record.stream_id for event_record in events} == {
        cast.amina.stream_id,
        cast.bruno.stream_id,
    }


def test_every_page_of_a_group_counts_the_same(cast: Cast, browser: Open) -> None:
    make_post(cast.chloe, cast.moderated)
    pages = ("", "/membres", "/moderation", "/notifications", "/reglages")
    amina, path = browser(cast.amina), "/groupes/petites-annonces"
    counts = {page: counted_on(amina.get(f"{path}{page}").text) for page in pages}
    assert set(counts.values()) == {"1"}, counts


def counted_on(text: str) -> str | None:
    """Read the number on the tab, not on other links that lead there."""
    tabs = text[text.index('class="tabs"') :]
    tab = tabs[tabs.index("petites-annonces/moderation") :]
    found = re.search(r'class="count">(\d+)', tab[: tab.index("</a>")])
    return found[1] if found else None

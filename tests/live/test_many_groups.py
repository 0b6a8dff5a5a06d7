"""D5: a member of so many groups that their cursor is longer than an address may be catches up."""

from collections.abc import Callable

import pytest
import requests
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import insert

from grandequipe.core import clock
from grandequipe.core.events import Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState
from grandequipe.groups.queries import list_streams_of
from grandequipe.live.changes import make_cursor
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from tests.chromium import OpenWindow
from tests.ears import cookie_of
from tests.factories import Cast, make_post
from tests.site import Site

MANY = 170
PATIENCE = 20
IN_BROWSER = PATIENCE * 1000
LONGEST_ADDRESS = 4094  # gunicorn's own limit; proxies have others


@pytest.fixture
def busy(cast: Cast) -> Member:
    """Give a member of 170 groups, in each of which a million things happened."""
    now, names = clock.now(), range(MANY)
    with atomic():
        streams = db.session.scalars(
            insert(Stream).returning(Stream.id), [{"last_position": 1_000_000} for _n in names]
        ).all()
        groups = db.session.scalars(
            insert(Group).returning(Group.id),
            [
                {"slug": f"g-{n}", "name": f"Groupe {n}", "created_at": now, "stream_id": id}
                for n, id in zip(names, streams, strict=True)
            ],
        ).all()
        belonging = {"member_id": cast.chloe.id, "state": MembershipState.ACTIVE, "since": now}
        db.session.execute(insert(Membership), [{**belonging, "group_id": id} for id in groups])
    return cast.chloe


def cursor_of(member: Member) -> str:
    """Say where a member stands now."""
    cursor = make_cursor(list_streams_of(member))
    db.session.rollback()
    return cursor


@pytest.mark.slow
def test_a_long_cursor_goes_by_post_with_a_token_and_with_a_page_s_cookie(
    busy: Member, cast: Cast, site: Site, browser: Callable[[Member], FlaskClient]
) -> None:
    cursor = cursor_of(busy)
    assert len(cursor) > LONGEST_ADDRESS
    post = make_post(cast.bruno, cast.ess)
    with atomic():
        token = create_token(busy, "robot", ["read"])[0]
    address, asked = f"{site.url}/api/v1/changes", {"since": cursor, "limit": 10}
    assert requests.get(address, params=asked, timeout=PATIENCE).status_code == 414
    cookie = {"Cookie": cookie_of(browser(busy))}
    for headers in ({"Authorization": f"Bearer {token}"}, cookie):
        answer = requests.post(address, json=asked, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200
        first = answer.json()
        assert [change["subject"]["id"] for change in first["changes"]] == [post.id]
        assert len(first["streams"]) == MANY + 5
        again = {"since": first["cursor"]}
        answer = requests.post(address, json=again, headers=headers, timeout=PATIENCE)
        assert answer.json() == {**first, "changes": []}


def test_the_open_page_of_who_is_in_many_groups_catches_up(
    busy: Member, cast: Cast, open_window: OpenWindow
) -> None:
    """It says that it is offline neither at once nor for good."""
    page = open_window(busy)
    page.goto("/groupes/ess-quartiers")
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=IN_BROWSER)
    with page.expect_response("**/api/v1/changes*", timeout=IN_BROWSER) as heard:
        page.evaluate("() => { dispatchEvent(new Event('online')); }")
    assert heard.value.status == 200
    make_post(cast.bruno, cast.ess)
    bar = page.locator("[data-quiet-bar]")
    expect(bar).to_have_text("1 nouvelle publication", timeout=IN_BROWSER)


@pytest.mark.parametrize("status", [413, 414, 422])
def test_a_question_that_is_refused_for_its_length_ends_in_the_advice_to_reload(
    status: int, cast: Cast, open_window: OpenWindow
) -> None:
    """A proxy may refuse what the site takes: the page says what helps, and is not offline."""
    page = open_window(cast.chloe)
    page.goto("/groupes/ess-quartiers")
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=IN_BROWSER)
    page.route("**/api/v1/changes*", lambda route: route.fulfill(status=status))
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
    line = page.locator(".connection-bar")
    expect(line).to_contain_text("trop ancienne", timeout=IN_BROWSER)
    page.unroute("**/api/v1/changes*")
    line.get_by_role("link").click()
    expect(page.locator("html[data-connection=online]")).to_be_attached(timeout=IN_BROWSER)

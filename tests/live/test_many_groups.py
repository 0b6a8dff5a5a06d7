"""D5: a member catches up whose cursor, of many groups, is longer than a URL may be."""

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
from tests.factories import Cast, make_post
from tests.site import Site
from tests.socket_client import cookie_of

MANY = 170
PATIENCE = 20
IN_BROWSER = PATIENCE * 1000
LONGEST_ADDRESS = 4094  # gunicorn's own limit; proxies have others


@pytest.fixture
def busy_member(cast: Cast) -> Member:
    """Give a member of 170 groups, each with a million events."""
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
    """Give the present cursor of a member."""
    cursor = make_cursor(list_streams_of(member))
    db.session.rollback()
    return cursor


@pytest.mark.slow
def test_a_long_cursor_goes_by_post_with_a_token_and_with_a_page_s_cookie(
    busy_member: Member, cast: Cast, site: Site, browser: Callable[[Member], FlaskClient]
) -> None:
    cursor = cursor_of(busy_member)
    assert len(cursor) > LONGEST_ADDRESS
    post = make_post(cast.bruno, cast.ess)
    with atomic():
        token = create_token(busy_member, "robot", ["read"])[0]
    address, params = f"{site.url}/api/v1/changes", {"since": cursor, "limit": 10}
    assert requests.get(address, params=params, timeout=PATIENCE).status_code == 414
    cookie = {"Cookie": cookie_of(browser(busy_member))}
    for headers in ({"Authorization": f"Bearer {token}"}, cookie):
        answer = requests.post(address, json=params, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200
        first = answer.json()
        assert [change["subject"]["id"] for change in first["changes"]] == [post.id]
        assert len(first["streams"]) == MANY + 5
        again = {"since": first["cursor"]}
        answer = requests.post(address, json=again, headers=headers, timeout=PATIENCE)
        assert answer.json() == {**first, "changes": []}


def test_the_open_page_of_who_is_in_many_groups_catches_up(
    busy_member: Member, cast: Cast, open_window: OpenWindow
) -> None:
    """It shows itself offline neither at first nor for good."""
    page = open_window(busy_member)
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
    """A proxy may refuse what the site accepts: the page offers to reload, and is not offline."""
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

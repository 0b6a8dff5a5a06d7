"""A member's home carries an ETag: 304 while nothing on it changed, never a stale page."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post, ReactionName
from grandequipe.feed.services import add_reaction, remove_post, remove_reaction
from grandequipe.feed.services.bookmarks import add_bookmark
from grandequipe.groups.models import Role
from grandequipe.groups.services import (
    change_role,
    invite_member,
    leave_group,
    mark_seen,
    remove_member,
)
from grandequipe.members.models import Member
from grandequipe.members.services import edit_preferences
from grandequipe.notifications.services import mark_post_read
from grandequipe.web.entity_tags import headers_of
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_group, make_post
from tests.notifications.dispatching import run_pending_handlers

NONCE = re.compile(r"'nonce-([\w-]+)'")
UNREAD = re.compile(r"data-bell-count[^>]*><span>(\d+)")


def unread_in(page: TestResponse) -> int:
    """Read the number beside the bell."""
    found = UNREAD.search(page.text)
    assert found is not None
    return int(found[1])


@pytest.fixture
def chloe(cast: Cast, browser: Callable[[Member], Visitor]) -> Visitor:
    """Open a browser whose session is complete: its cookies stay as they are from now on."""
    make_post(cast.amina, cast.ess, title="Une ancienne")
    opened = browser(cast.chloe)
    opened.get("/")
    return opened


def again(browser: Visitor, page: TestResponse, path: str = "/") -> TestResponse:
    """Ask for a page as a browser does that stored it."""
    return browser.get(path, headers={"If-None-Match": page.headers["ETag"]})


def ask_twice(browser: Visitor) -> tuple[TestResponse, TestResponse]:
    """Ask for the home and for the same again, both within one minute."""
    while True:
        minute = clock.now().minute
        page = browser.get("/")
        unchanged = again(browser, page)
        if clock.now().minute == minute:
            return page, unchanged


def test_a_home_that_the_browser_holds_is_not_sent_again(chloe: Visitor) -> None:
    page, unchanged = ask_twice(chloe)
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in page.headers["Vary"]
    assert 'name="form_key"' not in page.text
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["ETag"] == page.headers["ETag"]


def test_a_tag_is_made_with_the_secret_of_the_site(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        tag = headers_of({}, (1, 1), "a shell", "a state")["ETag"]
        other = replace(app.config["SETTINGS"], secret_key="another secret of the site" * 2)
        monkeypatch.setitem(app.config, "SETTINGS", other)
        assert headers_of({}, (1, 1), "a shell", "a state")["ETag"] != tag


def test_an_unchanged_home_costs_one_short_statement(
    chloe: Visitor, count_queries: Callable[[], Any]
) -> None:
    counts = []
    for _ in range(2):
        page = chloe.get("/")
        with count_queries() as counted:
            again(chloe, page)
        counts.append(counted.count)
    assert 1 in counts


def test_the_stored_page_keeps_the_policy_that_names_its_nonce(chloe: Visitor) -> None:
    page, unchanged = ask_twice(chloe)
    nonce = NONCE.search(page.headers["Content-Security-Policy"])
    assert nonce is not None
    assert f'nonce="{nonce[1]}"' in page.text
    assert "Content-Security-Policy" not in unchanged.headers


@pytest.mark.parametrize(
    "change",
    [
        lambda cast, post: make_post(cast.amina, cast.private, title="Une nouvelle"),
        lambda cast, post: make_comment(cast.amina, post),
        lambda cast, post: add_reaction(cast.bruno, post, ReactionName.USEFUL),
        lambda cast, post: remove_post(cast.amina, post),
        lambda cast, post: mark_seen(cast.chloe, cast.ess),
        lambda cast, post: leave_group(cast.chloe, cast.private),
        lambda cast, post: remove_member(cast.amina, cast.ess, cast.chloe),
        lambda cast, post: invite_member(cast.bruno, make_group(cast.bruno, "Vide"), cast.chloe),
        lambda cast, post: change_role(cast.amina, cast.ess, cast.chloe, Role.MODERATOR),
        lambda cast, post: edit_preferences(cast.chloe, "en", "Indian/Reunion"),
        lambda cast, post: add_bookmark(cast.chloe, post),
    ],
    ids=[
        *("post", "comment", "reaction", "removal", "visit", "leaving", "exclusion"),
        *("invitation", "role", "language", "bookmark"),
    ],
)
def test_a_change_of_what_it_shows_is_in_the_next_answer(
    cast: Cast, chloe: Visitor, change: Callable[[Cast, Post], None]
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = chloe.get("/")
    with atomic():
        change(cast, post)
    answer = again(chloe, page)
    assert answer.status_code == 200
    assert answer.headers["ETag"] != page.headers["ETag"]


def test_a_notification_and_its_reading_are_in_the_next_answer(cast: Cast, chloe: Visitor) -> None:
    post = make_post(cast.chloe, cast.ess)
    make_comment(cast.amina, post)
    page = chloe.get("/")
    run_pending_handlers()
    notified = again(chloe, page)
    assert unread_in(notified) == 1
    with atomic():
        mark_post_read(cast.chloe, post.id, 2**40)
    assert unread_in(again(chloe, notified)) == 0


def test_reactions_that_even_out_are_in_the_next_answer(cast: Cast, chloe: Visitor) -> None:
    """Two like it as before, but one of them is another."""
    post = make_post(cast.amina, cast.ess)
    with atomic():
        add_reaction(cast.chloe, post, ReactionName.USEFUL)
    page = chloe.get("/")
    assert 'name="take_back" value="useful"' in page.text
    with atomic():
        remove_reaction(cast.chloe, post, ReactionName.USEFUL)
        add_reaction(cast.bruno, post, ReactionName.USEFUL)
    answer = again(chloe, page)
    assert 'name="take_back"' not in answer.text
    assert 'name="add" value="useful"' in answer.text


def test_a_reaction_by_a_plain_form_is_on_the_page_that_its_sender_comes_back_to(
    cast: Cast, chloe: Visitor
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = chloe.get("/")
    chloe.send(f"/publications/{post.id}/reactions", {"add": "useful"})
    assert 'name="take_back" value="useful"' in again(chloe, page).text


def test_a_message_is_shown_once(cast: Cast, chloe: Visitor) -> None:
    page = chloe.get("/")
    chloe.send("/groupes/comite-de-pilotage/quitter")
    answer = again(chloe, page)
    assert "data-flashes" in answer.text
    assert "data-flashes" not in again(chloe, answer).text


def test_a_member_who_was_removed_reads_no_more_of_the_group(cast: Cast, chloe: Visitor) -> None:
    make_post(cast.amina, cast.private, title="Entre nous")
    page = chloe.get("/")
    assert "Entre nous" in page.text
    with atomic():
        remove_member(cast.amina, cast.private, cast.chloe)
    assert "Entre nous" not in again(chloe, page).text


def test_a_tag_is_worth_nothing_to_others(
    cast: Cast, chloe: Visitor, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    page = chloe.get("/")
    for other in (browser(cast.bruno), browser(cast.chloe), visitor):
        assert again(other, page).status_code == 200


@pytest.mark.parametrize(("name", "value"), [("fs_uniquifier", "another key"), ("active", False)])
def test_an_ended_session_gets_the_visitor_s_page(
    cast: Cast, chloe: Visitor, name: str, value: object
) -> None:
    page = chloe.get("/")
    with atomic():
        setattr(cast.chloe, name, value)
    answer = again(chloe, page)
    assert answer.status_code == 200
    assert "Chloé Dumas" not in answer.text


def test_a_part_of_the_page_is_not_taken_for_the_page(chloe: Visitor) -> None:
    tag = chloe.get("/").headers["ETag"]
    part = chloe.get("/", headers={"If-None-Match": tag, "HX-Request": "true"})
    assert part.status_code == 200
    assert "ETag" not in part.headers


def test_a_form_of_a_stored_page_can_be_sent(cast: Cast, chloe: Visitor) -> None:
    page = chloe.get("/")
    post = db.session.scalars(db.text("SELECT id FROM post")).one()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    again(chloe, page)
    form = {"csrf_token": found[1], "add": "useful"}
    answer = chloe.post(f"/publications/{post}/reactions", data=form)
    assert answer.status_code in {200, 303}


def test_a_log_out_clears_what_the_browser_stored(chloe: Visitor) -> None:
    answer = chloe.send("/deconnexion")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_tag_that_nobody_was_given_is_no_tag(chloe: Visitor) -> None:
    wrong = f'W/"{"9" * 18}-1-{"0" * 32}-{".".join(["9" * 18] * 100)}"'
    for tag in ('W/"1-1-0"', wrong, "*", 'W/"1-1-', f'"{"0" * 32}"'):
        assert chloe.get("/", headers={"If-None-Match": tag}).status_code == 200

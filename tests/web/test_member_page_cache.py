"""A member's home comes from memory, is never older than the request, and is nobody else's."""

import re
from typing import Any

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import add_reaction, remove_post
from grandequipe.groups.services import leave_group, mark_seen, remove_member
from grandequipe.members.services import edit_preferences
from tests.factories import make_comment, make_post

NONCE = re.compile(r"'nonce-([\w-]+)'")


@pytest.fixture
def chloe(cast: Any, browser: Any) -> Any:
    """Open a browser whose home has been asked for twice: from now on it can be kept."""
    make_post(cast.amina, cast.ess, title="Une ancienne")
    opened = browser(cast.chloe)
    opened.get("/")
    opened.get("/")
    return opened


def is_kept(browser: Any, count_queries: Any) -> bool:
    """Tell whether the next answer comes from memory."""
    with count_queries() as counted:
        assert browser.get("/").status_code == 200
    return bool(counted.count == 1)


def test_an_unchanged_home_costs_one_short_statement(chloe, count_queries) -> None:
    chloe.get("/")
    assert is_kept(chloe, count_queries)


@pytest.mark.parametrize(
    "change",
    [
        lambda cast, post: make_post(cast.amina, cast.private, title="Une nouvelle"),
        lambda cast, post: make_comment(cast.amina, post),
        lambda cast, post: add_reaction(cast.chloe, post, ReactionName.USEFUL),
        lambda cast, post: remove_post(cast.amina, post),
        lambda cast, post: mark_seen(cast.chloe, cast.ess),
        lambda cast, post: leave_group(cast.chloe, cast.private),
        lambda cast, post: remove_member(cast.amina, cast.ess, cast.chloe),
        lambda cast, post: edit_preferences(cast.chloe, "en", "Indian/Reunion"),
    ],
    ids=["post", "comment", "reaction", "removal", "visit", "leaving", "exclusion", "language"],
)
def test_whatever_it_shows_changes_the_next_answer(cast, chloe, count_queries, change) -> None:
    chloe.get("/")
    post = make_post(cast.amina, cast.ess)
    chloe.get("/")
    with atomic():
        change(cast, post)
    assert not is_kept(chloe, count_queries)


def test_who_left_reads_no_more_of_the_group(cast, chloe) -> None:
    make_post(cast.amina, cast.private, title="Entre nous")
    assert "Entre nous" in chloe.get("/").text
    with atomic():
        remove_member(cast.amina, cast.private, cast.chloe)
    assert "Entre nous" not in chloe.get("/").text


def test_a_home_is_given_to_its_member_only(cast, chloe, browser, visitor) -> None:
    other = browser(cast.bruno)
    for _ in range(3):
        assert "Chloé Dumas" in chloe.get("/").text
        assert "Chloé Dumas" not in other.get("/").text
        assert "Chloé Dumas" not in visitor.get("/").text


def test_an_ended_session_gets_no_kept_page(cast, chloe) -> None:
    chloe.get("/")
    with atomic():
        cast.chloe.fs_uniquifier = "another key"
    assert "Chloé Dumas" not in chloe.get("/").text


def test_a_closed_account_gets_no_kept_page(cast, chloe) -> None:
    chloe.get("/")
    with atomic():
        cast.chloe.active = False
    assert "Chloé Dumas" not in chloe.get("/").text


def test_each_answer_has_a_nonce_of_its_own(chloe) -> None:
    answers = [chloe.get("/") for _ in range(3)]
    nonces = [NONCE.search(each.headers["Content-Security-Policy"])[1] for each in answers]
    assert len(set(nonces)) == 3
    for nonce, answer in zip(nonces, answers, strict=True):
        assert f'nonce="{nonce}"' in answer.text


def test_a_form_of_a_kept_page_can_be_sent(cast, chloe) -> None:
    chloe.get("/")
    post = db.session.scalars(db.text("SELECT id FROM post")).one()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', chloe.get("/").text)
    assert found is not None
    form = {"csrf_token": found[1], "add": "useful"}
    answer = chloe.post(f"/publications/{post}/reactions", data=form)
    assert answer.status_code in {200, 303}


def test_a_kind_has_a_page_of_its_own(cast, chloe) -> None:
    for _ in range(2):
        assert "Une ancienne" in chloe.get("/").text
        assert "Une ancienne" not in chloe.get("/?kind=webinaire").text

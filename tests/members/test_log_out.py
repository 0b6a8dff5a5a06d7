"""Logging out ends that log-in for everyone who holds a copy of its cookies, and no other one."""

from datetime import timedelta
from typing import Any

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import BrowserSession, Member
from grandequipe.members.services import purge_browser_sessions
from tests.conftest import Visitor
from tests.factories import PASSWORD, make_member_with_password

A_YEAR = timedelta(days=366)


@pytest.fixture
def alice(app: object) -> Member:
    return make_member_with_password("Alice Martin")


@pytest.fixture
def phone(app: Any, alice: Member) -> Visitor:
    """Open a browser in which Alice logged in on the page, to be remembered."""
    return log_in(app.test_client())


def log_in(browser: Visitor) -> Visitor:
    form = {"email": "alice@example.org", "password": PASSWORD, "remember": "y"}
    assert browser.send("/connexion", form).status_code == 302
    return browser


def copy_of(browser: Visitor, *names: str) -> Visitor:
    """Steal cookies: open another browser that holds the same."""
    thief: Visitor = browser.application.test_client()  # type: ignore[assignment]
    for name in names:
        cookie = browser.get_cookie(name)
        assert cookie is not None
        thief.set_cookie(name, cookie.value)
    return thief


def is_in(browser: Visitor) -> bool:
    return browser.get("/reglages").status_code == 200


@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_a_copied_cookie_is_worth_nothing_after_the_log_out(phone: Visitor, name: str) -> None:
    thief = copy_of(phone, name)
    assert is_in(thief)
    assert phone.send("/deconnexion").location == "/"
    assert not is_in(thief)
    assert not is_in(copy_of(thief, "session"))


def test_other_devices_stay_logged_in(app: Any, phone: Visitor) -> None:
    laptop = log_in(app.test_client())
    phone.send("/deconnexion")
    assert is_in(laptop)
    assert is_in(copy_of(laptop, "remember_token"))


def test_a_kept_home_page_is_not_given_to_a_copied_cookie(phone: Visitor) -> None:
    thief = copy_of(phone, "session", "remember_token")
    for _ in range(3):
        assert "Alice Martin" in thief.get("/").text
    phone.send("/deconnexion")
    assert "Alice Martin" not in thief.get("/").text


def test_a_copied_cookie_calls_no_api(phone: Visitor) -> None:
    thief = copy_of(phone, "session")
    assert thief.get("/api/v1/me").status_code == 200
    phone.send("/deconnexion")
    assert thief.get("/api/v1/me").status_code == 401


def test_only_the_hash_of_a_key_is_kept(phone: Visitor) -> None:
    with phone.session_transaction() as kept:
        key = str(kept["_user_id"])
    row = db.session.scalars(db.select(BrowserSession)).one()
    assert key.encode() not in row.digest
    assert row.uniquifier != key


def test_a_log_in_lasts_a_year_at_most(phone: Visitor) -> None:
    with atomic():
        db.session.scalars(db.select(BrowserSession)).one().began_at -= A_YEAR
    assert not is_in(phone)


def test_a_closed_account_is_out_at_once(phone: Visitor, alice: Member) -> None:
    with atomic():
        alice.active = False
    assert not is_in(phone)


def test_rows_that_open_nothing_any_more_are_purged(app: Any, phone: Visitor) -> None:
    laptop = log_in(app.test_client())
    old, young = db.session.scalars(db.select(BrowserSession).order_by(BrowserSession.id))
    with atomic():
        old.began_at = clock.now() - A_YEAR
    with atomic():
        purge_browser_sessions()
    assert db.session.scalars(db.select(BrowserSession)).all() == [young]
    assert is_in(laptop)

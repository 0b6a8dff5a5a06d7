"""Choosing the digest, and seeing what would stand in it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Browser = Callable[[Member], Visitor]


def subscription_of(member: Member) -> DigestSubscription:
    db.session.rollback()
    return db.session.get_one(DigestSubscription, member.id)


def test_a_member_chooses_the_day_and_the_hour(
    cast: Cast, monday: datetime, browser: Browser
) -> None:
    chloe = browser(cast.chloe)
    assert chloe.get("/reglages/lettre").status_code == 200
    answer = chloe.send("/reglages/lettre", {"frequency": "monthly", "weekday": "3", "hour": "18"})
    assert answer.status_code == 303
    chosen = subscription_of(cast.chloe)
    assert (chosen.frequency, chosen.weekday, chosen.hour) == (Frequency.MONTHLY, 3, 18)
    page = chloe.get("/reglages/lettre").text
    assert '<a href="/reglages/profil">' in page
    assert 'value="monthly" checked' in page
    assert "18\u00a0h" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "hourly", "weekday": "0", "hour": "8"},
        {"frequency": "weekly", "weekday": "7", "hour": "8"},
        {"frequency": "weekly", "weekday": "0", "hour": "24"},
        {"frequency": "weekly", "weekday": "x", "hour": ""},
        {},
    ],
)
def test_a_wrong_choice_is_refused(
    cast: Cast, monday: datetime, browser: Browser, wrong: dict[str, str]
) -> None:
    assert browser(cast.chloe).send("/reglages/lettre", wrong).status_code == 422
    assert subscription_of(cast.chloe).frequency is Frequency.WEEKLY


def test_the_preview_shows_the_digest_of_now_and_moves_nothing(
    cast: Cast, monday: datetime, browser: Browser
) -> None:
    make_post(cast.amina, cast.ess, title="Une avant-première")
    chloe = browser(cast.chloe)
    for _again in range(2):
        assert "ESS Quartiers" in chloe.get("/reglages/lettre/apercu").text
        mail = chloe.get("/reglages/lettre/apercu/lettre")
        assert "Une avant-première" in mail.text
        assert "sandbox" in mail.headers["Content-Security-Policy"]
        assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_looking_at_a_preview_subscribes_nobody(cast: Cast, browser: Browser) -> None:
    make_post(cast.amina, cast.ess, title="Une avant-première")
    mail = browser(cast.chloe).get("/reglages/lettre/apercu/lettre")
    assert "Une avant-première" in mail.text
    assert db.session.get(DigestSubscription, cast.chloe.id) is None


def test_the_preview_of_nothing_says_so(cast: Cast, browser: Browser) -> None:
    driss = browser(cast.driss)
    assert 'class="empty"' in driss.get("/reglages/lettre/apercu").text
    assert driss.get("/reglages/lettre/apercu/lettre").status_code == 303


def test_a_visitor_has_no_digest_to_choose(visitor: Visitor) -> None:
    for path in ("/reglages/lettre", "/reglages/lettre/apercu", "/reglages/lettre/apercu/lettre"):
        assert visitor.get(path).status_code == 303

"""Choosing the letter, and leaving it with one click."""

from collections.abc import Callable
from datetime import datetime

import pytest

from grandequipe.digests.models import DigestSubscription, Frequency
from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Browser = Callable[[Member], Visitor]
ENGLISH = {"Accept-Language": "en"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def subscription_of(member: Member) -> DigestSubscription:
    db.session.rollback()
    return db.session.get_one(DigestSubscription, member.id)


def way_out(member: Member) -> str:
    return f"/lettre/desabonnement/{subscription_of(member).unsubscribe_key}"


def test_looking_at_the_way_out_changes_nothing(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    page = visitor.get(way_out(cast.chloe), headers=ENGLISH)
    assert page.status_code == 200
    assert 'value="One-Click"' in page.text
    assert subscription_of(cast.chloe).frequency is Frequency.WEEKLY


def test_one_click_from_a_mail_program_stops_the_letter(
    cast: Cast, monday: datetime, visitor: Visitor
) -> None:
    key = subscription_of(cast.chloe).unsubscribe_key
    answer = visitor.post(way_out(cast.chloe), data=ONE_CLICK)
    assert answer.status_code == 200
    stopped = subscription_of(cast.chloe)
    assert (stopped.frequency, stopped.next_due_at) == (Frequency.NEVER, None)
    assert stopped.unsubscribe_key == key
    assert visitor.post(way_out(cast.chloe), data=ONE_CLICK).status_code == 200
    assert subscription_of(cast.bruno).frequency is Frequency.WEEKLY


def test_the_page_after_it_takes_it_back(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    page = visitor.post(way_out(cast.chloe), data=ONE_CLICK)
    assert 'name="again" value="weekly"' in page.text
    assert visitor.post(way_out(cast.chloe), data={"again": "weekly"}).status_code == 200
    again = subscription_of(cast.chloe)
    assert again.frequency is Frequency.WEEKLY
    assert again.next_due_at is not None


def test_its_title_says_how_far_one_is(cast: Cast, monday: datetime, visitor: Visitor) -> None:
    address = way_out(cast.chloe)
    pages = [
        visitor.get(address),
        visitor.post(address, data=ONE_CLICK),
        visitor.get(address),
        visitor.post(address, data={"again": "weekly"}),
    ]
    assert [page.text.split("<title>")[1].split(" –")[0] for page in pages] == [
        "Ne plus recevoir de lettre\u202f?",
        "Vous ne recevrez plus de lettre",
        "Vous ne recevez pas de lettre",
        "Votre lettre revient",
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_way_out_is_not_there(visitor: Visitor, method: str) -> None:
    assert getattr(visitor, method)("/lettre/desabonnement/inconnue").status_code == 404


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


def test_the_preview_shows_the_letter_of_now_and_moves_nothing(
    cast: Cast, monday: datetime, browser: Browser
) -> None:
    make_post(cast.amina, cast.ess, title="Une avant-première")
    chloe = browser(cast.chloe)
    for _again in range(2):
        assert "ESS Quartiers" in chloe.get("/reglages/lettre/apercu").text
        letter = chloe.get("/reglages/lettre/apercu/lettre")
        assert "Une avant-première" in letter.text
        assert "sandbox" in letter.headers["Content-Security-Policy"]
        assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_looking_at_a_preview_subscribes_nobody(cast: Cast, browser: Browser) -> None:
    make_post(cast.amina, cast.ess, title="Une avant-première")
    letter = browser(cast.chloe).get("/reglages/lettre/apercu/lettre")
    assert "Une avant-première" in letter.text
    assert db.session.get(DigestSubscription, cast.chloe.id) is None


def test_the_preview_of_nothing_says_so(cast: Cast, browser: Browser) -> None:
    driss = browser(cast.driss)
    assert 'class="empty"' in driss.get("/reglages/lettre/apercu").text
    assert driss.get("/reglages/lettre/apercu/lettre").status_code == 303


def test_a_visitor_has_no_letter_to_choose(visitor: Visitor) -> None:
    for path in ("/reglages/lettre", "/reglages/lettre/apercu", "/reglages/lettre/apercu/lettre"):
        assert visitor.get(path).status_code == 303

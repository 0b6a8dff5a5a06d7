"""What administrators announce: whom it reaches, where, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from grandequipe.announcements.models import Announcement, AnnouncementInput
from grandequipe.announcements.services import publish_announcement, withdraw_announcement
from grandequipe.core import clock
from grandequipe.core.errors import Invalid, Refused
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import follow
from grandequipe.members.models import Member, Organisation
from grandequipe.notifications.queries import count_unread, list_notifications
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.services import load_territories
from tests.conftest import Visitor
from tests.digests.conftest import A_WEEK, monday as monday, send as send
from tests.digests.mail_server import MailServer
from tests.digests.test_contents import Send, digest_of, text_to
from tests.factories import Cast, make_post
from tests.notifications.conftest import handle_events as handle_events

Browser = Callable[[Member], Visitor]
TITLE = "Le site change d’adresse"


def lines_to(sink: MailServer, member: Member) -> str:
    return text_to(sink, member).replace("\r\n", "\n")


def announce(cast: Cast, **values: Any) -> Announcement:
    ends_at = clock.now() + timedelta(days=30)
    given: dict[str, Any] = {
        "title": TITLE,
        "text": "Le 3 mars.\n\nÀ bientôt.",
        "ends_at": ends_at,
        **values,
    }
    with atomic():
        return publish_announcement(cast.farid, AnnouncementInput(**given))


@pytest.fixture
def in_bagnolet(cast: Cast) -> Territory:
    """Put Chloé's organisation in Bagnolet, and have Driss follow it; give the département."""
    with atomic():
        load_territories(
            [
                ("R11", "region", "Île-de-France", None, "11"),
                ("D93", "department", "Seine-Saint-Denis", "R11", "93"),
                ("C93006", "municipality", "Bagnolet", "D93", "93170"),
            ]
        )
    with atomic():
        bagnolet = db.session.get_one(Territory, "C93006")
        cast.chloe.organisation = Organisation(name="Centre social", territory=bagnolet)
        follow(cast.driss, bagnolet)
    return db.session.get_one(Territory, "D93")


def test_a_banner_stands_on_pages_until_its_end_or_until_it_is_closed(
    cast: Cast, browser: Browser, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcement = announce(cast)
    amina, bruno = browser(cast.amina), browser(cast.bruno)
    assert TITLE in amina.get("/").text
    assert TITLE not in visitor.get("/").text
    closed = amina.send(f"/annonces/{announcement.id}/fermer", {"next": "/aide"})
    assert closed.location == "/aide"
    assert TITLE not in amina.get("/aide").text
    assert TITLE in amina.get("/annonces").text
    assert TITLE in bruno.get("/aide").text
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert TITLE not in bruno.get("/aide").text


def test_a_home_that_the_browser_holds_shows_a_banner_at_once(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    chloe = browser(cast.chloe)
    chloe.get("/")
    held = chloe.get("/")
    again = chloe.get("/", headers={"If-None-Match": held.headers["ETag"]})
    assert again.status_code == 304
    announcement = announce(cast, in_bell=False)
    shown = chloe.get("/", headers={"If-None-Match": held.headers["ETag"]})
    assert shown.status_code == 200
    assert TITLE in shown.text
    with atomic():
        withdraw_announcement(cast.farid, announcement)
    withdrawn = chloe.get("/", headers={"If-None-Match": shown.headers["ETag"]})
    assert withdrawn.status_code == 200
    assert TITLE not in withdrawn.text


def test_a_territorys_announcement_is_for_those_within_it(
    cast: Cast, browser: Browser, in_bagnolet: Territory, handle_events: Callable[[], None]
) -> None:
    announcement = announce(cast, territory=in_bagnolet)
    handle_events()
    for member, is_for in ((cast.chloe, True), (cast.driss, True), (cast.amina, False)):
        page = browser(member).get(f"/annonces/{announcement.id}")
        assert page.status_code == (200 if is_for else 404)
        assert (TITLE in browser(member).get("/aide").text) is is_for
        assert count_unread(member) == int(is_for)


def test_the_bell_leads_to_it_until_it_is_withdrawn(
    cast: Cast, browser: Browser, handle_events: Callable[[], None]
) -> None:
    announcement = announce(cast, in_banner=False)
    handle_events()
    line = list_notifications(cast.chloe).items[0]
    assert "Annonce" in line.sentence()
    assert TITLE in line.sentence()
    page = browser(cast.chloe)
    assert page.get(f"/notifications/{line.id}").location == f"/annonces/{announcement.id}"
    with atomic():
        withdraw_announcement(cast.farid, announcement)
    assert count_unread(cast.chloe) == 0
    assert page.get(f"/annonces/{announcement.id}").status_code == 404
    acts = [entry.act for entry in db.session.query(LogEntry).order_by(LogEntry.id)]
    assert acts == ["announcement.published", "announcement.withdrawn"]


def test_a_digest_has_it_once_and_is_made_by_news_alone(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    announcement = announce(cast, ends_at=monday + 3 * A_WEEK)
    send(monday)
    assert sink.to(cast.chloe.email) == []
    make_post(cast.amina, cast.ess)
    send(monday + A_WEEK)
    assert "LE SITE CHANGE D’ADRESSE\nLe 3 mars." in lines_to(sink, cast.chloe)
    assert digest_of(cast.chloe).contents["announcements"] == [announcement.id]
    make_post(cast.amina, cast.ess)
    send(monday + 2 * A_WEEK)
    assert "announcements" not in digest_of(cast.chloe).contents


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": "x" * 2001}, "text"),
        ({"ends_at": None}, "ends_at"),
        ({"ends_at": datetime.fromisoformat("2020-01-01T00:00+00:00")}, "ends_at"),
        ({"ends_at": datetime.fromisoformat("2099-01-01T00:00+00:00")}, "ends_at"),
        ({"in_banner": False, "in_bell": False, "in_digest": False}, "in_banner"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(
    app: Flask, cast: Cast, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        announce(cast, **values)
    assert list(refused.value.errors) == [field]


def test_only_administrators_announce(cast: Cast) -> None:
    given = AnnouncementInput(TITLE, "", clock.now() + timedelta(days=1))
    with pytest.raises(Refused), atomic():
        publish_announcement(cast.amina, given)

"""What pages about webinars say and offer, and to whom."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import Registration
from grandequipe.webinars.services.links import sign_registration
from tests.conftest import Visitor
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register
from tests.webinars.mailing import register_visitor
from tests.webinars.test_registering import page_of

Browser = Callable[[Member], Visitor]
DAYS = timedelta(days=1)


def test_a_visitor_registers_for_the_webinar_with_an_email_address(
    make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    page = visitor.get(page_of(make_webinar())).text
    assert page.count("S’inscrire au webinaire") >= 3
    assert "Votre adresse e-mail" in page


def test_the_page_of_a_registration_adds_the_webinar_to_a_calendar(
    cast: Cast, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    public, private = make_webinar(), make_webinar(group=cast.private)
    for registration, has_file in (
        (register_visitor(public, "Nadia Ferrand", "Europe/Paris"), True),
        (register(cast.chloe, private), False),
    ):
        page = visitor.get(f"/inscriptions/{sign_registration(registration)}").text
        assert "calendar.google.com" in page
        # The file is where one logs in first.
        assert (f"/publications/{registration.post_id}.ics" in page) is has_file
    with atomic():
        services.cancel_webinar(cast.amina, public)
    own = db.session.query(Registration).filter_by(post_id=public.id).one()
    assert "calendar.google.com" not in visitor.get(f"/inscriptions/{sign_registration(own)}").text


def test_the_calendar_stands_right_below_the_registrations(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    webinar = make_webinar(title="Un webinaire", body_html="<p>Le corps du texte</p>")
    page = browser(cast.chloe).get(f"/publications/{webinar.id}", follow_redirects=True).text
    assert page.count("Ajouter à mon agenda") == 1
    order = [page.index(each) for each in ('id="registration"', "Ajouter à mon agenda")]
    assert order == sorted(order)
    assert order[1] < page.index("<p>Le corps du texte")


def test_attendance_is_ticked_once_the_room_opens(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    amina = browser(cast.amina)
    for starts_in, opens in ((timedelta(hours=2), False), (timedelta(minutes=5), True)):
        webinar = make_webinar(starts_at=clock.now() + starts_in)
        registration = register(cast.chloe, webinar)
        path = f"/publications/{webinar.id}/presences"
        page = amina.get(path).text
        assert ("A participé" in page) is opens
        ticked = amina.send(f"{path}/{registration.id}", {"attended": "1"})
        assert ticked.status_code == (303 if opens else 409)


def test_the_list_of_attendance_has_e_with_an_accent_beside_e(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    webinar = make_webinar()
    names = ["Émile Zorn", "Fanny Roux", "Zoé Lang", "Eva Braque", "Alix Petit"]
    for number, name in enumerate(names):
        email = f"personne{number}@example.net"
        register_visitor(webinar, name, "Europe/Paris", email=email, email_key=email)
    path = f"/publications/{webinar.id}/presences"
    page = browser(cast.amina).get(path).text
    assert sorted(names, key=page.index) == [
        "Alix Petit", "Émile Zorn", "Eva Braque", "Fanny Roux", "Zoé Lang"
    ]  # fmt: skip
    assert "Émile Zorn" in browser(cast.amina).get(f"{path}?q=emi").text


def test_the_page_of_a_cancelled_webinar_is_headed_by_what_it_does(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    webinar = make_webinar(title="Bilan")
    with atomic():
        services.cancel_webinar(cast.amina, webinar)
    page = browser(cast.amina).get(f"/publications/{webinar.id}/annuler").text
    [heading] = re.findall("<h1>(.*?)</h1>", page)
    assert "Rétablir" in heading
    assert "Bilan" in heading


def test_a_webinar_of_several_days_stands_on_each_of_them(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    starts_at = datetime(2027, 1, 30, 13, tzinfo=UTC)
    make_webinar(title="Rencontres", starts_at=starts_at, ends_at=starts_at + 3 * DAYS)
    make_webinar(title="Minuit", starts_at=starts_at, ends_at=starts_at + timedelta(hours=10))
    chloe = browser(cast.chloe)
    # January ends on a Sunday, February begins on a Monday; at midnight "Minuit" is over.
    for month, continued, midnights in (("2027-01", 1, 1), ("2027-02", 2, 0)):
        table = chloe.get(f"/agenda?vue=mois&mois={month}").text
        assert table.count("<span>Rencontres</span>") == 2
        assert table.count("suite") == continued
        assert table.count("<span>Minuit</span>") == midnights
    second = chloe.get("/agenda?jour=2027-02-01").text
    assert "Rencontres" in second
    assert "samedi 30 janvier" in second
    assert "Minuit" not in second
    assert "Rencontres" not in chloe.get("/agenda?jour=2027-02-03").text

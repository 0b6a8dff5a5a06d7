"""Visitors register by an address: nothing of a person changes before that person confirms it."""

from collections.abc import Callable
from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import (
    AttendedBy,
    CancelledBecause,
    Registration,
    RegistrationState,
    VisitorInput,
)
from grandequipe.webinars.services.attendance import note_attendance
from grandequipe.webinars.services.links import sign_registration
from tests.conftest import Visitor
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register, states_of
from tests.webinars.mailing import register_visitor
from tests.webinars.test_registering import links_in_mails, page_of

Browser = Callable[[Member], Visitor]
NADIA = {"mode": "seat", "name": "Nadia Ferrand", "email": "nadia@ferrand.example"}
STRANGER = {**NADIA, "name": "Un plaisantin", "mode": "replay"}
GOING, CANCELLED = RegistrationState.GOING, RegistrationState.CANCELLED


def rows_of(webinar: Webinar) -> list[tuple[str | None, RegistrationState]]:
    """Read the names and states of a webinar's registrations, in their order."""
    db.session.expire_all()
    rows = db.session.query(Registration).filter_by(post_id=webinar.id).order_by("id")
    return [(each.name, each.state) for each in rows]


def test_a_stranger_changes_nothing_of_what_somebody_asked_for_before(
    cast: Cast, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    webinar = make_webinar()
    visitor.send(page_of(webinar), NADIA)
    visitor.send(page_of(webinar), STRANGER)
    first, second = links_in_mails("confirm")
    assert "Nadia Ferrand" in visitor.get(first).text
    assert "Un plaisantin" in visitor.get(second).text
    visitor.send(f"{first}/confirmer")
    assert ("Nadia Ferrand", GOING) in rows_of(webinar)
    # The other request, once confirmed, leads to the registration that holds.
    visitor.send(f"{second}/confirmer")
    visitor.send(f"{second}/confirmer")
    assert [state for _name, state in rows_of(webinar)].count(GOING) == 1
    with clock.travel(clock.now() + timedelta(days=3)), atomic():
        services.forget_unconfirmed()
    assert rows_of(webinar) == [("Nadia Ferrand", GOING)]


def test_a_visitor_stops_the_mails_of_a_webinar_that_is_over(
    make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    now = clock.now()
    with clock.travel(now - timedelta(days=3)):
        webinar = make_webinar(starts_at=now - timedelta(hours=3), venue="12 rue des Lilas")
        nadia = register_visitor(webinar, "Nadia F.", "Europe/Paris")
    page = f"/inscriptions/{sign_registration(nadia)}"
    shown = visitor.get(page).text
    assert "Ne plus recevoir d’e-mails sur ce webinaire" in shown
    # Neither is there a place for anybody else any more, nor a way to it.
    assert "Votre place ira à quelqu’un d’autre" not in shown
    assert "12 rue des Lilas" not in shown
    visitor.send(f"{page}/annuler")
    assert rows_of(webinar) == [("Nadia F.", CANCELLED)]


def test_a_stranger_changes_nothing_of_a_cancelled_registration_that_attended(
    cast: Cast, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    webinar = make_webinar()
    nadia = register_visitor(webinar, "Nadia Ferrand", "Europe/Paris")
    with atomic():
        note_attendance(nadia, AttendedBy.CODE)
        services.cancel_registration(nadia, CancelledBecause.BY_PERSON)
    visitor.send(page_of(webinar), {**STRANGER, "email": nadia.email})
    assert ("Nadia Ferrand", CANCELLED) in rows_of(webinar)
    with clock.travel(clock.now() + timedelta(days=3)), atomic():
        services.forget_unconfirmed()
    assert rows_of(webinar) == [("Nadia Ferrand", CANCELLED)]
    # Confirmed in time, it takes the place of the cancelled one, and the attendance stays.
    visitor.send(page_of(webinar), {**NADIA, "name": "Nadia F.", "email": nadia.email})
    asked = db.session.query(Registration).filter_by(state=RegistrationState.UNCONFIRMED).one()
    visitor.send(f"/inscriptions/{sign_registration(asked)}/confirmer")
    assert rows_of(webinar) == [("Nadia F.", GOING)]
    assert db.session.query(Registration).one().attended_by is AttendedBy.CODE


def test_a_member_who_confirms_anew_keeps_the_attendance(
    cast: Cast, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    webinar = make_webinar()
    own = register(cast.chloe, webinar)
    with atomic():
        note_attendance(own, AttendedBy.ROOM)
        services.cancel_registration(own, CancelledBecause.BY_PERSON)
    visitor.send(page_of(webinar), {**NADIA, "email": cast.chloe.email})
    visitor.send(f"{links_in_mails('confirm')[-1]}/confirmer")
    assert states_of(webinar) == {"Chloé": GOING}
    assert db.session.query(Registration).one().attended_by is AttendedBy.ROOM


def test_who_types_an_address_everywhere_fills_no_mailbox(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    typed = VisitorInput(name="Nadia Ferrand", email="nadia@example.net")
    for _webinar in range(8):
        webinar = make_webinar()
        register_visitor(webinar, "Nadia Ferrand", "Europe/Paris")
        with atomic():
            services.register_visitor(webinar, typed)
    for _time in range(8):
        webinar = make_webinar()
        with atomic():
            services.register_visitor(webinar, typed)
    mails = db.session.query(OutgoingMail)
    assert mails.filter_by(kind="webinar_going").count() == 6
    assert mails.filter_by(kind="webinar_confirm").count() == 6
    unconfirmed = db.session.query(Registration).filter_by(state=RegistrationState.UNCONFIRMED)
    assert unconfirmed.count() == 6


def test_a_former_mailbox_neither_reads_nor_cancels_the_registration_of_a_member(
    cast: Cast, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    webinar = make_webinar()
    own = register(cast.chloe, webinar)
    former = f"/inscriptions/{sign_registration(own)}"
    assert visitor.get(former).status_code == 200
    with atomic():
        db.session.get_one(Member, cast.chloe.id).email = "chloe@ailleurs.example"
    assert visitor.get(former).status_code == 404
    assert visitor.send(f"{former}/annuler").status_code == 404
    assert states_of(webinar) == {"Chloé": GOING}
    present = f"/inscriptions/{sign_registration(db.session.get_one(Registration, own.id))}"
    assert visitor.send(f"{present}/annuler").status_code == 303
    assert states_of(webinar) == {"Chloé": CANCELLED}

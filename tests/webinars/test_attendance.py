"""Attendance by the room, by a code, by a QR code, by hand; the list for a spreadsheet."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.queries.vitality import find_weeks
from grandequipe.webinars import services
from grandequipe.webinars.models import (
    AttendedBy,
    QuestionKind,
    Registration,
    RegistrationQuestion,
    RegistrationState,
    VisitorInput,
)
from grandequipe.webinars.queries.vitality import count_registration_weeks
from grandequipe.webinars.services.attendance import renew_code, sign_code
from grandequipe.webinars.services.links import sign_registration
from tests.factories import Cast, admit, make_member
from tests.webinars.conftest import MakeWebinar, register

NOW, ROOM = timedelta(minutes=-5), "https://visio.example.org/salle-4711"


@pytest.fixture
def meeting(make_webinar: MakeWebinar) -> Webinar:
    """Give a webinar of Amina's that is going on."""
    return make_webinar(starts_at=clock.now() + NOW, join_url=ROOM)


def way_of(registration: Registration) -> AttendedBy | None:
    """Read how attendance was noted."""
    db.session.expire_all()
    return registration.attended_by


def code_of(cast: Cast, webinar: Webinar) -> str:
    """Make a code."""
    with atomic():
        return renew_code(cast.amina, webinar)


def register_visitor(webinar: Webinar, email: str = "lea@example.org") -> Registration:
    """Register a visitor who has confirmed."""
    with atomic():
        found = services.register_visitor(webinar, VisitorInput(name="Léa Petit", email=email))
        return services.confirm_registration(found)


def test_a_code_notes_attendance_however_it_is_typed_and_no_other_code_does(cast, browser, meeting):
    page = f"/publications/{meeting.id}/presence"
    registration = register(cast.chloe, meeting)
    chloe = browser(cast.chloe)
    assert chloe.send(page, {"code": ""}).status_code == 422
    assert chloe.send(page, {"code": "ABC234"}).status_code == 422  # there is none yet
    code = code_of(cast, meeting)
    wrong = code.translate(str.maketrans(code[0], "A" if code[0] != "A" else "B"))
    refused = chloe.send(page, {"code": wrong})
    assert refused.status_code == 422
    assert wrong in refused.text
    assert way_of(registration) is None
    typed = f" {code[:3].lower()} {code[3:].lower()} "
    assert chloe.send(page, {"code": typed}).status_code == 303
    assert way_of(registration) is AttendedBy.CODE
    assert "Votre présence est notée" in chloe.get(page).text
    with atomic():
        renew_code(cast.amina, meeting)
    assert way_of(registration) is AttendedBy.CODE
    second = register(cast.bruno, meeting)
    assert browser(cast.bruno).send(page, {"code": code}).status_code == 422
    assert way_of(second) is None


def test_the_qr_code_opens_a_page_with_one_button(cast, browser, visitor, meeting):
    registration, other = register(cast.chloe, meeting), register_visitor(meeting)
    page = f"/publications/{meeting.id}/presence"
    signed = sign_code(meeting, code_of(cast, meeting))
    chloe = browser(cast.chloe)
    shown = chloe.get(f"{page}?code={signed}").text
    assert f'<input type="hidden" name="code" value="{signed}">' in shown
    assert way_of(registration) is None
    assert chloe.send(page, {"code": signed}).status_code == 303
    assert way_of(registration) is AttendedBy.QR
    for email in ("LEA@example.org", "nobody@example.org"):
        assert visitor.send(page, {"code": signed, "email": email}).status_code == 303
        assert "Si cette adresse est inscrite" in visitor.get(page).text
    assert way_of(other) is AttendedBy.QR
    assert visitor.send(page, {"code": signed}).status_code == 422


def test_nobody_else_is_noted(cast, browser, visitor, make_webinar):
    """One who is not registered, at another time, with the code of another webinar."""
    meeting = make_webinar(starts_at=clock.now() + NOW)
    coming = make_webinar(starts_at=clock.now() + timedelta(hours=1))
    code = code_of(cast, meeting)
    driss = browser(cast.driss)
    assert driss.send(f"/publications/{meeting.id}/presence", {"code": code}).status_code == 403
    registration = register(cast.chloe, coming)
    chloe = browser(cast.chloe)
    for each in (code, code_of(cast, coming)):
        answer = chloe.send(f"/publications/{coming.id}/presence", {"code": each})
        assert answer.status_code == 422
        assert "15 minutes avant le début" in answer.text
    assert way_of(registration) is None


def test_the_holder_of_a_mail_joins_without_logging_in_from_the_page_of_the_registration(
    cast, visitor, make_webinar
):
    for begins_in, expected in ((NOW, AttendedBy.ROOM), (timedelta(days=1), None)):
        webinar = make_webinar(starts_at=clock.now() + begins_in, join_url=ROOM)
        for registration in (register(cast.chloe, webinar), register_visitor(webinar)):
            own = f"/inscriptions/{sign_registration(registration)}"
            page = visitor.get(own)
            assert ROOM not in page.text
            assert (f"{own}/salle" in page.text) == bool(expected)
            assert way_of(registration) is None
            led = visitor.get(f"{own}/salle")
            assert led.location == (ROOM if expected else own)
            assert way_of(registration) is expected


def test_organisers_tick_who_was_there_and_take_it_back(cast, browser, meeting):
    registration = register(cast.chloe, meeting)
    visitor_registration = register_visitor(meeting)
    page = f"/publications/{meeting.id}/presences"
    tick = f"{page}/{registration.id}"
    bruno = browser(cast.bruno)
    shown = bruno.get(page).text
    assert "Chloé Dumas" in shown
    assert "Léa Petit" in shown
    assert "Léa Petit" not in bruno.get(f"{page}?q=chlo").text
    assert bruno.send(f"{tick}?q=chlo", {"attended": "1"}).location == (
        f"{page}?q=chlo#inscription-{registration.id}"
    )
    assert way_of(registration) is AttendedBy.ORGANISER
    assert way_of(visitor_registration) is None
    assert "1 personne présente" in bruno.get(page).text.replace("\u00a0", " ")
    assert bruno.send(tick, {"attended": "0"}).status_code == 303
    assert way_of(registration) is None
    assert browser(cast.chloe).get(page).status_code == 403
    assert browser(cast.chloe).send(tick, {"attended": "1"}).status_code == 403
    assert bruno.send(f"{page}/999999", {"attended": "1"}).status_code == 404


def test_the_code_is_on_a_sheet_and_in_a_picture(cast, browser, meeting):
    page = f"/publications/{meeting.id}/presences"
    amina = browser(cast.amina)
    assert amina.get(f"{page}/affiche").status_code == 200
    assert amina.get(f"/publications/{meeting.id}/presence.svg").status_code == 303
    assert amina.send(f"{page}/code").status_code == 303
    [code] = re.findall(r'class="attendance-code">(\w+)<', amina.get(page).text)
    assert code in amina.get(f"{page}/affiche").text
    picture = amina.get(f"/publications/{meeting.id}/presence.svg")
    assert picture.mimetype == "image/svg+xml"
    assert code not in browser(cast.chloe).get(f"/publications/{meeting.id}/presence").text


def cells(answer: Any, extension: str) -> list[list[str]]:
    """Read a downloaded table."""
    if extension == "csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    return [
        re.findall(r"<t[^>]*>([^<]*)</t>", row) for row in re.findall(r"<row.*?</row>", sheet, re.S)
    ]


def test_the_list_is_a_table_without_formulas(cast, browser, meeting):
    with atomic():
        question = RegistrationQuestion(
            post_id=meeting.id, position=1, kind=QuestionKind.YES_NO, label="Repas ?"
        )
        db.session.add(question)
        db.session.flush()
        first = services.register_visitor(
            meeting,
            VisitorInput(
                name="=HYPERLINK(1)", email="lea@example.org", answers={str(question.id): True}
            ),
        )
        services.confirm_registration(first)
    register(cast.chloe, meeting)
    page = f"/publications/{meeting.id}/inscriptions"
    amina = browser(cast.amina)
    answers = {each: amina.get(f"{page}.{each}") for each in ("csv", "xlsx")}
    for extension, answer in answers.items():
        head, *rows = cells(answer, extension)
        assert head[-1] == "Repas\u202f?" or head[-1] == "Repas ?"
        named = {row[0].lstrip("'"): row for row in rows}
        assert named.keys() == {"=HYPERLINK(1)", "Chloé Dumas"}
        assert "lea@example.org" in named["=HYPERLINK(1)"]
        assert named["=HYPERLINK(1)"][-1] == "Oui"
        assert not any("chloe@" in cell for cell in named["Chloé Dumas"])
    assert cells(answers["csv"], "csv")[1][0] in ("'=HYPERLINK(1)", "Chloé Dumas")
    assert amina.get(f"{page}.pdf").status_code == 404
    assert browser(cast.chloe).get(f"{page}.csv").status_code == 403


def test_moderators_see_how_many_register_and_come_from_five_people_on(cast, browser, make_webinar):
    people = [make_member(f"Membre {n}", email=f"m{n}@example.org") for n in range(5)]
    admit(cast.ess, *people)
    webinar = make_webinar(starts_at=clock.now() + NOW)
    for number, person in enumerate(people):
        registration = register(person, webinar)
        with atomic():
            if number:
                services.attendance.note_attendance(registration, AttendedBy.ROOM)
    with clock.travel(clock.now() + timedelta(minutes=1)):
        weeks = find_weeks(cast.ess)
        assert weeks is not None
        *earlier, last = count_registration_weeks(cast.ess, weeks)
    assert {(each.registered, each.attended) for each in earlier} == {(0, 0)}
    assert (last.registered, last.attended) == (5, None)
    assert (
        "Inscriptions aux webinaires"
        in browser(cast.amina).get(f"/groupes/{cast.ess.slug}/vitalite").text
    )
    assert registration.state is RegistrationState.GOING

"""The list of registrations for a spreadsheet, with who was there and what they answered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from grandequipe.core.policies import require
from grandequipe.core.time_zones import clock_of
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member, ProfileField
from grandequipe.members.policies import shows
from grandequipe.web.spreadsheets import table_response
from grandequipe.webinars.models import (
    AttendedBy,
    Registration,
    RegistrationQuestion,
    RegistrationState,
)
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries import list_all_questions, list_registrations
from grandequipe.webinars.services.attendance import MAY_NOT_MANAGE
from grandequipe.webinars.views.room import get_webinar

WIDTHS = (30, 30, 30, 16, 8, 18, 18, 18)


def export_registrations(post_id: int, extension: str) -> Response:
    """Give those who look after the registrations the list: CSV for programs, else XLSX."""
    organiser = acting_member()
    webinar = get_webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    registrations = list_registrations(webinar, organiser)
    questions = list_all_questions(post_id)
    rows = _rows(organiser, registrations, questions, clock_of(organiser.time_zone))
    return table_response(rows, f"inscriptions-{post_id}", extension, WIDTHS)


def _rows(
    organiser: Member,
    registrations: Sequence[Registration],
    questions: Sequence[RegistrationQuestion],
    zone: Any,
) -> Iterator[list[str]]:
    states = {
        RegistrationState.GOING: _("Registered"),
        RegistrationState.WAITING: _("On the waiting list"),
        RegistrationState.OFFERED: _("Place offered"),
        RegistrationState.REPLAY: _("Recording only"),
        RegistrationState.CANCELLED: _("Cancelled"),
    }
    ways = {
        AttendedBy.ROOM: _("by the room"),
        AttendedBy.CODE: _("by the code"),
        AttendedBy.QR: _("by the QR code"),
        AttendedBy.ORGANISER: _("ticked by an organiser"),
    }
    yield [
        _("Name"),
        _("Organisation"),
        _("Email (without an account)"),
        _("Registration"),
        _("Places"),
        _("Registered on"),
        _("Was there"),
        _("Noted"),
        *(each.label for each in questions),
    ]
    for each in registrations:
        member = each.member
        is_shown = member is not None and shows(member, ProfileField.ORGANISATION, organiser)
        organisation = member.organisation if member and is_shown else None
        yield [
            (member.display_name if member else each.name) or "",
            organisation.name if organisation else "",
            each.email or "",
            states.get(each.state, ""),
            str(each.places),
            _minute(each.created_at, zone),
            _minute(each.attended_at, zone),
            ways[each.attended_by] if each.attended_by else "",
            *(_answer(each.answers, question) for question in questions),
        ]


def _minute(at: datetime | None, zone: Any) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def _answer(answers: Mapping[str, Any], question: RegistrationQuestion) -> str:
    answer = answers.get(str(question.id))
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    return str(answer) if answer is not None else ""

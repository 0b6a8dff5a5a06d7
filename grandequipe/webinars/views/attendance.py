"""Attendance: noted by who was there, with a code, and by those who look after the list."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Invalid
from grandequipe.core.mail import rendering
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Webinar
from grandequipe.feed.policies import shown_placements
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.qr_codes import qr_inline, qr_response
from grandequipe.web.rate_limits import (
    client_address,
    hit_client,
    limited,
    refund_client,
    too_many,
)
from grandequipe.webinars.forms.attendance import (
    LONGEST_CODE,
    AttendanceForm,
    MarkForm,
    VisitorAttendanceForm,
)
from grandequipe.webinars.models import Registration
from grandequipe.webinars.policies import (
    manages_registrations,
    may_mark_attendance,
    notes_attendance,
)
from grandequipe.webinars.queries import find_registration, find_settings
from grandequipe.webinars.queries.attendance import (
    MOST_LISTED,
    count_attendance,
    get_to_mark,
    list_to_mark,
)
from grandequipe.webinars.services import attendance as services
from grandequipe.webinars.views.room import get_webinar

LIMIT = "wrong_tries"
LONGEST_NAME = 100


@takes(AttendanceForm, VisitorAttendanceForm)
@repeatable("attendance is noted once")
def attend(post_id: int) -> ResponseReturnValue:
    """Note attendance of the sender, by the code that the address of the QR code has as well.

    The answer to a visitor is the same for every address, registered or not.
    """
    reader = viewer()
    webinar = get_webinar(post_id, reader)
    registration = find_registration(post_id, reader)
    form = AttendanceForm() if reader else VisitorAttendanceForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")[:LONGEST_CODE]
        return _attend_page(webinar, reader, registration, form)
    is_for_sender = reader is None or _is_active(registration)
    if not form.validate() or not is_for_sender:
        return _attend_page(webinar, reader, registration, form), 422 if is_for_sender else 403
    if not hit_client(LIMIT):
        raise too_many(LIMIT, client_address())
    try:
        with atomic():
            if registration is not None:
                services.note_by_code(registration, webinar, form.code.data)
            elif isinstance(form, VisitorAttendanceForm):
                services.note_visitor_by_code(webinar, form.email.data, form.code.data)
    except Invalid as refused:
        form.show(refused)
        return _attend_page(webinar, reader, registration, form), 422
    refund_client(LIMIT)
    if registration is None:
        flash(_("Thank you! If this address is registered, your attendance is noted."), "success")
    return redirect(url_for("webinars.attend", post_id=post_id), 303)


def attendance_list(post_id: int) -> str:
    """List the registrations to tick, with the code and its QR code."""
    organiser, webinar = _organised(post_id)
    named = _named()
    listed = list_to_mark(webinar, organiser, named)
    code = find_settings(post_id).attendance_code
    return render_page(
        "webinars/attendance_list.html",
        post=webinar,
        listed=listed,
        is_cut=len(listed) == MOST_LISTED,
        named=named,
        counts=count_attendance(webinar, organiser),
        code=code,
        marks=may_mark_attendance(organiser, webinar, clock.now()),
        qr=qr_inline(_address(webinar, code)) if code else None,
    )


@takes(MarkForm)
@limited("managing")
@repeatable("a tick is there or not")
def mark(post_id: int, registration_id: int) -> ResponseReturnValue:
    """Tick that somebody was there, or take the tick back."""
    organiser, webinar = _organised(post_id)
    registration = get_to_mark(webinar, registration_id, organiser)
    attended = MarkForm().attended.data == "1"
    with atomic():
        services.mark_attendance(organiser, webinar, registration, attended=attended)
    named = _named() or None
    anchor = f"inscription-{registration_id}"
    page = url_for("webinars.attendance_list", post_id=post_id, q=named, _anchor=anchor)
    return redirect(page, 303)


@limited("managing")
@repeatable("a code is worth as much as another")
def renew_code(post_id: int) -> ResponseReturnValue:
    """Make a code, or another one where the first has gone round too early."""
    organiser, webinar = _organised(post_id)
    with atomic():
        services.renew_code(organiser, webinar)
    flash(_("Here is the code. Say it at the end, or show the QR code."), "success")
    return redirect(url_for("webinars.attendance_list", post_id=post_id), 303)


def attendance_sheet(post_id: int) -> str:
    """Show the QR code and the code as a sheet to print and put up."""
    _organiser, webinar = _organised(post_id)
    code = find_settings(post_id).attendance_code
    return render_page(
        "webinars/attendance_sheet.html",
        post=webinar,
        code=code,
        qr=qr_inline(_address(webinar, code), scale=8) if code else None,
        address=rendering.address_of("webinars.attend", post_id=post_id),
    )


def attendance_qr(post_id: int) -> ResponseReturnValue:
    """Send the QR code as a picture, for slides."""
    _organiser, webinar = _organised(post_id)
    code = find_settings(post_id).attendance_code
    if code is None:
        return redirect(url_for("webinars.attendance_list", post_id=post_id), 303)
    return qr_response(_address(webinar, code), f"presence-{post_id}")


def _organised(post_id: int) -> tuple[Member, Webinar]:
    organiser = acting_member()
    webinar = get_webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), services.MAY_NOT_MANAGE)
    return organiser, webinar


def _named() -> str:
    """Read the part of a name that is looked for."""
    return cleaned_line(request.args.get("q", "")).strip()[:LONGEST_NAME]


def _address(webinar: Webinar, code: str) -> str:
    """Give the whole address that the QR code of a webinar holds."""
    signed = services.sign_code(webinar, code)
    return rendering.address_of("webinars.attend", post_id=webinar.id, code=signed)


def _is_active(registration: Registration | None) -> bool:
    return registration is not None and registration.is_active


def _attend_page(
    webinar: Webinar,
    reader: Member | None,
    registration: Registration | None,
    form: AttendanceForm,
) -> str:
    return render_page(
        "webinars/attend.html",
        post=webinar,
        group=shown_placements(reader, webinar)[0].group,
        form=form,
        registration=registration if _is_active(registration) else None,
        is_open=notes_attendance(webinar, clock.now()),
        by_qr=len(form.code.data or "") > services.CODE_LENGTH * 2 and not form.code.errors,
        manages=manages_registrations(reader, webinar),
    )

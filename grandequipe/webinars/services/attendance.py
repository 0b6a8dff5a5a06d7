"""Noting who was there: by the room, by a code that is said at the end, by hand.

Guarantee: attendance is noted once for each registration that is not cancelled, and says how it
was noted first; an organiser takes back what was noted wrongly.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, signing
from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.models import Member
from grandequipe.webinars.models import (
    ACTIVE,
    AttendedBy,
    Registration,
    RegistrationSettings,
)
from grandequipe.webinars.policies import (
    manages_registrations,
    may_mark_attendance,
    notes_attendance,
)
from grandequipe.webinars.queries import find_settings

# Said aloud and written down: no two signs that look or sound alike at a distance.
CODE_SIGNS, CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 6
PURPOSE = "attendance"
MAY_NOT_MANAGE = _l("Only those who look after the registrations can note attendance.")


def note_attendance(registration: Registration, by: AttendedBy) -> bool:
    """Note that somebody was there; return whether it is new."""
    return _note(Registration.id == registration.id, by)


def note_by_code(registration: Registration, webinar: Webinar, code: str) -> None:
    """Note attendance of a person who knows the code; raise Invalid of `code` for another one."""
    _note(Registration.id == registration.id, _way_of(webinar, code))


def note_visitor_by_code(webinar: Webinar, email: str, code: str) -> None:
    """Note attendance of a visitor by the address of their registration.

    Nothing is said of whether there is one. Raises Invalid of `code` where it is another one.
    """
    key, by = canonical_address(email), _way_of(webinar, code)
    _note(and_(Registration.post_id == webinar.id, Registration.email_key == key), by)


def mark_attendance(
    organiser: Member, webinar: Webinar, registration: Registration, *, attended: bool
) -> None:
    """Note by hand that somebody was there, or take back that they were.

    Raises Conflict where the webinar has not begun nearly.
    """
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    if attended:
        if not may_mark_attendance(organiser, webinar, clock.now()):
            raise Conflict(_("Attendance isn’t noted at this time."))
        note_attendance(registration, AttendedBy.ORGANISER)
    else:
        registration.attended_at = registration.attended_by = None
        db.session.flush()


def renew_code(organiser: Member, webinar: Webinar) -> str:
    """Make a code that notes attendance, and return it; an earlier one is worth nothing more."""
    require(manages_registrations(organiser, webinar), MAY_NOT_MANAGE)
    code = "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))
    made = insert(RegistrationSettings).values(post_id=webinar.id, attendance_code=code)
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=[RegistrationSettings.post_id], set_={"attendance_code": code}
        )
    )
    if settings := db.session.get(RegistrationSettings, webinar.id):
        db.session.refresh(settings)
    return code


def sign_code(webinar: Webinar, code: str) -> str:
    """Make what the QR code of a webinar holds: worth as much as the code, and not the code."""
    return urlsafe_b64encode(signing.digest(PURPOSE, str(webinar.id), code)[:12]).decode()


def _way_of(webinar: Webinar, typed: str) -> AttendedBy:
    """Say how attendance is proved: by the code or the QR code; raise Invalid for anything else."""
    if not notes_attendance(webinar, clock.now()):
        raise Invalid({"code": _("Attendance isn’t noted at this time.")})
    code = find_settings(webinar.id).attendance_code
    typed_code = "".join(typed.split()).replace("-", "")
    if code and _is_same(typed_code.upper(), code):
        return AttendedBy.CODE
    if code and _is_same(typed.strip(), sign_code(webinar, code)):
        return AttendedBy.QR
    raise Invalid({"code": _("This isn’t the code of this webinar.")})


def _is_same(typed: str, code: str) -> bool:
    return hmac.compare_digest(typed.encode(errors="replace"), code.encode())


def _note(which: ColumnElement[bool], by: AttendedBy) -> bool:
    noted = db.session.execute(
        update(Registration)
        .where(which, Registration.state.in_(ACTIVE), Registration.attended_at.is_(None))
        .values(attended_at=clock.now(), attended_by=by)
        .returning(Registration.id)
        .execution_options(synchronize_session="fetch")
    )
    return noted.first() is not None

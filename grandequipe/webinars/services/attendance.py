"""Noting who was there."""

from sqlalchemy import update

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.webinars.models import AttendedBy, Registration, RegistrationState

ATTENDING = (
    RegistrationState.GOING,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.REPLAY,
)


def note_attendance(registration: Registration, by: AttendedBy) -> bool:
    """Note that somebody was there, once: how it was noted first stays.

    Returns whether it is new. Nothing is noted of a registration that is cancelled.
    """
    noted = db.session.execute(
        update(Registration)
        .where(
            Registration.id == registration.id,
            Registration.state.in_(ATTENDING),
            Registration.attended_at.is_(None),
        )
        .values(attended_at=clock.now(), attended_by=by)
        .returning(Registration.id)
    )
    is_new = noted.first() is not None
    if is_new:
        db.session.refresh(registration, ["attended_at", "attended_by"])
    return is_new

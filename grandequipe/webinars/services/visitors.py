"""Visitors register by name and address, which they confirm by mail."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from grandequipe.core import clock
from grandequipe.core.email_addresses import canonical_address, is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.lines import one_line
from grandequipe.core.names import person_name_error
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.members.accounts.rate_limits import may_reach
from grandequipe.webinars import policies
from grandequipe.webinars.models import (
    LONGEST_VISITOR_NAME,
    Registration,
    RegistrationState,
    VisitorInput,
)
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.answers import check_input
from grandequipe.webinars.services.mails import (
    MailOccasion,
    kind_of,
    post_registration_mail,
    repeat_registration_mail,
)

# After that an unconfirmed registration is forgotten.
CONFIRMED_WITHIN = timedelta(days=2)


def register_visitor(webinar: Webinar, visitor_input: VisitorInput) -> Registration:
    """Keep a visitor's registration, and mail the address a link that confirms it.

    No place is taken before that. An address that is registered already gets a mail with its
    state, and nothing of it changes: nobody learns by this form who else is registered.
    Raises Refused, Conflict, or Invalid (`name`, `email`, `places`, `answer_ID`).
    """
    seats.lock_webinar(webinar.id)
    refusal = policies.why_not_register(None, webinar)
    if refusal is not None and (webinar.is_over or webinar.cancelled_at is not None):
        raise Conflict(str(refusal))
    require(refusal is None, refusal or "")
    name, email = _check_person(visitor_input)
    answers = dict(check_input(webinar, visitor_input))
    key = canonical_address(email)
    query = select(Registration).where(
        Registration.post_id == webinar.id, Registration.email_key == key
    )
    registration = db.session.scalar(query)
    if registration is not None and registration.is_active:
        repeat_registration_mail(registration)
        return registration
    if registration is None:
        registration = Registration(post_id=webinar.id, email_key=key, created_at=clock.now())
    registration.name, registration.email = name, email
    registration.locale, registration.time_zone = visitor_input.locale, visitor_input.time_zone
    registration.mode, registration.places = visitor_input.mode, visitor_input.places
    registration.answers, registration.wants_replay = answers, visitor_input.wants_replay
    registration.state, registration.state_changed_at = RegistrationState.UNCONFIRMED, clock.now()
    registration.cancelled_because = None
    db.session.add(registration)
    db.session.flush()
    # Anybody can have it sent: so many an hour reach a mailbox, and no page says whether one did.
    if may_reach(email, kind_of(MailOccasion.CONFIRM)):
        post_registration_mail(registration, MailOccasion.CONFIRM)
    return registration


def forget_unconfirmed() -> None:
    """Delete what visitors did not confirm in two days."""
    old = clock.now() - CONFIRMED_WITHIN
    gone = delete(Registration).where(
        Registration.state == RegistrationState.UNCONFIRMED, Registration.state_changed_at < old
    )
    db.session.execute(gone, execution_options={"synchronize_session": False})


def _check_person(visitor_input: VisitorInput) -> tuple[str, str]:
    """Give name and address as they are kept, or raise Invalid."""
    errors = {}
    name, email = one_line(visitor_input.name), ""
    if not name:
        errors["name"] = _("Enter your name.")
    elif sentence := length_error(name, LONGEST_VISITOR_NAME) or person_name_error(name):
        errors["name"] = sentence
    try:
        email = normalized(visitor_input.email)
    except ValueError:
        errors["email"] = _("This isn’t an email address. Please check it.")
    if email and not is_reachable(email):
        errors["email"] = _("This isn’t an email address. Please check it.")
    if errors:
        raise Invalid(errors)
    return name, email

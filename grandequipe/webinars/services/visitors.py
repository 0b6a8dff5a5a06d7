"""Visitors register by name and address, which they confirm by mail."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

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
from grandequipe.webinars.queries import find_confirmed, find_rules
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.answers import check_input
from grandequipe.webinars.services.mails import (
    MailOccasion,
    kind_of,
    occasion_of,
    post_registration_mail,
    repeat_registration_mail,
)

# After that an unconfirmed registration is forgotten.
CONFIRMED_WITHIN = timedelta(days=2)


def register_visitor(webinar: Webinar, visitor_input: VisitorInput) -> Registration | None:
    """Keep what a visitor asks for, and mail the address a link that confirms it.

    No place is taken before that, and nothing changes of what the same mailbox has confirmed,
    cancelled or asked for: anybody can type an address. One that is registered already gets a mail
    with its state. A mailbox gets so many mails an hour; for one more, None is kept, and no page
    says so: nobody learns by this form who else is registered.
    Raises Refused, Conflict, or Invalid (`name`, `email`, `places`, `answer_ID`).
    """
    webinar = seats.lock_webinar(webinar.id)
    settings, questions = find_rules(webinar.id)
    refusal = policies.why_not_register(None, webinar, settings)
    if refusal is not None and (webinar.is_over or webinar.cancelled_at is not None):
        raise Conflict(str(refusal))
    require(refusal is None, refusal or "")
    name, email = _check_person(visitor_input)
    answers = dict(check_input(webinar, visitor_input, (settings, questions)))
    confirmed = find_confirmed(webinar.id, canonical_address(email))
    if confirmed is not None and confirmed.is_active:
        if may_reach(email, kind_of(occasion_of(confirmed))):
            repeat_registration_mail(confirmed)
        return confirmed
    if not may_reach(email, kind_of(MailOccasion.CONFIRM)):
        return None
    person = replace(visitor_input, name=name, email=email, answers=answers)
    registration = _keep_request(webinar, person, clock.now())
    post_registration_mail(registration, MailOccasion.CONFIRM)
    return registration


def register_visitor_for_all(dates: Iterable[Webinar], visitor_input: VisitorInput) -> None:
    """Keep what a visitor asks for at the dates of a series to come; one link confirms them all.

    It is as at each date alone. A date whose organiser asks something that has to be answered is
    left out. Raises Conflict where no date is left, or Invalid (`name`, `email`).
    """
    name, email = _check_person(visitor_input)
    person = replace(visitor_input, name=name, email=email)
    open_dates: list[Webinar] = []
    confirmed: list[Registration] = []
    for date in sorted((each for each in dates if not each.is_over), key=lambda each: each.id):
        webinar = seats.lock_webinar(date.id)
        settings, questions = find_rules(webinar.id)
        asks = any(each.is_required for each in questions)
        if asks or policies.why_not_register(None, webinar, settings) is not None:
            continue
        own = find_confirmed(webinar.id, canonical_address(email))
        if own is not None and own.is_active:
            confirmed.append(own)
        else:
            open_dates.append(webinar)
    if open_dates:
        if may_reach(email, kind_of(MailOccasion.CONFIRM)):
            at = clock.now()
            requests = [_keep_request(each, person, at) for each in open_dates]
            post_registration_mail(requests[0], MailOccasion.CONFIRM)
    elif not confirmed:
        raise Conflict(_("No date of this series can be registered for here."))
    elif may_reach(email, kind_of(MailOccasion.SERIES)):
        repeat_registration_mail(confirmed[0], MailOccasion.SERIES)


def _keep_request(webinar: Webinar, person: VisitorInput, at: datetime) -> Registration:
    registration = Registration(
        post_id=webinar.id,
        name=person.name,
        email=person.email,
        email_key=canonical_address(person.email),
        locale=person.locale,
        time_zone=person.time_zone,
        mode=person.mode,
        state=RegistrationState.UNCONFIRMED,
        places=person.places,
        answers=dict(person.answers),
        wants_replay=person.wants_replay,
        created_at=at,
        state_changed_at=at,
    )
    db.session.add(registration)
    db.session.flush()
    return registration


def forget_unconfirmed() -> None:
    """Delete what visitors did not confirm in two days."""
    old = clock.now() - CONFIRMED_WITHIN
    gone = delete(Registration).where(
        Registration.state == RegistrationState.UNCONFIRMED,
        Registration.state_changed_at < old,
        Registration.attended_at.is_(None),
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

"""Registering for a webinar, answering an offer, cancelling.

Each service locks the memberships that it relies on, then the webinar, whose places nobody else
changes until the transaction ends.
"""

from collections.abc import Mapping

from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.email_addresses import canonical_address
from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.services.texts import hold_memberships, hold_post
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.webinars import policies
from grandequipe.webinars.models import (
    CancelledBecause,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationSettings,
    RegistrationState,
)
from grandequipe.webinars.queries import (
    Line,
    find_confirmed,
    find_registration,
    find_rules,
    find_settings,
    read_line,
)
from grandequipe.webinars.services import seats
from grandequipe.webinars.services.answers import check_answers, check_input
from grandequipe.webinars.services.seats import Change


def register(
    member: Member,
    webinar: Webinar,
    registration_input: RegistrationInput,
    *,
    is_mailed: bool = True,
) -> Registration:
    """Register a member, or change their registration: they go, wait, or get the recording.

    One to whom a place is offered accepts it. Without `is_mailed` the caller mails the member, and
    this service other people alone. Raises Refused where the policy says no, Invalid for
    places and answers (see `answers.check_input`), Conflict where there are no more places.
    """
    hold_memberships(member, [each.group for each in webinar.published])
    hold_post(webinar)
    # What is refused keeps nobody waiting for the lock.
    _require_open(member, webinar)
    webinar = seats.lock_webinar(webinar.id)
    return register_locked(member, webinar, registration_input, is_mailed=is_mailed)


def register_locked(
    member: Member, webinar: Webinar, registration_input: RegistrationInput, *, is_mailed: bool
) -> Registration:
    """Do so where the caller has locked the webinar, and held before what `register` holds."""
    settings, questions = find_rules(webinar.id)
    _require_open(member, webinar, settings)
    answers = dict(check_input(webinar, registration_input, (settings, questions)))
    registration = find_registration(webinar.id, member)
    if registration is None:
        registration = Registration(post_id=webinar.id, member=member, created_at=clock.now())
    else:
        # It may have been read before the lock.
        db.session.refresh(registration)
    changes = _take_places(webinar, registration, registration_input)
    registration.answers = answers
    registration.wants_replay = registration_input.wants_replay
    seats.announce(webinar, changes, but=None if is_mailed else registration)
    return registration


def _take_places(
    webinar: Webinar, registration: Registration, registration_input: RegistrationInput
) -> list[Change]:
    """Give a registration the places it asks for, or put it in line.

    Places that it has stay its own, whatever it asks; it waits again for more than it waits for.
    """
    line = read_line(webinar.id)
    if changes := seats.arrange_places(webinar, line):
        line = read_line(webinar.id)
    had = registration.places if registration.is_taking_places else 0
    was_waiting = registration.state is RegistrationState.WAITING
    if registration_input.mode is RegistrationMode.REPLAY:
        taken = _want_replay(registration)
    elif had:
        taken = _change_places(webinar, registration, registration_input.places, line)
    else:
        taken = _ask_for_places(webinar, registration, registration_input.places, line)
    has = registration.places if registration.is_taking_places else 0
    # Fewer places asked for by one in line may let a place go to it, or to the next.
    frees = has < had or (was_waiting and bool(taken))
    more = seats.arrange_places(webinar) if frees else []
    return [*changes, *taken, *more]


def _want_replay(registration: Registration) -> list[Change]:
    registration.places = 1
    is_known = registration.state is RegistrationState.REPLAY
    return [] if is_known else [seats.want_replay(registration)]


def _change_places(
    webinar: Webinar, registration: Registration, places: int, line: Line
) -> list[Change]:
    """Change how many places somebody has; to whom they are offered, it is an acceptance."""
    more = places - registration.places
    if more > 0 and not seats.has_room(webinar, more, line):
        raise Conflict(_("There aren’t that many places left. You keep those you have."))
    registration.places = places
    if registration.state is RegistrationState.OFFERED:
        return [seats.go(registration)]
    return [Change(registration)] if more else []


def _ask_for_places(
    webinar: Webinar, registration: Registration, places: int, line: Line
) -> list[Change]:
    is_waiting = registration.state is RegistrationState.WAITING
    if is_waiting and places <= registration.places:
        is_same = places == registration.places
        registration.places = places
        return [] if is_same else [Change(registration)]
    # Before it has places of its own, for the line is counted without it.
    has_room = not is_waiting and seats.has_room(webinar, places, line)
    registration.places = places
    return [seats.go(registration) if has_room else seats.wait(registration)]


def answer_questions(registration: Registration, answers: Mapping[str, str | bool]) -> None:
    """Keep a person's answers to the questions; raise Invalid as `answers.check_answers` does."""
    webinar = _lock(registration)
    known = check_answers(webinar, answers)
    registration.answers = {**registration.answers, **dict.fromkeys(answers, None), **known}
    registration.answers = {
        key: each for key, each in registration.answers.items() if each is not None
    }
    db.session.flush()


def accept_offer(registration: Registration) -> None:
    """Take the places that are offered; nothing happens to who has them already."""
    webinar = _lock(registration)
    if registration.state is RegistrationState.GOING:
        return
    _require_offer(webinar, registration)
    seats.announce(webinar, [seats.go(registration)])


def decline_offer(registration: Registration) -> None:
    """Leave the places that are offered to the next in line; who declined waits no more."""
    webinar = _lock(registration)
    if registration.cancelled_because is CancelledBecause.DECLINED:
        return
    _require_offer(webinar, registration)
    declined = seats.cancel(registration, CancelledBecause.DECLINED, None)
    seats.announce(webinar, [declined, *seats.arrange_places(webinar)])


def cancel_registration(
    registration: Registration, because: CancelledBecause, *, is_mailed: bool = True
) -> None:
    """Cancel a registration and offer its places; nothing happens to a cancelled one.

    Its person gets a mail about it, unless `is_mailed` is false.
    """
    webinar = _lock(registration)
    if registration.state is RegistrationState.CANCELLED:
        return
    kinds = {
        CancelledBecause.BY_PERSON: "cancelled",
        CancelledBecause.BY_ORGANISER: "cancelled",
        CancelledBecause.LEFT_GROUP: "lost_place",
        CancelledBecause.UNANSWERED: "offer_over",
    }
    is_known = registration.state is not RegistrationState.UNCONFIRMED
    mail_kind = kinds.get(because) if is_known and not webinar.is_over else None
    cancelled = seats.cancel(registration, because, mail_kind)
    changes = [cancelled, *seats.arrange_places(webinar)]
    seats.announce(webinar, changes, but=None if is_mailed else registration)


def confirm_registration(registration: Registration, *, is_mailed: bool = True) -> Registration:
    """Register the visitor who proved to read the mailbox; nothing happens the second time.

    Where the mailbox is a member's, the registration becomes that member's. Where the person is
    registered already, that registration holds, is returned, and nothing of it changes; a
    cancelled one gives way to this one, with the attendance. Without `is_mailed` the caller mails
    the person. Raises Refused where the policy says no.
    """
    webinar = _lock(registration)
    if registration.state is not RegistrationState.UNCONFIRMED:
        return registration
    member = _find_member(registration)
    _require_open(member, webinar, find_settings(webinar.id, anew=True))
    earlier = (
        find_registration(webinar.id, member)
        if member is not None
        else find_confirmed(webinar.id, registration.email_key)
    )
    if earlier is not None:
        db.session.refresh(earlier)
        if earlier.is_active:
            return earlier
        registration.attended_at, registration.attended_by = (
            earlier.attended_at,
            earlier.attended_by,
        )
        db.session.delete(earlier)
        db.session.flush()
    if member is not None:
        registration.member = member
        registration.name = registration.email = registration.email_key = None
        registration.locale = registration.time_zone = None
    wanted = RegistrationInput(registration.mode, registration.places)
    changes = _take_places(webinar, registration, wanted)
    seats.announce(webinar, changes, but=None if is_mailed else registration)
    return registration


def _find_member(registration: Registration) -> Member | None:
    """Find the member who reads the mailbox of a visitor."""
    member = find_member_by_email(registration.email or "")
    is_theirs = (
        member is not None
        and member.active
        and member.is_confirmed
        and canonical_address(member.email) == registration.email_key
    )
    return member if is_theirs else None


def _lock(registration: Registration) -> Webinar:
    webinar = seats.lock_webinar(registration.post_id)
    db.session.refresh(registration)
    return webinar


def _require_open(
    member: Member | None, webinar: Webinar, settings: RegistrationSettings | None = None
) -> None:
    refusal = policies.why_not_register(member, webinar, settings)
    if refusal is None:
        return
    if webinar.cancelled_at is not None or webinar.is_over:
        raise Conflict(str(refusal))
    require(False, refusal)


def _require_offer(webinar: Webinar, registration: Registration) -> None:
    """Raise Conflict unless a place is offered at this moment."""
    ends_at = registration.offer_ends_at
    if webinar.cancelled_at is not None:
        raise Conflict(_("This webinar has been cancelled."))
    if registration.state is RegistrationState.WAITING:
        raise Conflict(_("No place is free at the moment. You’re still on the waiting list."))
    if registration.state is not RegistrationState.OFFERED or ends_at is None:
        raise Conflict(_("This place is no longer offered to you."))
    if ends_at <= clock.now():
        raise Conflict(_("This offer has ended, and the place goes to the next person."))

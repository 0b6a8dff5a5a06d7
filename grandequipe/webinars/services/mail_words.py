"""What the mails about registrations say: one function for each occasion."""

from flask_babel import gettext as _, ngettext

from grandequipe.core.calendars import Method
from grandequipe.core.time_zones import clock_of
from grandequipe.feed.policies import banning_group
from grandequipe.web.formats import clock_time, long_day
from grandequipe.webinars.models import CancelledBecause, RegistrationState
from grandequipe.webinars.queries.series import list_requests_with
from grandequipe.webinars.services.mails import (
    MailOccasion,
    MailReading,
    MailWords,
    subject_title,
    writes,
)

REQUEST, CANCEL = Method.REQUEST, Method.CANCEL
S = RegistrationState


def is_to_come(reading: MailReading) -> bool:
    """Return whether the webinar is still to take place, for readers of its groups."""
    webinar = reading.webinar
    return not (webinar.is_over or webinar.cancelled_at) and webinar.is_published


def is_in(reading: MailReading, *states: RegistrationState) -> bool:
    """Return whether the registration is in one of the states."""
    return reading.registration.state in states


def _to_registration(reading: MailReading) -> tuple[str, str]:
    return _("See or cancel my registration"), reading.url


def places_words(reading: MailReading) -> list[str]:
    """Say how many places are the person's, where it is more than one."""
    places = reading.registration.places
    if places == 1:
        return []
    return [
        ngettext("%(num)d place is yours.", "%(num)d places are yours.", places),
    ]


@writes(MailOccasion.CONFIRM)
def confirm(reading: MailReading) -> MailWords | None:
    """Ask a visitor to confirm that the mailbox, and the registration, are theirs."""
    if not is_to_come(reading) or not is_in(reading, S.UNCONFIRMED):
        return None
    number = len(list_requests_with(reading.registration))
    many = ngettext(
        "The registration is for %(num)d date of the series, of which this is the first.",
        "The registration is for %(num)d dates of the series, of which this is the first.",
        number,
    )
    return MailWords(
        _("Confirm your registration: “%(title)s”", title=subject_title(reading)),
        _("One more press to register"),
        [
            _("Someone gave this address to register for the webinar below. Is it you?"),
            *([many] if number > 1 else []),
        ],
        action=(_("Confirm my registration"), reading.url),
        # To a stranger: no address that the author of the webinar chose.
        shows_access=False,
        footer=_("Not you? Just ignore this email: nobody is registered until they confirm."),
    )


@writes(MailOccasion.GOING)
def going(reading: MailReading) -> MailWords | None:
    """Say that the person is registered, for a place or for the recording."""
    if not is_to_come(reading) or not is_in(reading, S.GOING, S.REPLAY):
        return None
    title = subject_title(reading)
    if is_in(reading, S.REPLAY):
        return MailWords(
            _("You’ll get the recording: “%(title)s”", title=title),
            _("You’ll get the recording"),
            [_("No place is kept for you. We’ll write to you once, when the recording is there.")],
            action=_to_registration(reading),
            shows_access=False,
        )
    return MailWords(
        _("You’re registered: “%(title)s”", title=title),
        _("You’re registered"),
        [
            *places_words(reading),
            _("If you can’t come, please cancel: somebody on the waiting list gets your place."),
        ],
        action=_to_registration(reading),
        calendar=REQUEST,
    )


@writes(MailOccasion.WAITING)
def waiting(reading: MailReading) -> MailWords | None:
    """Say that the person is on the waiting list."""
    if not is_to_come(reading) or not is_in(reading, S.WAITING):
        return None
    return MailWords(
        _("You’re on the waiting list: “%(title)s”", title=subject_title(reading)),
        _("You’re on the waiting list"),
        [
            _("All places are taken. When one is free and it’s your turn, we’ll write to you."),
            _("The page of your registration shows your place in the line."),
        ],
        action=_to_registration(reading),
    )


@writes(MailOccasion.OFFERED)
def offered(reading: MailReading) -> MailWords | None:
    """Offer a free place, until when."""
    ends_at = reading.registration.offer_ends_at
    if not is_to_come(reading) or ends_at is None or ends_at <= reading.now:
        return None
    zone, today = reading.zone, reading.now.astimezone(clock_of(reading.zone)).date()
    until = _(
        "It’s kept for you until %(day)s at %(time)s. Then it goes to the next person.",
        day=long_day(ends_at, zone, today),
        time=clock_time(ends_at, zone),
    )
    return MailWords(
        _("A place is free for you: “%(title)s”", title=subject_title(reading)),
        _("A place is free for you"),
        [until, *places_words(reading)],
        action=(_("Accept or decline the place"), reading.url),
    )


@writes(MailOccasion.OFFER_OVER)
def offer_over(reading: MailReading) -> MailWords | None:
    """Say that a place that was offered went to the next person."""
    if not is_to_come(reading) or not is_in(reading, S.CANCELLED, S.WAITING):
        return None
    return MailWords(
        _("The place went to someone else: “%(title)s”", title=subject_title(reading)),
        _("The place went to someone else"),
        [_("We offered you a place and had no answer in time, so the next person has it.")],
        action=(_("See my registration"), reading.url),
        shows_access=False,
    )


@writes(MailOccasion.CANCELLED)
def cancelled(reading: MailReading) -> MailWords | None:
    """Say that the registration is cancelled."""
    if reading.webinar.is_over or not is_in(reading, S.CANCELLED):
        return None
    by_organiser = reading.registration.cancelled_because is CancelledBecause.BY_ORGANISER
    said = (
        _("The organiser has cancelled your registration to this webinar.")
        if by_organiser
        else _("You’re no longer registered to this webinar, and get no reminder of it.")
    )
    return MailWords(
        _("Your registration is cancelled: “%(title)s”", title=subject_title(reading)),
        _("Your registration is cancelled"),
        [said],
        action=(_("See my registration"), reading.url),
        calendar=CANCEL,
        shows_access=False,
    )


@writes(MailOccasion.LOST_PLACE)
def lost_place(reading: MailReading) -> MailWords | None:
    """Say that a place was lost with the sight of the group."""
    if reading.webinar.is_over or not is_in(reading, S.CANCELLED):
        return None
    is_banned = banning_group(reading.registration.member, reading.webinar) is not None
    said = (
        _("You can’t register here: you are banned from the group.")
        if is_banned
        else _("This webinar is for the members of a group, and you aren’t one of them.")
    )
    return MailWords(
        _("You no longer have a place: “%(title)s”", title=subject_title(reading)),
        _("You no longer have a place"),
        [said],
        action=(_("See my registration"), reading.url),
        calendar=CANCEL,
        shows_access=False,
    )

"""What the mails say about when a webinar takes place: reminders, moved, cancelled, reinstated."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select

from grandequipe.core.mail import outbox, rendering
from grandequipe.core.time_zones import clock_of
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.web.formats import clock_time, long_day
from grandequipe.webinars.models import (
    Registration,
    RegistrationState,
    present_reminder,
    reminder_times,
)
from grandequipe.webinars.queries.mails import list_mails_of
from grandequipe.webinars.queries.reminders import list_own_reminders
from grandequipe.webinars.queries.series import list_dates_of
from grandequipe.webinars.services.mail_words import (
    CANCEL,
    REQUEST,
    is_in,
    is_to_come,
    places_words,
)
from grandequipe.webinars.services.mails import (
    PREFIX,
    MailOccasion,
    MailReading,
    MailWords,
    key_of,
    kind_of,
    plain_words,
    post_to_all,
    subject_title,
    writes,
)
from grandequipe.webinars.services.reminder_choices import has_stopped_reminders, stopping_url

S = RegistrationState
CONCERNED = (S.GOING, S.WAITING, S.OFFERED)
REMOVED = "removed"
LONGEST_LINE = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def post_moved_mails(
    details: WebinarDetails, revision: int, before: tuple[datetime, datetime], since: datetime
) -> None:
    """Mail those who go or wait that a webinar was moved; who registered since knows its time.

    `before` is when it was to start and end. Dates of a series that were moved at once are one
    mail to each person.
    """
    times = [*before, details.starts_at, details.ends_at]
    if details.series_id is not None and details.moved_at is not None:
        times.append(details.moved_at)
    about = f"{revision}:{':'.join(str(_number(each)) for each in times)}"
    concerned = _registrations(details.post_id, CONCERNED)
    post_to_all(MailOccasion.MOVED, concerned.where(Registration.created_at <= since), about)


def post_cancelled_mails(post_id: int, cancelled_at: datetime | None) -> None:
    """Mail everyone registered that a webinar is cancelled, or (None) gone with its post."""
    about = REMOVED if cancelled_at is None else _number(cancelled_at)
    concerned = _registrations(post_id, (*CONCERNED, S.REPLAY))
    post_to_all(MailOccasion.WEBINAR_CANCELLED, concerned, about)


def post_reinstated_mails(post_id: int, cancelled_at: datetime) -> None:
    """Mail those who had a mail of a cancellation that the webinar takes place."""
    concerned = _registrations(post_id, (*CONCERNED, S.REPLAY))
    post_to_all(MailOccasion.WEBINAR_REINSTATED, concerned, _number(cancelled_at))


def _registrations(post_id: int, states: Sequence[RegistrationState]) -> Select[int]:
    return select(Registration.id).where(
        Registration.post_id == post_id, Registration.state.in_(states)
    )


@writes(MailOccasion.REMINDER)
def reminder(reading: MailReading) -> MailWords | None:
    """Remind a person who goes, unless another reminder is due since, or the webinar was moved."""
    name, _colon, start = reading.about.partition(":")
    details, registration = reading.details, reading.registration
    if not is_to_come(reading) or not is_in(reading, S.GOING):
        return None
    if int(start) != int(details.starts_at.timestamp()) or has_stopped_reminders(
        registration.member
    ):
        return None
    own = list_own_reminders([details.post_id]).get(details.post_id, ())
    present = present_reminder(details, reminder_times(details, own), reading.now)
    if present is None or present.name != name:
        return None
    said = [plain_words(line, LONGEST_LINE) for line in present.words.splitlines() if line.strip()]
    stop = stopping_url(registration.member)
    return MailWords(
        _reminder_subject(reading),
        _reminder_heading(reading),
        [*places_words(reading), *([_("A word from the organiser:")] if said else [])],
        said=said,
        action=(_("See or cancel my registration"), reading.url),
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        if stop
        else {},
        footer_links=[(_("Stop reminders of webinars"), stop)] if stop else (),
    )


def _days_left(reading: MailReading) -> int:
    zone = clock_of(reading.zone)
    start = reading.details.starts_at.astimezone(zone).date()
    return (start - reading.now.astimezone(zone).date()).days


def _reminder_subject(reading: MailReading) -> str:
    title, time = subject_title(reading), clock_time(reading.details.starts_at, reading.zone)
    days = _days_left(reading)
    if days == 0:
        return _("Today at %(time)s: “%(title)s”", time=time, title=title)
    if days == 1:
        return _("Tomorrow at %(time)s: “%(title)s”", time=time, title=title)
    day = _day(reading)
    return _("Reminder: “%(title)s”, %(day)s at %(time)s", title=title, day=day, time=time)


def _reminder_heading(reading: MailReading) -> str:
    time, days = clock_time(reading.details.starts_at, reading.zone), _days_left(reading)
    if days == 0:
        return _("It’s today at %(time)s", time=time)
    if days == 1:
        return _("It’s tomorrow at %(time)s", time=time)
    return _("It’s on %(day)s at %(time)s", day=_day(reading), time=time)


def _day(reading: MailReading) -> str:
    today = reading.now.astimezone(clock_of(reading.zone)).date()
    return long_day(reading.details.starts_at, reading.zone, today)


@writes(MailOccasion.MOVED)
def moved(reading: MailReading) -> MailWords | None:
    """Say the time that the person knew, and the new one; once, however often it was moved.

    A move that another one followed is not mailed by itself: the last mail says what was known
    before the first of them that had not left.
    """
    _revision, *numbers = reading.about.split(":")
    details, moved_at = reading.details, _moved_at_once(reading.about)
    if not is_to_come(reading) or not is_in(reading, *CONCERNED):
        return None
    if [*map(int, numbers[2:4])] != [_number(details.starts_at), _number(details.ends_at)]:
        return None
    before = _known_before(reading)
    if before is None or before == (details.starts_at, details.ends_at):
        return None
    if moved_at is not None and details.series_id is not None:
        # Another worker may write the mail about another date at this moment.
        outbox.lock_mailbox(reading.address)
        if _is_said(reading.registration, reading.about):
            return None
        dates = list_dates_of(
            reading.registration, details.series_id, CONCERNED, _instant(moved_at)
        )
        if len(dates) > 1:
            return _all_moved(reading, before, dates)
    day, time = _day(reading), clock_time(details.starts_at, reading.zone)
    return MailWords(
        _(
            "New time: “%(title)s”, %(day)s at %(time)s",
            title=subject_title(reading),
            day=day,
            time=time,
        ),
        _("This webinar has a new time"),
        [
            _("You’re still registered: if the new time suits you, there’s nothing to do.")
            if is_in(reading, S.GOING)
            else _("You keep your place on the waiting list."),
            _("If it doesn’t suit you, cancel with one press on the page of your registration."),
        ],
        rows=[(_("Former time"), reading.moment(*before))],
        when=_("New time"),
        action=(_("See or cancel my registration"), reading.url),
        calendar=REQUEST if is_in(reading, S.GOING) else None,
    )


def _all_moved(
    reading: MailReading,
    before: tuple[datetime, datetime],
    dates: Sequence[tuple[Webinar, Registration]],
) -> MailWords:
    """Say the new times of several dates of a series, and the former time of the first one."""
    return MailWords(
        _("New times: “%(title)s”", title=subject_title(reading)),
        _("This series has new times"),
        [
            _("You’re still registered: if the new times suit you, there’s nothing to do."),
            _("If one doesn’t, cancel that date with one press on its page."),
        ],
        rows=[
            (_("Former time"), reading.moment(*before)),
            *(
                (_("New time"), reading.moment(date.starts_at, date.ends_at))
                for date, _own in dates
            ),
        ],
        action=(
            _("All dates"),
            rendering.address_of("webinars.series_page", series_id=reading.details.series_id),
        ),
        links=[(_("See or cancel my registration"), reading.url)],
        shows_moment=False,
        dates=[own for _date, own in dates if own.state is S.GOING],
    )


def _moved_at_once(about: str) -> int | None:
    """Give the number of the move of a series of which a mail is; None of one date alone."""
    _revision, _begin, _end, _new_begin, _new_end, *moved_at = about.split(":")
    return int(moved_at[0]) if moved_at else None


def _is_said(registration: Registration, about: str) -> bool:
    """Return whether a mail about another date that was moved at once has left."""
    moved_at = _moved_at_once(about)
    if moved_at is None:
        return False
    own = key_of(registration, MailOccasion.MOVED, about)
    mails = list_mails_of(registration, kind_of(MailOccasion.MOVED), PREFIX, f":{moved_at}")
    return any(each.has_left for each in mails if each.key != own)


def _known_before(reading: MailReading) -> tuple[datetime, datetime] | None:
    """Give the times that the person knows; None where a later mail says them."""
    prefix = key_of(reading.registration, MailOccasion.MOVED, "")
    own = f"{prefix}{reading.about}"
    mails = list_mails_of(reading.registration, kind_of(MailOccasion.MOVED), prefix)
    keys = [each.key for each in mails]
    if own not in keys or keys[-1] != own:
        return None
    known = own
    for earlier in reversed(mails[:-1]):
        if earlier.has_left or _is_said(reading.registration, earlier.key.removeprefix(prefix)):
            break
        known = earlier.key
    _revision, begin, end, *_after = known.removeprefix(prefix).split(":")
    return _instant(int(begin)), _instant(int(end))


@writes(MailOccasion.WEBINAR_CANCELLED)
def webinar_cancelled(reading: MailReading) -> MailWords | None:
    """Say that the webinar does not take place, and why, where its organiser wrote it."""
    webinar, at = reading.webinar, reading.details.cancelled_at
    if webinar.is_over or not is_in(reading, *CONCERNED, S.REPLAY):
        return None
    if reading.about == REMOVED:
        if not all(placement.is_removed for placement in webinar.placements):
            return None
        why: list[str] = []
    elif at is None or str(_number(at)) != reading.about or not webinar.is_published:
        return None
    else:
        lines = (reading.details.cancellation or "").splitlines()
        why = [plain_words(line, LONGEST_LINE) for line in lines if line.strip()]
    return MailWords(
        _("Cancelled: “%(title)s”", title=subject_title(reading)),
        _("This webinar is cancelled"),
        [
            _("It won’t take place, and you’ll get no reminder of it."),
            *([_("A word from the organiser:")] if why else []),
        ],
        said=why,
        when=_("It was to be"),
        action=None if reading.about == REMOVED else (_("See my registration"), reading.url),
        calendar=CANCEL if is_in(reading, S.GOING) else None,
        shows_access=False,
    )


@writes(MailOccasion.WEBINAR_REINSTATED)
def webinar_reinstated(reading: MailReading) -> MailWords | None:
    """Say that the webinar takes place, to whom its cancellation was mailed."""
    if not is_to_come(reading) or not is_in(reading, *CONCERNED, S.REPLAY):
        return None
    kind = kind_of(MailOccasion.WEBINAR_CANCELLED)
    key = key_of(reading.registration, MailOccasion.WEBINAR_CANCELLED, reading.about)
    if not any(each.has_left for each in list_mails_of(reading.registration, kind, key)):
        return None
    is_going = is_in(reading, S.GOING)
    return MailWords(
        _("It takes place after all: “%(title)s”", title=subject_title(reading)),
        _("This webinar takes place after all"),
        [_("It had been cancelled. Your registration is as it was before.")],
        action=(_("See or cancel my registration"), reading.url),
        calendar=REQUEST if is_going else None,
        shows_access=is_going,
    )


def _number(instant: datetime) -> int:
    """Write an instant as a whole number of microseconds, for keys."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def _instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)

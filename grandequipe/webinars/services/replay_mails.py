"""What is written after a webinar: the recording, and thanks with a question."""

from flask_babel import gettext as _, ngettext

from grandequipe.core.mail import rendering
from grandequipe.core.time_zones import clock_of
from grandequipe.web.formats import long_day
from grandequipe.webinars.models import ACTIVE, RegistrationState
from grandequipe.webinars.queries.replays import find_next_webinar, find_shown_replay
from grandequipe.webinars.queries.series import list_dates_of
from grandequipe.webinars.services.links import registration_url, sign_registration
from grandequipe.webinars.services.mails import (
    MailOccasion,
    MailReading,
    MailWords,
    plain_words,
    subject_title,
    writes,
)

S = RegistrationState


@writes(MailOccasion.REPLAY)
def replay(reading: MailReading) -> MailWords | None:
    """Say that the recording can be watched, and until when; the address itself is in no mail."""
    shown = find_shown_replay(reading.webinar)
    if shown is None or not _takes_part(reading):
        return None
    said = [_("You can watch it when you like.")]
    if shown.expires_at:
        zone, today = reading.zone, reading.now.astimezone(clock_of(reading.zone)).date()
        said = [_("You can watch it until %(day)s.", day=long_day(shown.expires_at, zone, today))]
    if shown.lacks_words:
        said.append(_("It has neither captions nor a transcript yet."))
    return MailWords(
        _("The recording is there: “%(title)s”", title=subject_title(reading)),
        _("The recording is there"),
        said,
        action=(_("Watch the recording"), f"{reading.url}#replay"),
        links=_next_links(reading),
        shows_access=False,
    )


@writes(MailOccasion.SERIES)
def series(reading: MailReading) -> MailWords | None:
    """List the dates of a series for which a person is registered, as it stands when it is sent."""
    series_id = reading.details.series_id
    if series_id is None:
        return None
    dates = list_dates_of(reading.registration, series_id)
    page = rendering.address_of("webinars.series_page", series_id=series_id)
    if not dates:
        cancelled = list_dates_of(reading.registration, series_id, (S.CANCELLED,))
        return MailWords(
            _("Your registrations are cancelled: “%(title)s”", title=subject_title(reading)),
            _("Your registrations are cancelled"),
            [_("You’re no longer registered for any date of this series.")],
            action=(_("All dates"), page),
            shows_access=False,
            shows_moment=False,
            dates=[own for _date, own in cancelled],
        )
    states = {S.GOING: _("a place is yours"), S.REPLAY: _("the recording only")}
    waits = _("on the waiting list")
    rows = [
        (
            reading.moment(date.starts_at, date.ends_at),
            states.get(registration.state, waits),
        )
        for date, registration in dates
    ]
    return MailWords(
        _("Your dates: “%(title)s”", title=subject_title(reading)),
        ngettext(
            "You’re registered for %(num)d date", "You’re registered for %(num)d dates", len(rows)
        ),
        [_("You’ll be reminded of each. If you can’t come to one, please cancel that one.")],
        rows=rows,
        action=(_("All dates"), page),
        # Without an account each date is cancelled on a page of its own.
        links=[]
        if reading.registration.member
        else [
            (reading.moment(date.starts_at, date.ends_at), registration_url(own))
            for date, own in dates
        ],
        shows_moment=False,
        dates=[own for _date, own in dates if own.state is not S.REPLAY],
    )


@writes(MailOccasion.THANKS)
def thanks(reading: MailReading) -> MailWords | None:
    """Thank a person who was there, and ask whether it was useful."""
    if reading.registration.attended_at is None or not _takes_part(reading):
        return None
    said = [_("Thank you for being there. Was it useful to you? Two presses tell the organiser.")]
    links = [(_("Documents and discussion"), _address_of(reading.webinar.id))]
    shown = find_shown_replay(reading.webinar)
    if shown is not None:
        links.insert(0, (_("The recording is there, too"), f"{reading.url}#replay"))
    elif not reading.registration.wants_replay:
        links.insert(0, (_("Write to me when the recording is there"), f"{reading.url}#replay"))
    return MailWords(
        _("Thank you for coming: “%(title)s”", title=subject_title(reading)),
        _("Thank you for coming"),
        said,
        action=(_("Say whether it was useful"), _feedback_url(reading)),
        links=[*links, *_next_links(reading)],
        shows_access=False,
    )


def _takes_part(reading: MailReading) -> bool:
    is_held = reading.registration.state in ACTIVE
    return is_held and reading.webinar.is_published and not reading.webinar.cancelled_at


def _feedback_url(reading: MailReading) -> str:
    token = sign_registration(reading.registration)
    return rendering.address_of("webinars.feedback", token=token)


def _address_of(post_id: int) -> str:
    return rendering.address_of("feed.post_page", post_id=post_id)


def _next_links(reading: MailReading) -> list[tuple[str, str]]:
    following = find_next_webinar(reading.webinar, reading.registration.member)
    if following is None:
        return []
    title = plain_words(following.title, 100)
    return [(_("Next webinar: “%(title)s”", title=title), _address_of(following.id))]

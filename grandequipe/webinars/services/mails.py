"""Mails to people registered to a webinar: one frame, rendered when the mail is sent.

A row of the outbox names the registration and the occasion; its text is made in the transaction
that takes the row. Guarantee: where the occasion is over by then (the registration is cancelled,
the webinar moved or cancelled, the post removed), nothing is sent. Each mail says the title, day,
hours and time zone of its reader, the place or how to join, and leads to the registration's page,
which needs no account.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale, gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import lazyload

from grandequipe.core import clock, french, mail
from grandequipe.core.calendars import Method
from grandequipe.core.lines import isolated, one_line, shortened
from grandequipe.core.mail import Mail, MailKind, OutgoingMail, register_kind, rendering
from grandequipe.core.mail.kinds import ORDINARY_QUEUE
from grandequipe.core.text_validation import quoted, unlinked
from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.members.models import Member
from grandequipe.web.formats import span
from grandequipe.web.time_zones import city
from grandequipe.webinars.models import IN_LINE, Registration, RegistrationState
from grandequipe.webinars.services.calendars import dates_of, invitation_of
from grandequipe.webinars.services.links import registration_url

# Of its own: a password is not forgotten behind ten thousand reminders.
QUEUE = "webinars"
PREFIX = "webinar"
TEMPLATE = "webinars/registration_mail"
LONGEST_TITLE = 100
LONGEST_SUBJECT_TITLE = 70
LONGEST_VENUE = 500
BLANK_LINES = re.compile(r"\n{3,}")


class MailOccasion(StrEnum):
    """Why a mail is sent to a registered person."""

    CONFIRM = "confirm"  # to a visitor, whose address is not known to be theirs yet
    GOING = "going"
    WAITING = "waiting"
    OFFERED = "offered"
    OFFER_OVER = "offer_over"
    CANCELLED = "cancelled"
    LOST_PLACE = "lost_place"
    REMINDER = "reminder"
    MOVED = "moved"
    WEBINAR_CANCELLED = "webinar_cancelled"
    WEBINAR_REINSTATED = "webinar_reinstated"
    SERIES = "series"
    REPLAY = "replay"
    QUESTION = "question"
    THANKS = "thanks"


# What leaves to everybody at once.
TO_MANY = (
    MailOccasion.REMINDER,
    MailOccasion.MOVED,
    MailOccasion.WEBINAR_CANCELLED,
    MailOccasion.WEBINAR_REINSTATED,
    MailOccasion.REPLAY,
    MailOccasion.QUESTION,
    MailOccasion.THANKS,
)


@dataclass(frozen=True)
class MailReading:
    """A mail that is being written: to whom, about what, when. The language is the reader's.

    `about` is what `post_registration_mail` was given; `title` is safe within a sentence.
    """

    registration: Registration
    webinar: Webinar
    details: WebinarDetails
    about: str
    now: datetime

    @property
    def address(self) -> str:
        """Give the present address of the person."""
        return self.registration.address

    @property
    def name(self) -> str:
        """Give the name of the person."""
        return self.registration.person_name

    @property
    def zone(self) -> str:
        """Give the time zone in which the person reads hours."""
        return clock_of(self.registration.person_time_zone or "").key

    @property
    def title(self) -> str:
        """Give the title for a sentence, between quotation marks or not."""
        return plain_words(self.webinar.title, LONGEST_TITLE)

    @property
    def url(self) -> str:
        """Give the address of the registration's page, which needs no account."""
        return registration_url(self.registration)

    def moment(self, starts_at: datetime | None = None, ends_at: datetime | None = None) -> str:
        """Say day, hours and zone: "jeudi 26 novembre, de 14 h à 15 h 30 (heure de Paris)"."""
        begin = starts_at or self.details.starts_at
        end = ends_at if starts_at else self.details.ends_at
        today = self.now.astimezone(clock_of(self.zone)).date()
        return f"{span(begin, end, self.zone, today)} ({zone_words(self.zone)})"


@dataclass(frozen=True)
class MailWords:
    """What one occasion says within the frame, in plain sentences.

    `action` is the label and address of the one button. `said` are lines that somebody wrote;
    `links` labels and addresses under the button, `footer_links` at the very end; `rows` lines
    before those of every mail, a label and a text each; `when` is the label of its time.
    `calendar` is an iCalendar method: the event goes along as an attachment; or `dates` are
    registrations of the person whose events all do. `shows_access` says how to join or where to
    come.
    """

    subject: str
    heading: str
    paragraphs: Sequence[str] = ()
    said: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    when: str = ""
    action: tuple[str, str] | None = None
    links: Sequence[tuple[str, str]] = ()
    headers: dict[str, str] = field(default_factory=dict)
    calendar: Method | None = None
    dates: Sequence[Registration] = ()
    shows_access: bool = True
    # When the webinar is: not where `rows` name several dates.
    shows_moment: bool = True
    footer: str = ""
    footer_links: Sequence[tuple[str, str]] = ()


Write = Callable[[MailReading], MailWords | None]
_writers: dict[MailOccasion, Write] = {}


def writes(occasion: MailOccasion) -> Callable[[Write], Write]:
    """Have a function write the mails of an occasion; None where there is nothing to say now."""

    def register(write: Write) -> Write:
        _writers[occasion] = write
        return write

    return register


def post_registration_mail(
    registration: Registration, occasion: MailOccasion | str, about: object = None
) -> bool:
    """Put a mail to a registered person in the outbox; return whether it was not there yet.

    `about` distinguishes mails of one occasion, and their writer reads it: the id of a question,
    say. Without it a registration gets one mail of an occasion for each time it changes state.
    """
    occasion = MailOccasion(occasion)
    if about is None:
        about = int(registration.state_changed_at.timestamp() * 1_000_000)
    db.session.flush()
    return mail.post_unrendered(
        kind_of(occasion),
        registration.address,
        key_of(registration, occasion, about),
        registration.member_id,
    )


def repeat_registration_mail(
    registration: Registration, occasion: MailOccasion | None = None
) -> bool:
    """Mail a person who asks again how their registration stands, once an hour at most.

    The caller has asked whether one more mail of the kind may go to the mailbox.
    """
    about = f"{clock.now():again-%Y-%m-%dT%H}"
    return post_registration_mail(registration, occasion or occasion_of(registration), about)


def occasion_of(registration: Registration) -> MailOccasion:
    """Give the occasion of the mail that says how a registration stands."""
    return {
        RegistrationState.WAITING: MailOccasion.WAITING,
        RegistrationState.OFFERED: MailOccasion.OFFERED,
    }.get(registration.state, MailOccasion.GOING)


def post_to_all(occasion: MailOccasion, registrations: Select[int], about: object) -> int:
    """Put a mail to each of the selected registrations in the outbox, once; count the new ones.

    `registrations` selects ids. One statement does it: no row of them is loaded.
    """
    recipients: Select[*tuple[Any, ...]] = (
        select(
            func.concat(f"{PREFIX}:", Registration.id, f":{occasion}:{about}").label("key"),
            func.coalesce(Member.email, Registration.email).label("recipient"),
            Registration.member_id,
        )
        .outerjoin(Member, Member.id == Registration.member_id)
        .where(Registration.id.in_(registrations))
    )
    return mail.post_all_unrendered(kind_of(occasion), recipients)


def key_of(registration: Registration, occasion: MailOccasion, about: object) -> str:
    """Give the key of a mail in the outbox, or what it begins with, where `about` is empty."""
    return f"{PREFIX}:{registration.id}:{occasion}:{about}"


def kind_of(occasion: MailOccasion) -> str:
    """Name the kind of mail of an occasion, as the outbox has it."""
    return f"{PREFIX}_{occasion.removeprefix(f'{PREFIX}_')}"


def render_registration_mail(mail_id: int) -> Mail | None:
    """Write the mail of a row of the outbox; None where there is nothing to send any more."""
    key = db.session.scalar(select(OutgoingMail.key).where(OutgoingMail.id == mail_id))
    prefix, registration_id, occasion, about = (key or ":::").split(":", 3)
    if prefix != PREFIX:
        return None
    registration = db.session.get(Registration, int(registration_id), populate_existing=True)
    if registration is None or not _is_reachable(registration):
        return None
    # Thousands of mails about one webinar ask for no more of it than they say.
    unread = (lazyload(Webinar.themes), lazyload(Webinar.territories))
    webinar = db.session.get(Webinar, registration.post_id, populate_existing=True, options=unread)
    if webinar is None or webinar.details is None:
        return None
    reading = MailReading(registration, webinar, webinar.details, about, clock.now())
    with rendering.in_language_of(_locale_of(registration)):
        words = _writers[MailOccasion(occasion)](reading)
        return _mail_of(reading, words) if words else None


def _is_reachable(registration: Registration) -> bool:
    member = registration.member
    return member is None or (member.active and member.is_confirmed)


def _locale_of(registration: Registration) -> str:
    return registration.person_locale or rendering.default_locale()


def _mail_of(reading: MailReading, words: MailWords) -> Mail:
    context = {
        "locale": _locale_of(reading.registration),
        "words": words,
        "name": plain_words(reading.name, LONGEST_TITLE),
        "title": reading.title,
        "language": reading.webinar.language,
        "moment": reading.moment() if words.shows_moment else None,
        "access": _access_of(reading) if words.shows_access else (),
    }
    return Mail(
        to=reading.address,
        subject=words.subject,
        text=BLANK_LINES.sub("\n\n", rendering.render(f"{TEMPLATE}.txt", **context)).strip() + "\n",
        html=rendering.render_html(f"{TEMPLATE}.html", **context),
        headers=words.headers,
        calendar=_calendar_of(reading, words),
    )


def _calendar_of(reading: MailReading, words: MailWords) -> bytes | None:
    if words.dates:
        return dates_of(words.dates)
    return invitation_of(reading.registration, words.calendar) if words.calendar else None


def _access_of(reading: MailReading) -> Sequence[tuple[str, str, str | None]]:
    """Say where to come, with the address of a map, and how to join.

    The address of the room itself is in no mail.
    """
    webinar = reading.webinar
    rows = []
    if webinar.venue:
        place = plain_words(webinar.venue, LONGEST_VENUE)
        rows.append((_("Place"), place, webinar.venue_map_url))
    if webinar.venue_access:
        rows.append((_("Access"), plain_words(webinar.venue_access, LONGEST_VENUE), None))
    if webinar.join_url or not webinar.venue:
        how = (
            _("Online. Once you have a place, the page of your registration leads to the room.")
            if reading.registration.state in IN_LINE
            else _(
                "Online. From 15 minutes before, the page of your registration leads to the room."
            )
        )
        rows.append((_("To join"), how, None))
    return rows


def zone_words(zone: str) -> str:
    """Name the clock of a place: "heure d’Adélaïde", "London time"."""
    place = city(zone)
    if str(get_locale()) == "fr":
        place = french.of(place)
    return _("%(place)s time", place=place)


def plain_words(words: str, most: int) -> str:
    """Write what somebody typed for a line of a mail: short, and without an address in it."""
    return isolated(unlinked(shortened(one_line(words), most)))


def subject_title(reading: MailReading) -> str:
    """Give the title as it stands in a subject, between quotation marks."""
    title = shortened(quoted(one_line(reading.webinar.title)), LONGEST_SUBJECT_TITLE)
    return isolated(unlinked(title))


for each in MailOccasion:
    queue = QUEUE if each in TO_MANY else ORDINARY_QUEUE
    register_kind(MailKind(kind_of(each), queue, render_registration_mail))

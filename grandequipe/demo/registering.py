"""Registrations of the people of the demo to its webinars, and who of them came."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from grandequipe.core import mail
from grandequipe.core.links import address_words
from grandequipe.core.mail import MailState, OutgoingMail
from grandequipe.core.mail.outbox import record_sent
from grandequipe.demo import content
from grandequipe.demo.timeline import Action, Timeline
from grandequipe.extensions import db
from grandequipe.feed.models import Post, Webinar
from grandequipe.webinars.models import (
    AttendedBy,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationState,
    VisitorInput,
)
from grandequipe.webinars.services import confirm_registration, register, register_visitor
from grandequipe.webinars.services.attendance import note_attendance

REGISTERED_WITHIN = timedelta(hours=40)
ARRIVED_AFTER = timedelta(minutes=3)
# Of four who have a seat: the last one does not come.
WAYS = (AttendedBy.ROOM, AttendedBy.ROOM, AttendedBy.CODE)

FindPost = Callable[[], Post]


def registrations_of(
    timeline: Timeline, text: content.PostText, published_at: datetime, find_post: FindPost
) -> Iterator[tuple[datetime, Action]]:
    """Give the registrations to a webinar in their order, each with its time."""
    modes = {
        **dict.fromkeys(text.registered, RegistrationMode.SEAT),
        **dict.fromkeys(text.replay, RegistrationMode.REPLAY),
    }
    acts: list[Action] = [
        partial(_register, timeline, key, mode, find_post) for key, mode in modes.items()
    ]
    acts += [partial(_register_visitor, name, find_post) for name in text.visitors]
    latest = min(published_at + REGISTERED_WITHIN, timeline.now)
    step = (latest - published_at) / (len(acts) + 1)
    for number, act in enumerate(acts, 1):
        yield published_at + step * number, act


def attend(find_post: FindPost) -> None:
    """Note that most of those with a seat came, some of them by the code said at the end."""
    going = select(Registration).where(
        Registration.post_id == find_post().id, Registration.state == RegistrationState.GOING
    )
    for number, registration in enumerate(db.session.scalars(going.order_by(Registration.id))):
        if number % (len(WAYS) + 1) < len(WAYS):
            note_attendance(registration, WAYS[number % (len(WAYS) + 1)])


def keep_mails() -> None:
    """Count the mails about registrations as sent: the people of the demo do not exist."""
    pending = select(OutgoingMail.id).where(
        OutgoingMail.state == MailState.PENDING, OutgoingMail.kind.startswith("webinar")
    )
    for mail_id in db.session.scalars(pending.order_by(OutgoingMail.id)).all():
        if isinstance(mail.start(mail_id), mail.Mail):
            record_sent(mail_id)


def _register(timeline: Timeline, key: str, mode: RegistrationMode, find_post: FindPost) -> None:
    register(timeline.members[key], _webinar(find_post), RegistrationInput(mode))
    keep_mails()


def _register_visitor(name: str, find_post: FindPost) -> None:
    email = f"{address_words(name)}@demo.example"
    visitor = register_visitor(_webinar(find_post), VisitorInput(name=name, email=email))
    if visitor is None:
        raise LookupError(f"{email} has been sent too many mails.")
    confirm_registration(visitor)
    keep_mails()


def _webinar(find_post: FindPost) -> Webinar:
    post = find_post()
    if not isinstance(post, Webinar):
        raise TypeError(f"“{post.title}” has registrations and is no webinar.")
    return post

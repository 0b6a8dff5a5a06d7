"""The mails to those registered: what the clock and the workers do, in the test itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.mail import MailState, OutgoingMail, deliver
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.webinars.models import Registration, RegistrationMode, RegistrationState
from grandequipe.webinars.tasks import remind
from tests.digests.mail_server import MailServer
from tests.notifications.dispatching import run_pending_handlers


def send_waiting(sink: MailServer) -> list[EmailMessage]:
    """Handle what was recorded, send every mail that waits; give those that came, by address."""
    run_pending_handlers()
    before = len(sink.mails)
    pending = select(OutgoingMail.id).where(OutgoingMail.state == MailState.PENDING)
    for mail_id in db.session.scalars(pending.order_by(OutgoingMail.id)).all():
        deliver(mail_id)
    return sorted(sink.mails[before:], key=lambda mail: str(mail["To"]))


def remind_at(at: datetime, sink: MailServer) -> list[EmailMessage]:
    """Have the clock run at an instant; give the mails that came of it."""
    with clock.travel(at):
        remind()
        return send_waiting(sink)


@contextmanager
def quiet(sink: MailServer) -> Iterator[None]:
    """Forget the mails of what happens inside: those that say that one is registered."""
    yield
    send_waiting(sink)
    sink.mails.clear()


def text_of(mail: EmailMessage) -> str:
    """Give the text part, with plain spaces, and the subject as its first line."""
    part = mail.get_body(("plain",))
    assert part
    text = f"{mail['Subject']}\n{part.get_content()}"
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def register_visitor(
    webinar: Webinar, name: str, time_zone: str, locale: str = "fr", **values: object
) -> Registration:
    """Have a visitor go, who has confirmed; the address is their first name @example.net."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.net"
    with atomic():
        registration = Registration(
            **{
                "post_id": webinar.id,
                "name": name,
                "email": email,
                "email_key": email,
                "time_zone": time_zone,
                "locale": locale,
                "mode": RegistrationMode.SEAT,
                "state": RegistrationState.GOING,
                "created_at": clock.now(),
                **values,
            }
        )
        db.session.add(registration)
    return registration

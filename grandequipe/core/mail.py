"""The one door for letters.

Guarantee: `send` returns only after the server's 250. When it raises, the caller knows which
of three things is true: MailFailed, the server did not take the letter and a later try is
safe; MailRefused, it never will; MailUncertain, the connection broke after the text had left
and before the answer came, so a second try may double the letter.
"""

import smtplib
import ssl
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid, parseaddr
from threading import local
from urllib.parse import parse_qs, unquote, urlsplit

from celery import shared_task
from flask import current_app

from grandequipe.core import clock
from grandequipe.core.transactions import on_commit


class OneLine(EmailPolicy):
    """Keep the address in `List-Unsubscribe` on the line of its name, however long it is."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header as mail servers want it; most are folded as usual."""
        if name in ADDRESSES:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


ADDRESSES = {"List-Unsubscribe"}
SMTP_POLICY = OneLine(linesep="\r\n")
PATIENCE = 20.0
PERMANENT = 500


class MailFailed(Exception):
    """Say that the letter was not taken and may be tried again."""


class MailRefused(Exception):
    """Say that the server will never take this letter."""


class MailUncertain(Exception):
    """Say that nobody knows whether the letter was taken."""


@dataclass(frozen=True)
class Letter:
    """One e-mail to one person, in both forms."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def post(letter: Letter) -> None:
    """Have the letter sent by the worker, after the present transaction is committed."""
    on_commit(lambda: deliver.delay(asdict(letter)))


@shared_task(
    name="mail.deliver",
    ignore_result=True,
    autoretry_for=(MailFailed,),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def deliver(letter: Mapping[str, object]) -> None:
    """Send one letter, trying again only when that cannot double it."""
    send(Letter(**letter))  # type: ignore[arg-type]


def send(letter: Letter) -> None:
    """Give the letter to the server now; see the module for what is raised."""
    message = compose(letter)
    server = _server()
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(_sender_address()))
        _expect(server.rcpt(letter.to))
    except (smtplib.SMTPException, OSError) as error:
        _hang_up()
        raise MailFailed(str(error)) from error
    _send_text(server, message)


def compose(letter: Letter) -> EmailMessage:
    """Write the message as it goes out: text and HTML, and a machine's signature (RFC 3834)."""
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = current_app.config["SETTINGS"].mail_from
    message["To"] = Address(addr_spec=letter.to)
    # A name may hold any of the signs that end a line, and one of them refuses the letter.
    message["Subject"] = " ".join(letter.subject.splitlines())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = letter.message_id or make_msgid(domain=_host())
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = value
    message["MIME-Version"] = "1.0"
    message.make_alternative()
    message.attach(_part(letter.text, "plain"))
    message.attach(_part(letter.html, "html"))
    return message


def _part(words: str, subtype: str) -> EmailMessage:
    """Write one form as `set_content` would, by the encoder in C: letters leave by the thousand."""
    part = EmailMessage(policy=SMTP_POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = "\n".join(words.splitlines()) + "\n"
    part.set_payload(b2a_qp(lines.encode(), istext=True).decode("ascii"))
    return part


def _send_text(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        _expect(server.data(message.as_bytes()))
    except smtplib.SMTPDataError as error:
        _hang_up()
        _refuse_or_fail(error.smtp_code, str(error))
    except (smtplib.SMTPException, OSError) as error:
        _hang_up()
        raise MailUncertain(str(error)) from error


def _expect(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if code not in (250, 251):
        _hang_up()
        _refuse_or_fail(code, words.decode(errors="replace"))


def _refuse_or_fail(code: int, words: str) -> None:
    if code >= PERMANENT:
        raise MailRefused(f"{code} {words}")
    raise MailFailed(f"{code} {words}")


_kept = local()


def _server() -> smtplib.SMTP:
    """Reuse this thread's connection: a thousand letters are not a thousand greetings."""
    server: smtplib.SMTP | None = getattr(_kept, "server", None)
    url = current_app.config["SETTINGS"].mail_url
    if server is not None and _kept.url == url and _is_awake(server):
        return server
    try:
        _kept.server, _kept.url = _connect(url), url
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(str(error)) from error
    return _kept.server


def _is_awake(server: smtplib.SMTP) -> bool:
    try:
        return server.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", [""])[0]
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    server = kind(parts.hostname or "localhost", parts.port or 0, timeout=PATIENCE)
    if tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _hang_up() -> None:
    server: smtplib.SMTP | None = getattr(_kept, "server", None)
    _kept.server = None
    if server is not None:
        server.close()


def _host() -> str:
    return str(current_app.config["SETTINGS"].host)


def _sender_address() -> str:
    return parseaddr(current_app.config["SETTINGS"].mail_from)[1]

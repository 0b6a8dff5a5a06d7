"""Giving a letter to the mail server; see the package for what is guaranteed."""

import smtplib
import ssl
from email.errors import HeaderParseError
from email.utils import parseaddr
from threading import local
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from grandequipe.core.mail.messages import Letter, MailRefused, wire_address, write

PATIENCE = 20.0
PERMANENT = 500


class MailFailed(Exception):
    """Say that the letter was not taken and may be tried again."""


class MailUncertain(Exception):
    """Say that nobody knows whether the letter was taken."""


def send(letter: Letter) -> None:
    """Give the letter to the server now; see the package for what is raised."""
    try:
        message, to = write(letter), wire_address(letter.to)
    except (ValueError, HeaderParseError) as error:
        raise MailRefused(f"It cannot be written: {error}") from error
    server = _server()
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(_sender_address()))
        _expect(server.rcpt(to))
    except (smtplib.SMTPException, OSError) as error:
        _hang_up()
        raise MailFailed(str(error)) from error
    _send_text(server, message)


def _send_text(server: smtplib.SMTP, message: bytes) -> None:
    try:
        _expect(server.data(message))
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
        _kept.server, _kept.url = connect(url), url
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(str(error)) from error
    return _kept.server


def _is_awake(server: smtplib.SMTP) -> bool:
    try:
        return server.rset()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def connect(url: str) -> smtplib.SMTP:
    """Open a connection to `smtp[s]://user:password@host:port?tls=starttls`, and log in.

    With either kind of TLS the server's certificate must be good for its name.
    Raises smtplib.SMTPException, or OSError.
    """
    parts, checked = urlsplit(url), ssl.create_default_context()
    where = (parts.hostname or "localhost", parts.port or 0)
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=checked)
    else:
        server = smtplib.SMTP(*where, timeout=PATIENCE)
    if parse_qs(parts.query).get("tls") == ["starttls"]:
        server.starttls(context=checked)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _hang_up() -> None:
    server: smtplib.SMTP | None = getattr(_kept, "server", None)
    _kept.server = None
    if server is not None:
        server.close()


def _sender_address() -> str:
    return parseaddr(current_app.config["SETTINGS"].mail_from)[1]

"""Giving a mail to the mail server; see the package for what is guaranteed."""

import re
import smtplib
import ssl
from email.errors import HeaderParseError
from email.utils import parseaddr
from functools import lru_cache
from threading import local
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from grandequipe.core.mail.messages import Mail, MailRefused, wire_address, write

# In seconds: for each answer, and for the one after the text, before which servers look for spam
# and viruses (RFC 5321, 4.5.3.2.6, would have ten minutes; a worker has other things to do).
PATIENCE, PATIENCE_AFTER_TEXT = 20.0, 60.0
# One that kept us waiting and said nothing is left alone: a worker that asks it for each mail
# would do nothing else.
LEFT_ALONE_FOR = 60.0
TAKEN, PERMANENT = 250, 500
# Of the answers to RCPT, those that are about the address itself (RFC 3463, 3.2 and 3.3): no such
# mailbox, no such host, not an address, moved away, no mail server (RFC 7505). A plain 550 may be
# about us: a block list, a quota; so may 5.2.1 (disabled), and a disabled mailbox may come back.
OF_ADDRESS = re.compile(r"5\d\d 5\.1\.([1236]|10)\b")


class MailFailed(Exception):
    """Say that the mail was not taken and may be tried again."""


class MailUncertain(Exception):
    """Say that nobody knows whether the mail was taken."""


class RecipientRefused(MailRefused):
    """Say that the server refuses the recipient's address for good, whatever is sent there."""


def send(mail: Mail) -> None:
    """Give the mail to the server now; see the package for what is raised."""
    try:
        message, to = write(mail), wire_address(mail.to)
    except (ValueError, HeaderParseError) as error:
        raise MailRefused(f"It cannot be written: {error}") from error
    try:
        server = _server_that_listens(_envelope_sender(mail.envelope_token))
        _expect_recipient(server.rcpt(to))
    except (smtplib.SMTPException, OSError) as error:
        _hang_up()
        raise MailFailed(str(error)) from error
    _send_text(server, message)


def _send_text(server: smtplib.SMTP, message: bytes) -> None:
    try:
        _wait_at_most(server, PATIENCE_AFTER_TEXT)
        _expect(server.data(message))
        _wait_at_most(server, PATIENCE)
    except smtplib.SMTPDataError as error:
        _hang_up()
        _refuse_or_fail(error.smtp_code, str(error))
    except (smtplib.SMTPException, OSError) as error:
        _hang_up()
        raise MailUncertain(str(error)) from error


def _expect_recipient(answer: tuple[int, bytes]) -> None:
    code, message = answer
    if code not in (TAKEN, 251):
        _hang_up()
        said = message.decode(errors="replace")
        if OF_ADDRESS.match(f"{code} {said}"):
            raise RecipientRefused(f"{code} {said}")
        _refuse_or_fail(code, said)


def _expect(answer: tuple[int, bytes]) -> None:
    code, message = answer
    if code != TAKEN:
        _hang_up()
        _refuse_or_fail(code, message.decode(errors="replace"))


def _refuse_or_fail(code: int, said: str) -> None:
    if code >= PERMANENT:
        raise MailRefused(f"{code} {said}")
    raise MailFailed(f"{code} {said}")


_kept = local()


def _envelope_sender(token: str) -> str:
    """Give the address to which servers return the mail (RFC 5321, 3.6.3).

    Where the operator's mail server takes it, each mail has its own, so that what comes back names
    the mail (VERP).
    """
    settings = current_app.config["SETTINGS"]
    template: str = settings.mail_envelope_from
    return template.replace("{token}", token) if template else _address_in(settings.mail_from)


def _server_that_listens(sender: str) -> smtplib.SMTP:
    """Give a server that took the envelope sender: a thousand mails are not a thousand greetings.

    This thread's connection may have ended since the last mail; the first response shows it, and
    nothing is lost or doubled by asking another.
    """
    kept = _kept_server()
    if kept is not None and _takes(kept, sender):
        return kept
    _hang_up()
    _kept.url = current_app.config["SETTINGS"].mail_url
    code, said = _greet_unless_silent(_kept.url, sender)
    if code != TAKEN:
        # The site is refused, for any recipient: a quota is spent, or a password has changed.
        _hang_up()
        raise MailFailed(f"{code} {said.decode(errors='replace')}")
    return _kept.server


def _greet_unless_silent(url: str, sender: str) -> tuple[int, bytes]:
    """Say who writes to a new connection, and give the answer."""
    began, (silent, until) = monotonic(), getattr(_kept, "silent", ("", 0.0))
    if silent == url and began < until:
        raise MailFailed("The mail server did not answer a moment ago.")
    try:
        _kept.server = connect(url)
        _kept.server.ehlo_or_helo_if_needed()
        answer: tuple[int, bytes] = _kept.server.mail(sender)
    except (smtplib.SMTPException, OSError) as error:
        has_answered = isinstance(error, smtplib.SMTPResponseException)
        if not has_answered and monotonic() - began > PATIENCE / 2:
            _kept.silent = (url, monotonic() + LEFT_ALONE_FOR)
        raise
    return answer


def _wait_at_most(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _kept_server() -> smtplib.SMTP | None:
    is_ours = getattr(_kept, "url", None) == current_app.config["SETTINGS"].mail_url
    return _kept.server if is_ours else None


def _takes(server: smtplib.SMTP, sender: str) -> bool:
    try:
        return server.mail(sender)[0] == TAKEN
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


@lru_cache(maxsize=4)
def _address_in(mail_from: str) -> str:
    return parseaddr(mail_from)[1]

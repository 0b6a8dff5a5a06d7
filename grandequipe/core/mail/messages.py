"""A mail, and the message that it becomes (RFC 5322, 2045, 2046, 3834, 6047)."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from functools import lru_cache

from flask import current_app

from grandequipe.core import clock
from grandequipe.core.mail import rendering

SMTP_POLICY = EmailPolicy(linesep="\r\n")
# Written as they are, on the line of their name: programs look for addresses and names there.
VERBATIM = {"To", "Message-ID", "List-Unsubscribe"}
# "=_" is in no text in quoted-printable (RFC 2045, 6.7): no part holds the line that ends it.
BOUNDARY = "=_part"
OUTER_BOUNDARY = "=_mixed"
METHOD = re.compile(rb"^METHOD:([A-Z]+)\r$", re.MULTILINE)
ONE_HEADER = re.compile(rb"[!-9;-~]+:[^\r\n\0]*(\r\n[ \t][^\r\n\0]+)*\r\n")


@dataclass(frozen=True)
class Mail:
    """One e-mail to one address, with a text part and an HTML part.

    `envelope_token` stands in the envelope sender, where the operator has set one for it.
    `calendar` is an iCalendar object with its METHOD (RFC 5546): mail programs offer to take it
    over, and those that do not know such parts show it as a file.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str | None = None
    envelope_token: str = ""
    calendar: bytes | None = None


class MailRefused(Exception):
    """Say that the server will never take this mail."""


def new_id() -> str:
    """Make a Message-ID that no other mail has."""
    return make_msgid(domain=rendering.host())


def wire_address(address: str) -> str:
    """Write an address as every mail server reads it; raise MailRefused where there is no way."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}".encode("ascii").decode()
    except UnicodeError:
        raise MailRefused("This address cannot be written in ASCII.") from None


def write(mail: Mail) -> bytes:
    """Write the message as it goes out: text, HTML, and the mark of an automatic sender (RFC 3834).

    A calendar is one more way to read the message, and a file beside it.
    Raises ValueError, or email's HeaderParseError, for an address or a header that cannot be.
    """
    headers = {
        "From": current_app.config["SETTINGS"].mail_from,
        "To": _checked(wire_address(mail.to)),
        # A name may hold any of the signs that end a line, and servers refuse one of them.
        "Subject": " ".join(mail.subject.splitlines()),
        "Date": format_datetime(clock.now()),
        "Message-ID": mail.message_id or new_id(),
        "Auto-Submitted": "auto-generated",
        **({"Reply-To": mail.reply_to} if mail.reply_to else {}),
        **mail.headers,
        "MIME-Version": "1.0",
    }
    written = [_header(name, value) for name, value in headers.items()]
    parts = [_part(mail.text, "plain"), _part(mail.html, "html")]
    if mail.calendar is None:
        return b"".join([*written, ALTERNATIVE, *parts, END])
    calendar = encodebytes(mail.calendar).replace(b"\n", b"\r\n")
    parts += [_calendar_head(mail.calendar), calendar, END, CALENDAR_FILE, calendar]
    return b"".join([*written, MIXED, ALTERNATIVE, *parts, OUTER_END])


def _checked(address: str) -> str:
    """Refuse an address that the library reads otherwise than it is written."""
    if str(Address(addr_spec=address)) != address:
        raise ValueError("This address cannot be written.")
    return address


@lru_cache(maxsize=64)
def _header(name: str, value: str) -> bytes:
    """Have the library encode and fold a header; most are the same in each mail.

    Guarantee: what is returned is one header, whatever the value holds. The library reads words
    that look encoded (RFC 2047) and writes what they say, line ends too: a name that looks so is
    encoded as it stands, and no line that would begin another header leaves here. It also loses a
    blank between two words that it encodes: a subject is encoded whole.
    """
    if name in VERBATIM:
        written = f"{name}: {value}\r\n".encode("ascii")
    elif "=?" in value or (name == "Subject" and not value.isascii()):
        encoded = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
        written = f"{name}: {encoded}\r\n".encode("ascii")
    else:
        written = SMTP_POLICY.fold_binary(*SMTP_POLICY.header_store_parse(name, value))
    if not ONE_HEADER.fullmatch(written):
        raise ValueError(f"{name} would be more than one header.")
    return written


def _part(content: str, subtype: str) -> bytes:
    """Write one part by the encoder in C, whole: digests leave by the thousand."""
    head = PART.format(boundary=BOUNDARY, subtype=subtype)
    return head.encode() + b2a_qp("\r\n".join(content.splitlines()).encode(), istext=True)


def _calendar_head(calendar: bytes) -> bytes:
    """Name the method of the calendar in its part, as RFC 6047 asks; ValueError without one."""
    method = METHOD.search(calendar)
    if method is None:
        raise ValueError("The calendar says no METHOD.")
    return CALENDAR.format(boundary=BOUNDARY, method=method[1].decode()).encode()


ALTERNATIVE = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()
MIXED = (
    f'Content-Type: multipart/mixed; boundary="{OUTER_BOUNDARY}"\r\n\r\n--{OUTER_BOUNDARY}\r\n'
).encode()
OUTER_END = f"\r\n--{OUTER_BOUNDARY}--\r\n".encode()
CALENDAR = (
    "\r\n--{boundary}\r\n"
    'Content-Type: text/calendar; charset="utf-8"; method={method}\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)
CALENDAR_FILE = (
    f"\r\n--{OUTER_BOUNDARY}\r\n"
    'Content-Type: application/ics; name="invitation.ics"\r\n'
    'Content-Disposition: attachment; filename="invitation.ics"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
).encode()
PART = (
    "\r\n--{boundary}\r\n"
    'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)

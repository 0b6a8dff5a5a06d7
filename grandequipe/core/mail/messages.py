"""A mail, and the message that it becomes (RFC 5322, 2045, 2046, 3834)."""

import re
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
ONE_HEADER = re.compile(rb"[!-9;-~]+:[^\r\n\0]*(\r\n[ \t][^\r\n\0]+)*\r\n")


@dataclass(frozen=True)
class Mail:
    """One e-mail to one address, with a text part and an HTML part.

    `envelope_token` stands in the envelope sender, where the operator has set one for it.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: str | None = None
    envelope_token: str = ""


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
        "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }
    written = [_header(name, value) for name, value in headers.items()]
    parts = [_part(mail.text, "plain"), _part(mail.html, "html")]
    return b"".join([*written, *parts, f"\r\n--{BOUNDARY}--\r\n".encode()])


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


PART = (
    "\r\n--{boundary}\r\n"
    'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)

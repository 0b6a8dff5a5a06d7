"""A letter, and the message that it becomes (RFC 5322, 2045, 2046, 3834)."""

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from functools import lru_cache

from flask import current_app

from grandequipe.core import clock, letters


class OneLine(EmailPolicy):
    """Keep the address in `List-Unsubscribe` on the line of its name, however long it is."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header as mail servers want it; most are folded as usual."""
        if name in ADDRESSES:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


ADDRESSES = {"List-Unsubscribe"}
SMTP_POLICY = OneLine(linesep="\r\n")
# "=_" is in no text in quoted-printable (RFC 2045, 6.7): no part holds the line that ends it.
BOUNDARY = "=_part"


@dataclass(frozen=True)
class Letter:
    """One e-mail to one person, in both forms."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class MailRefused(Exception):
    """Say that the server will never take this letter."""


def wire_address(address: str) -> str:
    """Write an address as every mail server reads it; raise MailRefused where there is no way."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}".encode("ascii").decode()
    except UnicodeError:
        raise MailRefused("This address cannot be written in ASCII.") from None


def write(letter: Letter) -> bytes:
    """Write the message as it goes out: text and HTML, and a machine's signature (RFC 3834).

    Raises ValueError, or email's HeaderParseError, for an address or a header that cannot be.
    """
    headers = {
        "From": current_app.config["SETTINGS"].mail_from,
        "To": str(Address(addr_spec=wire_address(letter.to))),
        # A name may hold any of the signs that end a line, and one of them refuses the letter.
        "Subject": " ".join(letter.subject.splitlines()),
        "Date": format_datetime(clock.now()),
        "Message-ID": letter.message_id or make_msgid(domain=letters.host()),
        "Auto-Submitted": "auto-generated",
        **letter.headers,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }
    written = [_header(name, value) for name, value in headers.items()]
    parts = [_part(letter.text, "plain"), _part(letter.html, "html")]
    return b"".join([*written, *parts, f"\r\n--{BOUNDARY}--\r\n".encode()])


@lru_cache(maxsize=64)
def _header(name: str, value: str) -> bytes:
    """Have the library check, encode and fold a header; most are the same in each letter."""
    return SMTP_POLICY.fold_binary(*SMTP_POLICY.header_store_parse(name, value))


def _part(words: str, subtype: str) -> bytes:
    """Write one form by the encoder in C, whole: letters leave by the thousand."""
    head = PART.format(boundary=BOUNDARY, subtype=subtype)
    return head.encode() + b2a_qp("\r\n".join(words.splitlines()).encode(), istext=True)


PART = (
    "\r\n--{boundary}\r\n"
    'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)

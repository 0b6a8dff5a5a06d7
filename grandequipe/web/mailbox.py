"""The mails that the mail catcher of the embedded default keeps, each in a file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from grandequipe.core.errors import NotFound

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
MOST_LISTED = 200
SHOWN_HEADERS = ("Message-ID", "List-Unsubscribe")


@dataclass(frozen=True)
class CaughtMail:
    """A mail as it was received, and the name of its file without the suffix."""

    name: str
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """Give the mail, parsed."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def subject(self) -> str:
        """Give the Subject header, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        """Give the From header, decoded."""
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        """Give the envelope's recipient, or the To header."""
        return str(self.message["Delivered-To"] or self.message["To"] or "")

    @property
    def sent_at(self) -> datetime:
        """Give the Date header's time; the epoch where it is invalid."""
        try:
            return parsedate_to_datetime(str(self.message["Date"]))
        except ValueError:
            return datetime.fromtimestamp(0, UTC)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Give the technical headers to show, as names and values."""
        return [(name, str(self.message[name])) for name in SHOWN_HEADERS if self.message[name]]

    def part(self, kind: str) -> str:
        """Give the part of a kind, "plain" or "html"; empty where the mail has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""


class Mailbox:
    """The folder that the mail catcher writes to."""

    def __init__(self, url: str) -> None:
        self._folder = Path(unquote(urlsplit(url).path))

    def list_mails(self, to: str = "") -> list[CaughtMail]:
        """List the last mails, newest first, or those whose recipient contains `to`."""
        mails = map(self._read, sorted(self._names(), reverse=True))
        return list(islice((each for each in mails if to.lower() in each.to.lower()), MOST_LISTED))

    def get_mail(self, name: str) -> CaughtMail:
        """Get a mail by its name; NotFound too for a name that leads out of the folder."""
        if not NAME.fullmatch(name) or not self._path(name).is_file():
            raise NotFound
        return self._read(name)

    def _names(self) -> Iterable[str]:
        found = self._folder.glob("*.eml") if self._folder.is_dir() else ()
        return (path.stem for path in found if NAME.fullmatch(path.stem))

    def _read(self, name: str) -> CaughtMail:
        return CaughtMail(name, self._path(name).read_bytes())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.eml"

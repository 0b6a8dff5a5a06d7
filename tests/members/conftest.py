"""A fixture that delivers the queued mails of a scene and reads them."""

import contextvars
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from grandequipe.core.mail.tasks import deliver, send_mail
from tests.api.conftest import program as program
from tests.queued import take_queued

LINK = re.compile(r"http://localhost(/\S+)")


class Inbox:
    """Runs the queued mail tasks as the worker would, and reads the mails that the catcher got."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.known = set(folder.glob("[0-9]*.eml"))

    def mails(self) -> list[EmailMessage]:
        """Deliver and return the mails queued since the last call."""
        for mail_id, _tries in take_queued(send_mail):
            contextvars.Context().run(self._deliver, mail_id)
        arrived = sorted(set(self.folder.glob("[0-9]*.eml")) - self.known)
        self.known.update(arrived)
        return [_read(path) for path in arrived]

    def mail(self) -> EmailMessage:
        """Deliver and return the one mail queued since the last call."""
        mails = self.mails()
        assert len(mails) == 1, [mail["Subject"] for mail in mails]
        return mails[0]

    def _deliver(self, mail_id: int) -> None:
        with self.app.app_context():
            deliver(mail_id)


def _read(path: Path) -> EmailMessage:
    content = path.read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    """Return the HTML part of a mail."""
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    """Return the path of the first link in a mail's text."""
    found = LINK.search(text_of(mail))
    assert found, text_of(mail)
    return found[1]


@pytest.fixture
def inbox(app: Flask, mails_folder: Path) -> Inbox:
    """Return the inbox of a scene, without the mails queued before."""
    inbox = Inbox(app, mails_folder)
    inbox.mails()
    return inbox

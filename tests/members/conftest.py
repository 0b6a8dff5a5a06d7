"""A fixture that delivers the queued mails of a scene and reads them."""

import contextvars
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from grandequipe.core.mail.tasks import deliver, send_mail
from tests.queued import take_queued

LINK = re.compile(r"http://localhost(/\S+)")


class Postman:
    """Run by hand the tasks that the worker would run, and read what the catcher received."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.known = set(folder.glob("[0-9]*.eml"))

    def letters(self) -> list[EmailMessage]:
        """Deliver what was posted since the last time, and give it."""
        for mail_id, _tries in take_queued(send_mail):
            contextvars.Context().run(self._deliver, mail_id)
        arrived = sorted(set(self.folder.glob("[0-9]*.eml")) - self.known)
        self.known.update(arrived)
        return [_read(path) for path in arrived]

    def letter(self) -> EmailMessage:
        """Give the one letter that was posted since the last time."""
        letters = self.letters()
        assert len(letters) == 1, [letter["Subject"] for letter in letters]
        return letters[0]

    def _deliver(self, mail_id: int) -> None:
        with self.app.app_context():
            deliver(mail_id)


def _read(path: Path) -> EmailMessage:
    content = path.read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(letter: EmailMessage) -> str:
    """Give the text part of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """Give the HTML part of a letter."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """Give the path of the first link in a letter's text."""
    found = LINK.search(text_of(letter))
    assert found, text_of(letter)
    return found[1]


@pytest.fixture
def postman(app: Flask, letters_folder: Path) -> Postman:
    """Give each scene a postman."""
    postman = Postman(app, letters_folder)
    postman.letters()
    return postman

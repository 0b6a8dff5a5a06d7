"""Each try to send a mail has one outcome: accepted, try later, refused, or uncertain."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from grandequipe.core.mail import (
    Mail,
    MailFailed,
    MailRefused,
    MailUncertain,
    send,
    write,
)
from tests.site import free_port

WORDS = (
    *(
        "ESS Quartiers",
        "et 1 autre groupe\u00a0:",
        "1 ressource,",
        "1\u00a0actualité,",
        "webinaire",
    ),
    *("le 10 décembre", "Emploi et insertion dans les quartiers", "é" * 30, "日本", "🦒"),
)
MAIL = Mail("chloe@example.org", "Un sujet é", "Bonjour.\n", "<p>Bonjour.</p>")


def written(message: Mail) -> EmailMessage:
    """Read a mail as a mail program does."""
    return message_from_bytes(write(message), policy=default)


def subject_of(words: str) -> str:
    """Read the subject of a mail, which keeps within its lines."""
    raw = write(replace(MAIL, subject=words))
    assert max(map(len, raw.splitlines())) <= 78
    return str(message_from_bytes(raw, policy=default)["Subject"])


@dataclass
class Post:
    """A mail server that answers as a scene says."""

    to_sender: str = "250 OK"
    to_recipient: str = "250 OK"
    to_text: str = "250 OK"
    hangs_up: bool = False
    taken: list[bytes] = field(default_factory=list)
    greetings: int = 0
    tired_of: int = 0
    server: Any = None

    def disconnect(self, how: str) -> None:
        """Close the connections, and listen again when that is done."""
        left, loop = Event(), self.server.loop

        async def leave() -> None:
            getattr(self.server.transport, how)()
            while self.server.transport is not None:
                await asyncio.sleep(0)
            left.set()

        asyncio.run_coroutine_threadsafe(leave(), loop)
        left.wait()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who comes in."""
        session.host_name, self.server = hostname, server
        self.greetings += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a sender, or say that this connection has lasted long enough."""
        if self.greetings == self.tired_of:
            return "421 Too many mails"
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer whether the recipient is known."""
        envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the text, or not, or break off before the answer."""
        if self.hangs_up:
            server.transport.abort()
            await asyncio.sleep(0)
        if self.to_text.startswith("250"):
            self.taken.append(envelope.content)
        return self.to_text


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """Open a mail server for one scene."""
    handler, settings = Post(), app.config["SETTINGS"]
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    url = f"smtp://127.0.0.1:{server.port}"
    app.config["SETTINGS"] = replace(settings, mail_url=url)
    yield handler
    app.config["SETTINGS"] = settings
    server.stop()


def test_a_mail_that_is_accepted_is_accepted_once(post: Post) -> None:
    send(MAIL)
    [content] = post.taken
    assert b"Auto-Submitted: auto-generated" in content


def test_a_domain_with_accents_is_written_as_mail_servers_read_it(post: Post) -> None:
    send(replace(MAIL, to="chloe@quartier-été.example"))
    [content] = post.taken
    assert b"chloe@xn--quartier-t-j7ab.example" in content


def test_an_address_that_mail_servers_cannot_read_is_refused_for_good(post: Post) -> None:
    with pytest.raises(MailRefused):
        send(replace(MAIL, to="hélène@example.org"))
    send(MAIL)
    assert len(post.taken) == 1


def test_mails_share_a_connection(post: Post) -> None:
    for _ in range(5):
        send(MAIL)
    assert (len(post.taken), post.greetings) == (5, 1)


@pytest.mark.parametrize("leave", ["close", "abort"])
def test_a_server_that_left_between_two_mails_is_connected_again(post: Post, leave: str) -> None:
    send(MAIL)
    post.disconnect(leave)
    send(MAIL)
    assert (len(post.taken), post.greetings) == (2, 2)


def test_a_server_that_is_tired_of_a_connection_gets_another(post: Post) -> None:
    send(MAIL)
    post.tired_of = post.greetings
    send(MAIL)
    assert (len(post.taken), post.greetings) == (2, 2)


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (lambda post: setattr(post, "to_sender", "550 quota exceeded"), MailFailed),
        (lambda post: setattr(post, "to_recipient", "451 later"), MailFailed),
        (lambda post: setattr(post, "to_recipient", "550 unknown"), MailRefused),
        (lambda post: setattr(post, "to_text", "452 full"), MailFailed),
        (lambda post: setattr(post, "to_text", "554 spam"), MailRefused),
        (lambda post: setattr(post, "hangs_up", True), MailUncertain),
    ],
    ids=[
        "quota spent",
        "asked to wait",
        "unknown",
        "full",
        "unwanted",
        "broken off after the text",
    ],
)
def test_what_is_not_taken_is_called_by_its_name(
    post: Post, arrange: Callable[[Post], None], expected: type[Exception]
) -> None:
    arrange(post)
    with pytest.raises(expected):
        send(MAIL)
    post.to_sender = post.to_recipient = post.to_text = "250 OK"
    post.hangs_up = False
    post.taken.clear()
    send(MAIL)
    assert len(post.taken) == 1, "the next mail is not harmed"


def test_a_server_that_is_not_there_has_not_taken_it(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}")
    try:
        with pytest.raises(MailFailed):
            send(MAIL)
    finally:
        app.config["SETTINGS"] = settings


def test_a_mail_has_both_parts_and_is_marked_as_automatic(app: Flask) -> None:
    message = written(replace(MAIL, headers={"List-Id": "<ess.example.org>"}))
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<ess.example.org>"
    assert message["Message-ID"].endswith(f"@{app.config['SETTINGS'].host}>")
    assert not message.defects


@pytest.mark.parametrize(
    "words", ["--=_part--\n=_part", "é" * 5000, "a" * 5000, ". \n.\n", "a\tb \n"]
)
def test_any_text_in_a_mail_arrives_as_it_was_written(app: Flask, words: str) -> None:
    message = written(replace(MAIL, text=words, html=f"<p>{words}</p>"))
    text, html = (part.get_content() for part in message.iter_parts())
    assert text.splitlines() == words.splitlines()
    assert html.splitlines() == f"<p>{words}</p>".splitlines()
    assert max(map(len, write(replace(MAIL, text=words)).splitlines())) <= 78


def test_a_calendar_is_a_part_that_names_its_method_and_a_file(app: Flask) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX:\xc3\xa9\r\nEND:VCALENDAR\r\n"
    message = written(replace(MAIL, calendar=calendar))
    ways, file = message.iter_parts()
    assert [part.get_content_type() for part in ways.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part: Any = list(ways.iter_parts())[-1]
    assert part["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert part.get_content().encode() == file.get_content() == calendar
    assert (file.get_filename(), file.get_content_disposition()) == ("invitation.ics", "attachment")
    assert message.get_body(("plain",)).get_content() == MAIL.text.rstrip("\n")
    assert not [each.defects for each in message.walk() if each.defects]
    with pytest.raises(ValueError, match="METHOD"):
        write(replace(MAIL, calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))


def test_a_name_cannot_add_a_header(app: Flask) -> None:
    message = written(replace(MAIL, subject="Sujet\r\nBcc: tous@example.org"))
    assert message["Bcc"] is None
    assert message["Subject"] == "Sujet Bcc: tous@example.org"


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?=0D=0AReply-To:_pirate@evil.example?=",
        "=?utf-8?b?DQoNCmh0dHBzOi8vZXZpbC5leGFtcGxlL3g=?=",
        "=?utf-8?q?=00?=",
        "=?utf-8?q?=0a?= Quartier",
        "é " * 60 + "=?utf-8?q?=0D=0AX:y?=",
    ],
)
def test_a_name_that_looks_encoded_is_written_as_it_stands(app: Flask, name: str) -> None:
    raw = write(replace(MAIL, subject=f"{name} : 1 actualité"))
    head = raw.split(b"\r\n\r\n")[0]
    assert b"\0" not in head
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert len(raw.split(b"\r\n\r\n")) == len(write(MAIL).split(b"\r\n\r\n"))
    message = written(replace(MAIL, subject=f"{name} : 1 actualité"))
    assert message.keys() == written(MAIL).keys()
    assert not message.defects


def test_a_subject_loses_nothing_where_it_is_folded(app: Flask) -> None:
    """Between two encoded words a blank is nobody's (RFC 2047, 6.2): each must be within one."""
    turns = range(len(WORDS))
    subjects = {" ".join((WORDS * 2)[turn : turn + many + 1]) for turn in turns for many in turns}
    assert {words for words in subjects if subject_of(words) != words} == set()


@pytest.mark.parametrize("local", ["=?utf-8?q?=0D=0AX:y?=", "=?utf-8?q?a?=", "a..b"])
def test_an_address_that_reads_otherwise_is_refused(post: Post, local: str) -> None:
    with pytest.raises(MailRefused):
        send(replace(MAIL, to=f"{local}@example.org"))
    assert post.taken == []


def test_a_mail_keeps_its_given_message_id(app: Flask) -> None:
    assert written(replace(MAIL, message_id="<digest-7@x>"))["Message-ID"] == "<digest-7@x>"

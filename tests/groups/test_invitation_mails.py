"""The mail of an invitation counts towards its rate limit when it is sent, not before."""

import pytest

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.events import InvitationSent
from grandequipe.groups.handlers import deliver_invitation
from grandequipe.groups.services import invite_address
from tests.factories import Cast
from tests.members.conftest import Inbox

NOBODY = "nobody@example.org"


class Unplugged(Exception):
    """Raised after a handler has run, to roll it back."""


def record_of(kind: str) -> EventRecord:
    return db.session.query(EventRecord).filter_by(kind=kind).one()


def handle_and_fail(event_record: EventRecord) -> None:
    with atomic():
        deliver_invitation(event_record)
        raise Unplugged


def test_a_handler_that_is_run_again_sends_the_mail(cast: Cast, inbox: Inbox) -> None:
    with atomic():
        invite_address(cast.bruno, cast.hidden, NOBODY)
    with pytest.raises(Unplugged):
        handle_and_fail(record_of(InvitationSent.kind))
    assert inbox.mails() == []
    for _time in range(2):
        with atomic():
            deliver_invitation(record_of(InvitationSent.kind))
    assert inbox.mail()["To"] == NOBODY


def test_an_excerpt_of_two_writing_directions_stands_alone_and_is_cut_with_one_sign(
    cast: Cast, inbox: Inbox
) -> None:
    with atomic():
        cast.hidden.description = "Compost (جيران)\nEn bas.\n" + "Nous semons. " * 40
        invite_address(cast.bruno, cast.hidden, NOBODY)
    with atomic():
        deliver_invitation(record_of(InvitationSent.kind))
    text = inbox.mail().get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "\u2068Compost (جيران)\u2069\nEn bas.\nNous semons." in text
    assert "…\n" in text
    assert "..." not in text

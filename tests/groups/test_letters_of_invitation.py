"""A letter of invitation is counted when it leaves, and not before."""

import pytest

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.events import InvitationSent
from grandequipe.groups.handlers import deliver_invitation
from grandequipe.groups.services import invite_address
from tests.factories import Cast
from tests.members.conftest import Postman

NOBODY = "nobody@example.org"


class Unplugged(Exception):
    """What breaks a reaction after it was run."""


def record_of(kind: str) -> EventRecord:
    return db.session.query(EventRecord).filter_by(kind=kind).one()


def react_and_break(event_record: EventRecord) -> None:
    with atomic():
        deliver_invitation(event_record)
        raise Unplugged


def test_a_reaction_that_is_run_again_sends_the_letter(cast: Cast, postman: Postman) -> None:
    with atomic():
        invite_address(cast.bruno, cast.hidden, NOBODY)
    with pytest.raises(Unplugged):
        react_and_break(record_of(InvitationSent.kind))
    assert postman.letters() == []
    for _time in range(2):
        with atomic():
            deliver_invitation(record_of(InvitationSent.kind))
    assert postman.letter()["To"] == NOBODY

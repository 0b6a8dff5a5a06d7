"""Digests that are over are deleted with the events that they covered."""

from collections.abc import Callable
from datetime import datetime, timedelta

from grandequipe.core import clock
from grandequipe.core.mail import MailState, OutgoingMail, deliver
from grandequipe.core.transactions import atomic
from grandequipe.digests.services import claim_due
from grandequipe.digests.tasks import forget_old
from grandequipe.extensions import db
from tests.digests.conftest import A_WEEK, ledger
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_post

Send = Callable[[datetime], list[MailState]]
LONG_AFTER = timedelta(days=100)


def states_of(cast: Cast) -> list[MailState]:
    """Give the states of a member's digests that are left, oldest first."""
    return [each.state for each in ledger() if each.member_id == cast.chloe.id]


def test_digests_that_are_over_go_after_three_months_with_their_mails(
    cast: Cast, monday: datetime, send: Send
) -> None:
    make_post(cast.amina, cast.ess)
    send(monday)
    forget_old()
    assert states_of(cast) == [MailState.SENT], "a week is not three months"
    with clock.travel(clock.now() + LONG_AFTER):
        forget_old()
    assert ledger() == []
    assert db.session.query(OutgoingMail).filter_by(kind="digest").count() == 0


def test_a_failed_digest_stays_until_another_carries_it_over(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Longtemps en chemin")
    sink.answer_to_rcpt = "451 later"
    send(monday)
    (given_up,) = [each.mail_id for each in ledger() if each.member_id == cast.chloe.id]
    make_post(cast.amina, cast.ess, title="Entre-temps")
    sink.answer_to_rcpt = "250 OK"
    with atomic():
        (next_one,) = claim_due(monday + A_WEEK, 1, cast.chloe.email) or ()
    deliver(next_one)
    with clock.travel(clock.now() + LONG_AFTER):
        forget_old()
        assert states_of(cast) == [MailState.PENDING]
        sink.answer_to_rcpt = "550 no such person"
        deliver(given_up)
        forget_old()
        assert states_of(cast) == [MailState.FAILED]
        sink.answer_to_rcpt = "250 OK"
        send(monday + 2 * A_WEEK)
        forget_old()
        assert states_of(cast) == [MailState.SENT], "the last one is new"
    with clock.travel(clock.now() + 2 * LONG_AFTER):
        forget_old()
    assert states_of(cast) == []

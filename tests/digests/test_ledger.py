"""One digest a period, whatever happens on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.events.queries import get_head
from grandequipe.core.mail import MailState, deliver
from grandequipe.core.mail.outbox import resolve
from grandequipe.core.mail.tasks import take_waiting
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest, DigestSubscription, Frequency
from grandequipe.digests.services import change_subscription, claim_due
from grandequipe.digests.tasks import claim_all, send_due
from grandequipe.extensions import db
from grandequipe.groups.models import Membership
from grandequipe.members.services import edit_preferences
from tests.digests.conftest import A_WEEK, ledger
from tests.digests.mail_server import MailServer
from tests.factories import Cast, admit, make_member, make_post
from tests.notifications.dispatching import run_pending_handlers
from tests.threads import in_threads

Send = Callable[[datetime], list[MailState]]


def position_of(cast: Cast) -> int:
    db.session.rollback()
    membership = db.session.get(Membership, (cast.ess.id, cast.chloe.id))
    assert membership is not None
    return membership.digested_position


def digest_of(cast: Cast, state: MailState) -> Digest:
    (found,) = [each for each in ledger() if each.member_id == cast.chloe.id]
    assert found.state is state
    return found


def make_old(digest: Digest, column: str) -> None:
    """Let time pass for one row."""
    with atomic():
        setattr(digest.mail, column, clock.now() - timedelta(minutes=11))


def test_many_senders_at_once_send_each_digest_once(
    app: Flask, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    crowd = [make_member(f"Voisine{number} Nom") for number in range(20)]
    admit(cast.ess, *crowd)
    make_post(cast.amina, cast.ess)
    in_threads(app, lambda: [None for _state in send_due(monday)] and None, 3)
    assert sorted(str(mail["To"]) for mail in sink.mails) == sorted(
        member.email for member in (cast.bruno, cast.chloe, *crowd)
    )
    assert {digest.state for digest in ledger()} == {MailState.SENT, MailState.CANCELLED}


def test_two_clocks_at_once_claim_each_digest_once(
    app: Flask, cast: Cast, monday: datetime
) -> None:
    claimed: list[int] = []
    in_threads(app, lambda: claimed.extend(claim_all(monday)), 4)
    assert sorted(claimed) == sorted(digest.mail_id for digest in ledger())
    assert len({digest.member_id for digest in ledger()}) == len(claimed) == 6


def test_one_digest_delivered_to_two_workers_is_sent_once(
    app: Flask, cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    list(claim_all(monday, cast.chloe.email))
    (digest,) = ledger()
    mail_id = digest.mail_id
    in_threads(app, lambda: deliver(mail_id) and None, 4)
    assert len(sink.mails) == 1


def test_sent_moves_the_positions_in_the_same_transaction(
    cast: Cast, monday: datetime, send: Send
) -> None:
    before = position_of(cast)
    make_post(cast.amina, cast.ess)
    send(monday)
    digest = digest_of(cast, MailState.SENT)
    head = get_head(cast.ess.stream)
    assert digest.window[cast.ess.stream.name] == [before, head]
    assert digest.mail.sent_at is not None
    assert position_of(cast) == head > before


def test_a_busy_server_is_tried_again_later(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    before, sink.answer_to_rcpt = position_of(cast), "451 later"
    send(monday)
    digest = digest_of(cast, MailState.PENDING)
    assert (digest.mail.tries, position_of(cast)) == (1, before)
    assert digest.mail.next_try_at > clock.now()
    sink.answer_to_rcpt = "250 OK"
    assert deliver(digest.mail_id) is MailState.SENT
    assert len(sink.to(cast.chloe.email)) == 1


def test_a_digest_that_is_refused_for_good_is_failed_and_its_posts_are_in_the_next(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Jamais partie")
    before, sink.answer_to_rcpt = position_of(cast), "550 no such person"
    send(monday)
    assert "550" in digest_of(cast, MailState.FAILED).mail.error
    assert position_of(cast) == before
    sink.answer_to_rcpt = "250 OK"
    send(monday + A_WEEK)
    (mail,) = sink.to(cast.chloe.email)
    assert "Jamais partie" in mail.get_body(("plain",)).get_content()


def test_a_connection_lost_after_the_text_leaves_it_uncertain_and_sends_no_second_digest(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    before, sink.hangs_up = position_of(cast), True
    send(monday)
    sink.hangs_up = False
    digest_of(cast, MailState.UNCERTAIN)
    take_waiting()
    assert send(monday) == []
    assert len(sink.to(cast.chloe.email)) == 1
    assert position_of(cast) == before


def test_the_posts_of_a_digest_given_up_after_the_next_one_left_are_in_the_one_after(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    first = make_post(cast.amina, cast.ess, title="Longtemps en chemin")
    sink.answer_to_rcpt = "451 later"
    send(monday)
    given_up = digest_of(cast, MailState.PENDING)
    second = make_post(cast.amina, cast.ess, title="Entre-temps")
    sink.answer_to_rcpt = "250 OK"
    with atomic():
        (claimed,) = claim_due(monday + A_WEEK, 1, cast.chloe.email) or ()
    assert deliver(claimed) is MailState.SENT
    sink.answer_to_rcpt = "550 no such person"
    assert deliver(given_up.mail_id) is MailState.FAILED
    sink.answer_to_rcpt = "250 OK"
    third = make_post(cast.amina, cast.ess, title="Enfin")
    send(monday + 2 * A_WEEK)
    sent = [each.contents["sent"] for each in ledger() if each.member_id == cast.chloe.id]
    assert sent == [[first.id], [second.id], [third.id, first.id]]
    assert db.session.get_one(Digest, given_up.id).carried_over_by_id is not None
    make_post(cast.amina, cast.ess, title="La suite")
    send(monday + 3 * A_WEEK)
    text = sink.to(cast.chloe.email)[-1].get_body(("plain",)).get_content()
    assert "La suite" in text
    assert "Longtemps en chemin" not in text


def test_a_digest_that_carries_another_keeps_it_when_it_is_tried_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    first = make_post(cast.amina, cast.ess, title="Jamais partie")
    sink.answer_to_rcpt = "550 no such person"
    send(monday)
    second = make_post(cast.amina, cast.ess, title="La suite")
    sink.answer_to_rcpt = "451 later"
    send(monday + A_WEEK)
    carrier = ledger()[-1]
    for number in range(2):
        (carrier,) = [
            each
            for each in ledger()
            if each.member_id == cast.chloe.id and each.state is MailState.PENDING
        ]
        sink.answer_to_rcpt = "451 later" if number == 0 else "250 OK"
        deliver(carrier.mail_id)
    assert db.session.get_one(Digest, carrier.id).contents["sent"] == [second.id, first.id]
    text = sink.to(cast.chloe.email)[-1].get_body(("plain",)).get_content()
    assert "Jamais partie" in text
    assert "La suite" in text


def test_a_digest_after_an_uncertain_one_has_only_newer_posts(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Dans le doute")
    sink.hangs_up = True
    send(monday)
    sink.hangs_up = False
    make_post(cast.amina, cast.ess, title="Plus tard")
    send(monday + A_WEEK)
    text = sink.to(cast.chloe.email)[-1].get_body(("plain",)).get_content()
    assert "Plus tard" in text
    assert "Dans le doute" not in text


def test_an_uncertain_digest_that_arrived_moves_the_positions(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    sink.hangs_up = True
    send(monday)
    with atomic():
        resolve(digest_of(cast, MailState.UNCERTAIN).mail_id, arrived=True)
    digest_of(cast, MailState.SENT)
    assert position_of(cast) == get_head(cast.ess.stream)


def test_an_uncertain_digest_that_did_not_arrive_is_sent_again_with_its_message_id(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Dans le doute")
    sink.hangs_up = True
    send(monday)
    sink.hangs_up = False
    with atomic():
        resolve(digest_of(cast, MailState.UNCERTAIN).mail_id, arrived=False)
    make_post(cast.amina, cast.ess, title="Trop tard pour celle-ci")
    send(monday)
    first, second = sink.to(cast.chloe.email)
    assert first["Message-ID"] == second["Message-ID"]
    text = second.get_body(("plain",)).get_content()
    assert "Dans le doute" in text
    assert "Trop tard pour celle-ci" not in text


def test_a_sender_killed_between_text_and_answer_leaves_it_uncertain_and_sends_no_second_digest(
    environment: dict[str, str], cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    before = position_of(cast)
    sink.may_answer.clear()
    command = ("digests", "send", "--at", monday.isoformat(), "--member", cast.chloe.email)
    sender = subprocess.Popen(
        [sys.executable, "-m", "grandequipe.cli", *command],
        env={**os.environ, **environment, "MAIL_URL": sink.url},
    )
    assert sink.has_text.wait(90)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    sink.may_answer.set()
    digest = digest_of(cast, MailState.SENDING)
    assert list(send_due(monday, cast.chloe.email)) == []
    make_old(digest, "started_at")
    take_waiting()
    digest_of(cast, MailState.UNCERTAIN)
    assert list(send_due(monday, cast.chloe.email)) == []
    assert len(sink.mails) == 1
    assert position_of(cast) == before


def test_a_claimer_killed_before_it_sends_is_taken_up_by_the_next(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    list(claim_all(monday))
    digest_of(cast, MailState.PENDING)
    assert MailState.SENT in send(monday)
    assert len(sink.to(cast.chloe.email)) == 1


def test_after_a_long_silence_there_is_one_digest_not_one_a_week(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    send(monday + 5 * A_WEEK)
    assert len(ledger()) == 6
    assert len(sink.to(cast.chloe.email)) == 1


def test_another_day_in_the_same_week_gives_no_second_digest(
    cast: Cast, monday: datetime, send: Send
) -> None:
    send(monday)
    with atomic():
        changed = change_subscription(cast.chloe, weekday=6)
    assert changed.next_period not in {digest.period for digest in ledger()}
    assert changed.next_due_at is not None
    assert changed.next_due_at > clock.now()


def test_a_new_clock_moves_the_due_and_keeps_the_period(cast: Cast, monday: datetime) -> None:
    with atomic():
        edit_preferences(cast.chloe, "fr", "America/Martinique")
    run_pending_handlers()
    moved = db.session.get(DigestSubscription, cast.chloe.id, populate_existing=True)
    assert moved is not None
    assert moved.next_due_at is not None
    # 08:00 in Paris is 07:00 UTC in winter and 06:00 in summer; in Martinique it is 12:00 UTC.
    assert (moved.next_due_at.weekday(), moved.next_due_at.hour) == (0, 12)


@pytest.mark.parametrize("frequency", list(Frequency))
def test_each_frequency_has_its_due(cast: Cast, monday: datetime, frequency: Frequency) -> None:
    with atomic():
        changed = change_subscription(cast.chloe, frequency=frequency)
    prefix = {"daily": "day:", "weekly": "week:", "monthly": "month:"}.get(frequency.value)
    assert changed.next_period is None if prefix is None else changed.next_period is not None
    assert (changed.next_period or "").startswith(prefix or "")


def test_a_member_who_stops_after_the_claim_has_no_digest(
    cast: Cast, monday: datetime, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    before = position_of(cast)
    claimed = list(claim_all(monday, cast.chloe.email))
    with atomic():
        change_subscription(cast.chloe, frequency=Frequency.NEVER)
    assert [deliver(digest_id) for digest_id in claimed] == [MailState.CANCELLED]
    assert sink.mails == []
    assert position_of(cast) == before


def test_a_member_who_stops_while_a_digest_is_tried_again_has_its_posts_on_coming_back(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Perdue d’abord")
    sink.answer_to_rcpt = "550 no such person"
    send(monday)
    make_post(cast.amina, cast.ess, title="Jamais partie")
    before, sink.answer_to_rcpt = position_of(cast), "451 later"
    send(monday + A_WEEK)
    with atomic():
        change_subscription(cast.chloe, frequency=Frequency.NEVER)
    sink.answer_to_rcpt = "250 OK"
    for digest in [each for each in ledger() if each.state is MailState.PENDING]:
        deliver(digest.mail_id)
    assert sink.to(cast.chloe.email) == []
    assert position_of(cast) == before
    with atomic():
        change_subscription(cast.chloe, frequency=Frequency.WEEKLY)
    send(monday + 2 * A_WEEK)
    text = sink.to(cast.chloe.email)[-1].get_body(("plain",)).get_content()
    assert "Perdue d’abord" in text
    assert "Jamais partie" in text


def test_a_member_who_stops_after_a_later_digest_left_has_the_earlier_one_s_posts_on_coming_back(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess, title="Longtemps en chemin")
    sink.answer_to_rcpt = "451 later"
    send(monday)
    waiting = digest_of(cast, MailState.PENDING)
    make_post(cast.amina, cast.ess, title="Entre-temps")
    sink.answer_to_rcpt = "250 OK"
    with atomic():
        (later,) = claim_due(monday + A_WEEK, 1, cast.chloe.email) or ()
    assert deliver(later) is MailState.SENT
    with atomic():
        change_subscription(cast.chloe, frequency=Frequency.NEVER)
    deliver(waiting.mail_id)
    with atomic():
        change_subscription(cast.chloe, frequency=Frequency.WEEKLY)
    send(monday + 2 * A_WEEK)
    text = sink.to(cast.chloe.email)[-1].get_body(("plain",)).get_content()
    assert "Longtemps en chemin" in text
    assert "Entre-temps" not in text


def test_a_digest_to_an_invalid_address_fails_and_is_not_uncertain(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    with atomic():
        cast.chloe.email = "chloe@example.org."
    send(monday)
    assert "cannot be written" in digest_of(cast, MailState.FAILED).mail.error


def test_registering_gives_the_weekly_digest(cast: Cast) -> None:
    run_pending_handlers()
    made = db.session.get(DigestSubscription, cast.driss.id)
    assert made is not None
    assert (made.frequency, made.weekday, made.hour) == (Frequency.WEEKLY, 0, 8)

"""What happens beside the digests does not hold them up, and undoes no choice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

from flask import Flask
from sqlalchemy import text

from grandequipe.core.mail import MailState, deliver
from grandequipe.core.mail.outbox import resolve
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest, DigestSubscription, Frequency
from grandequipe.digests.queries import count_digest_readers
from grandequipe.digests.services import (
    change_subscription,
    follow_time_zone,
    open_missing,
)
from grandequipe.extensions import db
from tests.digests.conftest import ledger
from tests.digests.mail_server import MailServer
from tests.factories import Cast, admit, make_member, make_post
from tests.locks import count_held_up
from tests.waiting import wait_until

Send = Callable[[datetime], list[MailState]]


def digest_of(cast: Cast) -> Digest:
    (found,) = [each for each in ledger() if each.member_id == cast.chloe.id]
    return found


def test_a_clock_that_this_machine_does_not_know_holds_up_nobody(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, browser: Callable[..., Any]
) -> None:
    """It was chosen where it was known; the site's own stands in its place."""
    with atomic():
        cast.chloe.time_zone = "Mars/Olympus_Mons"
    make_post(cast.bruno, cast.ess)
    assert send(monday).count(MailState.SENT) > 1
    assert len(sink.to(cast.chloe.email)) == 1
    webinar = "/groupes/ess-quartiers/publier/webinaire"
    for path in ("/", "/reglages/lettre", "/groupes/ess-quartiers/publier/appel", webinar):
        assert browser(cast.chloe).get(path).status_code == 200


def test_a_new_clock_undoes_no_choice_made_meanwhile(
    app: Flask, cast: Cast, monday: datetime
) -> None:
    thursday = text("UPDATE digest_subscription SET weekday = 3 WHERE member_id = :id")
    chloe_id = cast.chloe.id

    def follow() -> None:
        with app.app_context(), atomic():
            subscribed = db.session.get_one(DigestSubscription, chloe_id)
            follow_time_zone(subscribed.member)

    with db.engine.begin() as elsewhere:
        elsewhere.execute(thursday, {"id": chloe_id})
        reaction = Thread(target=follow)
        reaction.start()
        wait_until(lambda: count_held_up() == 1, "it waits for the other choice")
    reaction.join()
    db.session.rollback()
    due = db.session.get_one(DigestSubscription, chloe_id).next_due_at
    assert due is not None
    assert due.weekday() == 3


def test_a_digest_that_did_not_arrive_has_all_its_time_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    make_post(cast.amina, cast.ess)
    sink.hangs_up = True
    send(monday)
    digest = digest_of(cast)
    assert digest.state is MailState.UNCERTAIN
    digest.mail.created_at -= timedelta(days=3)
    db.session.commit()
    with atomic():
        resolve(digest.mail_id, arrived=False)
    sink.hangs_up, sink.answer_to_rcpt = False, "451 later"
    assert deliver(digest.mail_id) is MailState.PENDING
    assert digest_of(cast).state is MailState.PENDING


def test_the_form_counts_only_members_who_will_have_it_in_their_digest(cast: Cast) -> None:
    before = count_digest_readers(cast.ess, seen_by=cast.amina)
    newcomers = [make_member(f"Lecteur{number} Fidèle") for number in range(4)]
    admit(db.session.merge(cast.ess), *newcomers)
    with atomic():
        open_missing()
    assert count_digest_readers(cast.ess, seen_by=cast.amina) == before + 4
    with atomic():
        change_subscription(newcomers[0], frequency=Frequency.NEVER)
        newcomers[1].active = False
        newcomers[2].confirmed_at = None
    assert count_digest_readers(cast.ess, seen_by=cast.amina) == before + 1

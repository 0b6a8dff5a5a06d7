"""A group's events reach the programs of its owners, signed, at least once."""

import re
from datetime import timedelta
from html import unescape

import pytest

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import edit_post, remove_post
from grandequipe.groups.services import join_group, leave_group
from grandequipe.webhooks.models import (
    MOST_WEBHOOKS,
    EventKind,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)
from grandequipe.webhooks.tasks import deliver_waiting, remove_old
from tests.factories import draft_of, make_comment, make_post
from tests.notifications.dispatching import run_pending_handlers
from tests.webhooks.conftest import deliver, page_of, set_up

LATER = timedelta(hours=5)
DELIVERY = re.compile(r'href="(/groupes/[^"]+/envois/\d+)"')


@pytest.fixture
def amina(cast, browser):
    """Open the browser of the owner."""
    return browser(cast.amina)


def only_delivery():
    """Give the one delivery as it is now."""
    db.session.rollback()
    return db.session.query(WebhookDelivery).one()


def test_an_event_is_sent_once_with_ids_and_addresses_and_signed(cast, amina, receiver):
    path, secret = set_up(amina, cast.private, receiver.address)
    post = make_post(cast.amina, cast.private, title="Entre nous", body_html="<p>Un secret.</p>")
    deliver()
    deliver()
    (message,) = receiver.received
    assert message.path == "/accueil?source=groupe&utm_source=x"
    assert message.is_signed_by(secret)
    assert not message.is_signed_by("whsec_" + "A" * 44)
    assert message.content["type"] == "post.published"
    assert message.content["data"] == {
        "group": {
            "slug": cast.private.slug,
            "url": f"http://localhost/groupes/{cast.private.slug}",
        },
        "subject": {
            "type": "post",
            "id": post.id,
            "url": f"http://localhost/publications/{post.id}",
        },
        "actor": cast.amina.id,
    }
    assert b"Entre nous" not in message.body
    assert b"secret" not in message.body
    # The secret is shown once, and is not in the database.
    page = amina.get(path).text
    assert secret not in page
    assert "Remis" in page
    assert secret.encode() not in db.session.query(Webhook).one().salt


def test_a_webhook_hears_of_what_its_owner_chose_in_its_own_group(cast, amina, receiver):
    set_up(amina, cast.ess, receiver.address, *EventKind)
    make_post(cast.amina, cast.private)
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.chloe, post)
    with atomic():
        edit_post(cast.amina, post, draft_of(title="Autrement"))
        join_group(cast.driss, cast.ess)
        leave_group(cast.driss, cast.ess)
        remove_post(cast.amina, post)
    deliver()
    assert sorted(receiver.kinds) == [
        "comment.added", "member.joined", "member.left", "post.edited", "post.published",
        "post.removed",
    ]  # fmt: skip
    subjects = {each.content["type"]: each.content["data"]["subject"] for each in receiver.received}
    assert subjects["comment.added"] == {
        "type": "comment",
        "id": comment.id,
        "url": f"http://localhost/publications/{post.id}#comment-{comment.id}",
    }
    assert subjects["member.joined"]["url"] == f"http://localhost/membres/{cast.driss.id}"


def test_what_waits_for_a_moderator_or_happened_before_is_sent_to_nobody(cast, amina, receiver):
    make_post(cast.amina, cast.moderated, title="Avant")
    set_up(amina, cast.moderated, receiver.address)
    make_post(cast.chloe, cast.moderated, title="À relire")
    with clock.travel(clock.now() + LATER):
        deliver()
    assert receiver.received == []


def test_a_receiver_that_fails_is_asked_again_under_the_same_id(cast, amina, receiver):
    path, secret = set_up(amina, cast.ess, receiver.address)
    receiver.status, receiver.answer = 500, b"<script>alert(1)</script> \x00\xff Oups"
    make_post(cast.amina, cast.ess)
    deliver()
    # Not before its pause is over.
    deliver()
    assert len(receiver.received) == 1
    (own,) = DELIVERY.findall(amina.get(path).text)
    page = unescape(amina.get(own).text)
    assert "Réponse 500" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in amina.get(own).text
    assert "Injoignable" in amina.get(path).text
    receiver.status, receiver.answer = 204, b""
    with clock.travel(clock.now() + LATER):
        deliver()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert second.is_signed_by(secret)
    assert only_delivery().tries == 2
    assert "Injoignable" not in amina.get(path).text


def test_what_is_not_taken_for_a_day_is_given_up_until_an_owner_sends_it_again(
    cast, amina, receiver
):
    path, _secret = set_up(amina, cast.ess, receiver.address)
    receiver.status = 503
    make_post(cast.amina, cast.ess)
    start = clock.now()
    for hours in range(0, 30, 3):
        with clock.travel(start + timedelta(hours=hours)):
            deliver()
    assert (only_delivery().state, only_delivery().next_try_at) == ("failed", None)
    tries = len(receiver.received)
    (own,) = DELIVERY.findall(amina.get(path).text)
    assert "Abandonné" in amina.get(own).text
    receiver.status = 200
    assert amina.send(f"{own}/renvoyer").status_code == 303
    deliver_waiting()
    assert len(receiver.received) == tries + 1
    assert len(set(receiver.ids)) == 1
    assert "Remis" in amina.get(own).text


def test_one_that_fails_for_days_is_switched_off_and_the_owners_get_a_mail(cast, amina, receiver):
    path, _secret = set_up(amina, cast.ess, receiver.address)
    receiver.status = 500
    start = clock.now()
    for days in range(5):
        with clock.travel(start + timedelta(days=days)):
            make_post(cast.amina, cast.ess)
            deliver()
    page = amina.get(path).text
    assert "Désactivé" in page
    assert "Essai" not in page
    mails = db.session.query(OutgoingMail).filter_by(kind="webhook").all()
    assert [each.recipient for each in mails] == [cast.amina.email]
    assert f"http://localhost{path}" in mails[0].text
    sent = len(receiver.received)
    make_post(cast.amina, cast.ess)
    with clock.travel(start + timedelta(days=9)):
        deliver()
    assert len(receiver.received) == sent
    assert amina.send(f"{path}/essai").status_code == 409
    receiver.status = 200
    assert amina.send(f"{path}/marche").status_code == 303
    make_post(cast.amina, cast.ess)
    deliver()
    assert len(receiver.received) == sent + 1


def test_a_receiver_that_is_gone_is_switched_off_at_once(cast, amina, receiver):
    path, _secret = set_up(amina, cast.ess, receiver.address)
    receiver.status = 410
    make_post(cast.amina, cast.ess)
    deliver()
    assert "Désactivé" in amina.get(path).text
    assert db.session.query(OutgoingMail).filter_by(kind="webhook").count() == 1


def test_a_receiver_that_fails_does_not_hold_up_another(cast, amina, receiver):
    set_up(amina, cast.ess, "http://127.0.0.1:9/")
    for number in range(3):
        make_post(cast.amina, cast.ess, title=f"Numéro {number}")
    run_pending_handlers()
    set_up(amina, cast.private, receiver.address)
    make_post(cast.amina, cast.private)
    deliver()
    assert receiver.kinds == ["post.published"]
    # The one that fails was tried with one message, not with three.
    assert db.session.query(WebhookTry).filter(WebhookTry.failure.is_not(None)).count() == 1


def test_a_redirect_is_not_followed(cast, amina, receiver):
    path, _secret = set_up(amina, cast.ess, receiver.address)
    receiver.status, receiver.location = 302, "http://169.254.169.254/latest"
    make_post(cast.amina, cast.ess)
    deliver()
    assert len(receiver.received) == 1
    (own,) = DELIVERY.findall(amina.get(path).text)
    assert "Réponse 302" in amina.get(own).text


def test_a_new_secret_signs_beside_the_one_before_for_a_day(cast, amina, receiver):
    path, before = set_up(amina, cast.ess, receiver.address)
    assert amina.send(f"{path}/secret").status_code == 303
    after = re.search(r"whsec_[^\"]+", amina.get(path).text)[0]
    assert after != before
    amina.send(f"{path}/essai")
    deliver_waiting()
    assert receiver.received[0].is_signed_by(after)
    assert receiver.received[0].is_signed_by(before)
    with clock.travel(clock.now() + timedelta(days=2)):
        amina.send(f"{path}/essai")
        deliver_waiting()
    assert receiver.kinds == ["webhook.test"] * 2
    assert receiver.received[1].is_signed_by(after)
    assert not receiver.received[1].is_signed_by(before)


def test_what_an_owner_writes_is_checked_and_nothing_typed_is_lost(cast, amina, receiver):
    for address, said in (
        ("ftp://example.org/x", "commence par https://"),
        ("n’importe quoi", "commence par https://"),
        ("", "Indiquez une adresse."),
    ):
        form = {"name": "Le mien", "address": address, "kinds": ["post.published"]}
        answer = amina.send(page_of(cast.ess), form)
        assert answer.status_code == 422
        page = unescape(answer.text)
        assert said in page
        assert f'value="{address}"' in page
    nothing = amina.send(page_of(cast.ess), {"name": "x", "address": receiver.address})
    assert (nothing.status_code, "au moins un type" in nothing.text) == (422, True)
    for number in range(MOST_WEBHOOKS):
        set_up(amina, cast.ess, f"{receiver.address}&n={number}")
    form = {"name": "Un de trop", "address": receiver.address, "kinds": ["post.published"]}
    assert amina.send(page_of(cast.ess), form).status_code == 409


def test_a_webhook_is_changed_switched_off_and_deleted_by_owners_alone(
    cast, amina, browser, receiver
):
    path, _secret = set_up(amina, cast.ess, receiver.address)
    form = {"name": "Autre", "address": receiver.address, "kinds": ["member.joined"]}
    for member in (cast.bruno, cast.chloe):
        assert browser(member).get(path).status_code == 403
        assert browser(member).send(path, form).status_code == 403
    assert amina.get(path.replace(cast.ess.slug, cast.private.slug)).status_code == 404
    assert amina.send(path, form).status_code == 303
    make_post(cast.amina, cast.ess)
    deliver()
    assert receiver.received == []
    assert amina.send(f"{path}/marche", {"off": "1"}).status_code == 303
    with atomic():
        join_group(cast.driss, cast.ess)
    deliver()
    assert receiver.received == []
    assert amina.send(f"{path}/supprimer").status_code == 303
    assert amina.get(path).status_code == 404


def test_deliveries_go_after_a_month_and_those_that_wait_stay(cast, amina, receiver):
    set_up(amina, cast.ess, receiver.address)
    make_post(cast.amina, cast.ess)
    deliver()
    with clock.travel(clock.now() + timedelta(days=29)):
        remove_old()
    assert only_delivery().state == "delivered"
    with clock.travel(clock.now() + timedelta(days=31)):
        make_post(cast.amina, cast.ess)
        run_pending_handlers()
        remove_old()
    assert only_delivery().state == "pending"

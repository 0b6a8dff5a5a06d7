"""Organisers cancel a webinar, or have it take place after all, and set its reminders."""

from collections.abc import Callable

from grandequipe.extensions import db
from grandequipe.feed.models import WebinarDetails
from grandequipe.webinars.models import WebinarReminder
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register
from tests.webinars.mailing import quiet, send_waiting

Browser = Callable[..., Visitor]


def test_an_organiser_cancels_with_words_and_takes_it_back(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser, sink: MailServer
) -> None:
    webinar = make_webinar()
    with quiet(sink):
        register(cast.chloe, webinar)
    amina, path = browser(cast.amina), f"/publications/{webinar.id}"
    assert "1 personne inscrite" in amina.get(f"{path}/annuler").text
    assert amina.send(f"{path}/annuler", {"words": "Reporté au printemps."}).status_code == 303
    page = browser(cast.driss).get(path).text
    assert "Ce webinaire n’aura pas lieu." in page
    assert "Reporté au printemps." in page
    assert "EventCancelled" in page
    assert "Annulé" in browser(cast.driss).get("/groupes/ess-quartiers").text
    assert [mail["To"] for mail in send_waiting(sink)] == [cast.chloe.email]
    again = amina.send(f"{path}/annuler", {"words": "Encore."})
    assert again.status_code == 409
    assert "déjà annulé" in again.text
    assert "Encore." in again.text
    assert amina.send(f"{path}/retablir").status_code == 303
    assert "n’aura pas lieu" not in browser(cast.driss).get(path).text
    assert "Annulé" not in browser(cast.driss).get("/groupes/ess-quartiers").text


def test_words_that_are_too_long_are_kept_and_nothing_is_cancelled(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    webinar = make_webinar()
    words = "Un mot. " * 200
    answer = browser(cast.amina).send(f"/publications/{webinar.id}/annuler", {"words": words})
    assert answer.status_code == 422
    assert words.strip() in answer.text
    assert db.session.get_one(WebinarDetails, webinar.id).cancelled_at is None


def test_an_organiser_adds_and_removes_reminders(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser
) -> None:
    webinar = make_webinar()
    amina, path = browser(cast.amina), f"/publications/{webinar.id}/rappels"
    page = amina.get(path).text
    assert "24 heures avant" in page
    assert "1 heure avant" in page
    sent = {"amount": "3", "unit": "days", "words": "Lisez <b>le guide</b>."}
    assert amina.send(path, sent).status_code == 303
    page = amina.get(path).text
    assert "3 jours avant" in page
    assert "Lisez &lt;b&gt;le guide&lt;/b&gt;." in page
    twice = amina.send(path, sent)
    assert twice.status_code == 422
    assert "Un rappel part déjà à ce moment." in twice.text
    assert "Lisez &lt;b&gt;le guide&lt;/b&gt;." in twice.text
    wrong = amina.send(path, {"amount": "beaucoup", "unit": "days", "words": "Bonjour"})
    assert wrong.status_code == 422
    assert "beaucoup" in wrong.text
    odd = amina.send(path, {"amount": "2", "unit": "siècles"})
    assert odd.status_code == 422
    reminder = db.session.query(WebinarReminder).one()
    assert amina.send(f"{path}/{reminder.id}/retirer").status_code == 303
    assert "3 jours avant" not in amina.get(path).text


def test_a_program_does_the_same(
    cast: Cast,
    make_webinar: MakeWebinar,
    program: Callable[..., Program],  # noqa: F811
) -> None:
    webinar = make_webinar()
    amina, chloe = program(cast.amina), program(cast.chloe)
    path = f"/posts/{webinar.id}"
    wanted = {"amount": 2, "unit": "days", "words": "Bonjour"}
    added = amina.post(f"{path}/webinar-reminders", wanted)
    assert added.status_code == 201
    assert amina.get(f"{path}/webinar-reminders").json["items"] == [added.json]
    assert amina.post(f"{path}/webinar-reminders", wanted).status_code == 422
    gone = amina.delete(f"{path}/webinar-reminders/{added.json['id']}")
    assert gone.status_code == 204
    cancelled = amina.put(f"{path}/cancellation", {"reason": "Malade."})
    assert cancelled.json["reason"] == "Malade."
    assert amina.get(path).json["cancelled_at"] == cancelled.json["cancelled_at"]
    assert chloe.put(f"{path}/registration", {"mode": "seat"}).status_code == 409
    assert chloe.delete(f"{path}/cancellation").status_code == 403
    assert amina.delete(f"{path}/cancellation").status_code == 204
    assert amina.get(path).json["cancelled_at"] is None

"""What an organiser does again and again does not mail those registered without end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.feed.services.schedules import MOST_ANNOUNCED
from grandequipe.webinars.services import cancel_webinar
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register
from tests.webinars.mailing import quiet, send_waiting
from tests.webinars.test_moving import move

Browser = Callable[..., Visitor]
A_DAY = timedelta(days=1)


def mails_of(kind: str) -> int:
    """Count the mails of a kind in the outbox."""
    return db.session.query(OutgoingMail).filter_by(kind=f"webinar_{kind}").count()


def test_a_webinar_is_cancelled_eight_times_a_day_at_most(
    cast: Cast, make_webinar: MakeWebinar, browser: Browser, sink: MailServer
) -> None:
    webinar = make_webinar()
    with quiet(sink):
        register(cast.chloe, webinar)
    amina, path = browser(cast.amina), f"/publications/{webinar.id}"
    for _time in range(MOST_ANNOUNCED):
        assert amina.send(f"{path}/annuler", {"words": "Reporté."}).status_code == 303
        send_waiting(sink)
        assert amina.send(f"{path}/retablir").status_code == 303
        send_waiting(sink)
    refused = amina.send(f"{path}/annuler", {"words": "Encore une fois."})
    assert refused.status_code == 409
    assert "8 fois par jour" in refused.text
    assert "Encore une fois." in refused.text
    assert (mails_of("cancelled"), mails_of("reinstated")) == (MOST_ANNOUNCED, MOST_ANNOUNCED)
    with clock.travel(clock.now() + A_DAY), atomic():
        cancel_webinar(cast.amina, db.session.get_one(Webinar, webinar.id))


def test_a_webinar_is_moved_eight_times_a_day_at_most(
    cast: Cast,
    make_webinar: MakeWebinar,
    program: Callable[..., Program],  # noqa: F811 - the fixture
    sink: MailServer,
) -> None:
    webinar, amina = make_webinar(), program(cast.amina)
    start, path = webinar.starts_at, f"/posts/{webinar.id}"
    with quiet(sink):
        register(cast.chloe, webinar)
    for days in range(1, MOST_ANNOUNCED + 1):
        move(webinar, start + days * A_DAY)
        send_waiting(sink)
    refused = amina.patch(path, {"starts_at": (start + 7.5 * A_DAY).isoformat()})
    assert refused.status_code == 422
    assert "starts_at" in refused.json["errors"]
    assert amina.patch(path, {"title": "Un autre titre"}).status_code == 200
    assert mails_of("moved") == MOST_ANNOUNCED
    with clock.travel(clock.now() + A_DAY):
        move(db.session.get_one(Webinar, webinar.id), start)


def test_changing_a_recording_again_and_again_is_refused_and_keeps_what_was_typed(
    cast: Cast,
    make_webinar: MakeWebinar,
    browser: Browser,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    webinar = make_webinar(starts_at=clock.now() - 2 * A_DAY)
    few = replace(app.config["SETTINGS"], limit_edits="2 per hour")
    monkeypatch.setitem(app.config, "SETTINGS", few)
    amina, path = browser(cast.amina), f"/publications/{webinar.id}/rediffusion"
    typed = {"url": "https://video.example.org/4711", "transcript": "Bonjour à tous"}
    answers = [amina.send(path, typed) for _time in range(3)]
    assert [each.status_code for each in answers] == [303, 303, 429]
    assert "Bonjour à tous" in answers[-1].text
    assert amina.send(f"{path}/retirer").status_code == 429

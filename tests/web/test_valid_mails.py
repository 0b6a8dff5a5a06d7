"""D16: every mail is valid HTML too, by the rules of `.htmlvalidate.mails.mjs`."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask

from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from tests.browser.test_mail_contrast import other_mails, publish_everything
from tests.digests.conftest import monday, send  # noqa: F401 - fixtures
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.web.test_valid_html import ROOT, complaints

RULES = ROOT / ".htmlvalidate.mails.mjs"
WRONG = "<!doctype html><html lang=fr><head><title>-</title></head><body><p><div></body></html>"


def test_every_mail_is_valid_html(
    app: Flask,
    cast: Cast,
    monday: datetime,  # noqa: F811
    send: Callable[[datetime], list[MailState]],  # noqa: F811
    sink: MailServer,
    tmp_path: Path,
) -> None:
    publish_everything(cast)
    with atomic():
        cast.bruno.locale = "en"
    send(monday)
    mails = {
        member.email: sink.to(member.email)[0].get_body(("html",)).get_content()
        for member in (cast.chloe, cast.bruno)
    }
    with app.test_request_context():
        written = {**mails, **other_mails(), "wrong": WRONG}
    assert list(complaints(written, tmp_path, RULES)) == ["wrong"]

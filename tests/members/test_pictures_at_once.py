"""Pictures that are put in place, or asked for, many at a time."""

import contextvars
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from grandequipe.extensions import db
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, picture_file
from tests.locks import count_held_up
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]
HOLD = text("SELECT 1 FROM member FOR UPDATE")


def kept_files(app: Flask) -> set[Path]:
    """List the pictures that the store keeps."""
    folder = Path(app.config["SETTINGS"].uploads_url.removeprefix("file://"))
    return set(folder.glob("pictures/*"))


def put(client: FlaskClient, token: str) -> int:
    """Send a picture; the scene's own context stays where it is."""
    form = {"picture": (picture_file(), "moi.jpg"), "csrf_token": token}
    return FlaskClient.open(client, "/reglages/photo", method="POST", data=form).status_code


def test_two_that_are_put_in_place_at_once_leave_one(app: Flask, browser: Open, cast: Cast) -> None:
    before, browsers = kept_files(app), [browser(cast.chloe), browser(cast.chloe)]
    tokens = [contextvars.Context().run(each._token) for each in browsers]
    with ThreadPoolExecutor(2) as together, db.engine.begin() as held:
        held.execute(HOLD)
        sent = [together.submit(put, *each) for each in zip(browsers, tokens, strict=True)]
        wait_until(lambda: count_held_up() == 2, "both wait")
    assert [answer.result() for answer in sent] == [303, 303]
    assert len(kept_files(app) - before) == 1


def test_a_picture_that_a_browser_has_is_not_read_again(
    app: Flask, browser: Open, cast: Cast
) -> None:
    before, chloe = kept_files(app), browser(cast.chloe)
    chloe.send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    path = f"/membres/{cast.chloe.id}/photo"
    shown = chloe.get(path)
    [file] = kept_files(app) - before
    assert io.BytesIO(shown.data).read() == file.read_bytes()
    file.unlink()
    again = chloe.get(path, headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

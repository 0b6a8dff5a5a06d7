"""B7: what is kept of the answer to a form is shown as it was, and holds nothing for long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.groups.services import leave_everything
from grandequipe.members.models import Member
from grandequipe.members.services import erase_member
from grandequipe.web.models import FormSubmission
from grandequipe.web.submissions import MESSAGES_KEPT_FOR
from grandequipe.web.tasks import purge_form_submissions
from tests.conftest import Visitor, new_key
from tests.factories import Cast

Open = Callable[[Member], Visitor]

GROUP = "/groupes/ess-quartiers"
PUBLISH = f"{GROUP}/publier/actualite"
NEWS = {"title": "Une nouvelle", "body_html": "<p>Quelques mots.</p>", "body_format": "html"}


@contextmanager
def refusing(when: str) -> Iterator[None]:
    """Have the database refuse posts: as they are written, or at the commit."""
    with atomic():
        db.session.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
            )
        )
        db.session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON post"
                f" DEFERRABLE INITIALLY {when} FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    try:
        yield
    finally:
        db.session.rollback()
        with atomic():
            db.session.execute(text("DROP TRIGGER refuse ON post"))
            db.session.execute(text("DROP FUNCTION refuse"))


def count_posts() -> int:
    return db.session.scalar(select(func.count()).select_from(Post)) or 0


def test_a_name_in_the_second_answer_is_no_text_of_tags(cast: Cast, browser: Open) -> None:
    """The group is hidden: who has left it only reads it once more because it was done."""
    chloe, sent = browser(cast.chloe), {"form_key": new_key()}
    for _time in range(2):
        answer = chloe.send("/groupes/comite-de-pilotage/quitter", sent)
        assert (answer.status_code, answer.location) == (303, "/groupes")
        page = chloe.get("/groupes").text
        assert "Vous avez quitté <bdi>Comité de pilotage</bdi>." in page


def test_tags_in_a_plain_answer_stay_words(cast: Cast, browser: Open) -> None:
    amina = browser(cast.amina)
    sent = {"email": "un&b@example.org", "form_key": new_key()}
    for _time in range(2):
        page = amina.get(amina.send(f"{GROUP}/invitations", sent).location).text
        assert "un&amp;b@example.org" in page


def test_what_was_said_is_forgotten_after_a_day(cast: Cast, browser: Open) -> None:
    amina, sent = browser(cast.amina), {"email": "un@example.org", "form_key": new_key()}
    first = amina.send(f"{GROUP}/invitations", sent).location
    row = db.session.scalars(select(FormSubmission)).one()
    assert "un@example.org" in row.messages[0][1]
    age(MESSAGES_KEPT_FOR - timedelta(hours=1))
    purge_form_submissions()
    assert db.session.scalars(select(FormSubmission.messages)).one() != []
    age(timedelta(hours=2))
    purge_form_submissions()
    assert db.session.scalars(select(FormSubmission.messages)).one() == []
    assert amina.send(f"{GROUP}/invitations", sent).location == first


def test_a_closed_account_leaves_nothing_of_its_forms(cast: Cast, browser: Open) -> None:
    browser(cast.bruno).send(PUBLISH, {**NEWS, "form_key": new_key()})
    browser(cast.chloe).send(PUBLISH, {**NEWS, "form_key": new_key()})
    with atomic():
        leave_everything(cast.chloe)
        erase_member(cast.chloe)
    left = db.session.scalars(select(FormSubmission.member_id)).all()
    assert left == [cast.bruno.id]


def test_what_is_not_committed_is_not_said(
    app: Flask, cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    chloe = browser(cast.chloe)
    with refusing("DEFERRED"):
        broken = chloe.send(PUBLISH, NEWS)
        assert broken.status_code == 500
    assert "Votre publication est en ligne" not in broken.text
    assert count_posts() == 0
    assert "Votre publication est en ligne" not in chloe.get("/groupes").text
    page = chloe.get(chloe.send(PUBLISH, NEWS).location).text
    assert "Votre publication est en ligne" in page


def test_what_comes_after_an_error_is_committed(app: Flask, cast: Cast, browser: Open) -> None:
    """The error is raised to who runs the application, and the session lives on."""
    chloe: Any = browser(cast.chloe)
    form = {**NEWS, "csrf_token": chloe._token(), "form_key": new_key()}
    with refusing("IMMEDIATE"), app.app_context():
        with pytest.raises(DBAPIError):
            # Not in a context of its own, as `Visitor.open`.
            FlaskClient.open(chloe, PUBLISH, method="POST", data=form)
        with atomic():
            db.session.execute(update(Member).values(job_title="Jardinière"))
    assert db.session.get_one(Member, cast.chloe.id).job_title == "Jardinière"


def age(by: timedelta) -> None:
    """Make everything that was sent older."""
    with atomic():
        past = FormSubmission.created_at - by
        db.session.execute(update(FormSubmission).values(created_at=past))

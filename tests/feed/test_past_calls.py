"""A call whose deadline is past is a slip; one that was published while it was open stays."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from tests.factories import Kind, make_post
from tests.feed.conftest import wrong_fields

CALL = "/groupes/ess-quartiers/publier/appel"
SHARED = {"title": "Un fonds pour les jardins", "body_html": "Répondez."}


def typed(instant):
    return instant.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("more", [{}, {"preview": "1"}], ids=["published", "preview"])
def test_a_call_that_is_closed_already_is_a_slip(more, cast, browser):
    form = {**SHARED, "deadline": typed(clock.now() - timedelta(days=1)), **more}
    page = browser(cast.chloe).send(CALL, form)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"deadline"})
    assert "Cet appel est déjà clos" in page.text
    assert form["deadline"] in page.text
    assert db.session.scalars(select(Post)).all() == []


def test_one_that_closes_within_the_hour_is_published(cast, browser):
    form = {**SHARED, "deadline": typed(clock.now() + timedelta(hours=1))}
    assert browser(cast.chloe).send(CALL, form).status_code == 303


def test_one_that_closed_since_can_be_corrected(cast, browser):
    now = clock.now()
    with clock.travel(now - timedelta(days=10)):
        post = make_post(cast.chloe, cast.ess, Kind.CALL, deadline=now - timedelta(days=5))
    form = {**SHARED, "title": "Un fonds, clos", "deadline": typed(post.deadline)}
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/modifier"
    assert chloe.send(address, form).status_code == 303
    later = chloe.send(address, {**form, "deadline": typed(now - timedelta(days=4))})
    assert (later.status_code, wrong_fields(later.text)) == (422, {"deadline"})

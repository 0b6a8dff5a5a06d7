"""A webinar that is over is published for its replay; without one, its date is a slip."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.services import approve_post
from tests.factories import Kind, make_post
from tests.feed.conftest import wrong_fields

WEBINAR = "/groupes/ess-quartiers/publier/webinaire"
SHARED = {"title": "Chauffer moins", "body_html": "On raconte.", "time_zone": "Europe/Paris"}
REPLAY = {"replay_url": "https://video.example.org/1"}


def hours(first: float, last: float) -> dict[str, str]:
    """Type times that are so many hours from now."""
    zone, now = ZoneInfo("Europe/Paris"), clock.now()
    starts_at, ends_at = (now + timedelta(hours=each) for each in (first, last))
    return {
        "starts_at": starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": ends_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
    }


def past_webinar(author, group, **given):
    """Publish a webinar that was still to come then."""
    now = clock.now()
    with clock.travel(now - timedelta(days=10)):
        starts_at = now - timedelta(days=5)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        return make_post(author, group, Kind.WEBINAR, **times, **given)


@pytest.mark.parametrize("more", [{}, {"preview": "1"}], ids=["published", "preview"])
def test_a_webinar_that_is_over_is_a_slip(more, cast, browser):
    typed = SHARED | hours(-26, -25)
    page = browser(cast.chloe).send(WEBINAR, typed | more)
    assert (page.status_code, wrong_fields(page.text)) == (422, {"starts_at"})
    assert "Ce webinaire est passé" in page.text
    assert typed["starts_at"] in page.text
    assert db.session.scalars(select(Post)).all() == []


def test_it_is_published_with_its_replay(cast, browser):
    answer = browser(cast.chloe).send(WEBINAR, SHARED | hours(-26, -25) | REPLAY)
    assert answer.status_code == 303
    page = browser(cast.bruno).get(answer.headers["Location"]).text
    assert REPLAY["replay_url"] in page


def test_one_that_goes_on_is_published(cast, browser):
    assert browser(cast.chloe).send(WEBINAR, SHARED | hours(-1, 1)).status_code == 303


def test_what_was_published_in_time_is_changed_afterwards(cast, browser):
    post = past_webinar(cast.chloe, cast.ess)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/modifier"
    paris = ZoneInfo("Europe/Paris")
    kept = {
        name: getattr(post, name).astimezone(paris).strftime("%Y-%m-%dT%H:%M")
        for name in ("starts_at", "ends_at")
    }
    assert chloe.send(address, SHARED | kept).status_code == 303
    page = chloe.send(address, SHARED | hours(-50, -49))
    assert (page.status_code, wrong_fields(page.text)) == (422, {"starts_at"})
    assert chloe.send(address, SHARED | hours(-50, -49) | REPLAY).status_code == 303


def test_one_that_waited_too_long_for_a_moderator_is_published(cast):
    post = past_webinar(cast.chloe, cast.moderated)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
    assert post.is_published

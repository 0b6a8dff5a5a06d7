"""Programs save, read, change, schedule and delete drafts of their member, and see no others."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.feed.tasks import publish_due
from tests.api.conftest import Program
from tests.factories import Cast

NEWS = {"kind": "news", "title": "Bientôt", "body_html": "<p>Quelques mots.</p>", "status": "draft"}
IN_ESS = "/groups/ess-quartiers/posts"


def test_a_draft_is_saved_read_changed_and_deleted(
    cast: Cast, program: Callable[..., Program]
) -> None:
    robot, other = program(cast.chloe), program(cast.bruno)
    made = robot.post(IN_ESS, {**NEWS, "title": "", "groups": ["regies-de-quartier"]})
    assert made.status_code == 201, made.text
    path = made.headers["Location"].removeprefix("/api/v1")
    assert path == f"/me/drafts/{made.json['id']}"
    read = robot.get(path).json
    assert read == made.json
    assert (read["status"], read["group"], read["body_html"]) == (
        "draft",
        "ess-quartiers",
        "<p>Quelques mots.</p>",
    )
    assert read["groups"] == ["regies-de-quartier"]
    changed = robot.patch(path, {"version": read["version"], "title": "Demain"}).json
    assert (changed["title"], changed["body_html"]) == ("Demain", read["body_html"])
    assert robot.patch(path, {"version": read["version"], "title": "X"}).status_code == 409
    assert [each["title"] for each in robot.get("/me/drafts").json["items"]] == ["Demain"]
    assert other.get("/me/drafts").json["items"] == []
    for call in (other.get, other.delete):
        assert call(path).status_code == 404
    assert other.patch(path, {"version": 2}).status_code == 404
    assert robot.delete(path).status_code == 204
    assert robot.get(path).status_code == 404
    assert not db.session.scalars(select(Post)).all()


def test_a_webinar_is_scheduled_moved_and_published(
    cast: Cast, program: Callable[..., Program]
) -> None:
    robot, now = program(cast.chloe), clock.now().replace(microsecond=0, second=0)
    begin = now + timedelta(days=9)
    webinar = {
        "kind": "webinar",
        "title": "Visio",
        "body_html": "<p>Oui.</p>",
        "time_zone": "America/Martinique",
        "starts_at": begin.isoformat(),
        "ends_at": (begin + timedelta(hours=1)).isoformat(),
        "status": "scheduled",
    }
    assert robot.post(IN_ESS, webinar).status_code == 422
    for late in (now - timedelta(days=1), now + timedelta(days=10)):
        refused = robot.post(IN_ESS, {**webinar, "publish_at": late.isoformat()})
        assert refused.status_code == 422, "in the past, or once the webinar is over"
    at = (now + timedelta(days=1)).isoformat()
    made = robot.post(IN_ESS, {**webinar, "publish_at": at}).json
    assert (made["status"], made["publish_at"], made["starts_at"]) == (
        "scheduled",
        at,
        begin.isoformat(),
    )
    path, moved = f"/me/drafts/{made['id']}", (now + timedelta(days=2)).isoformat()
    again = robot.patch(path, {"version": made["version"], "publish_at": moved}).json
    assert again["publish_at"] == moved
    waits = robot.patch(path, {"version": again["version"], "status": "draft"}).json
    assert (waits["status"], waits["publish_at"]) == ("draft", None)
    body = {"version": waits["version"], "status": "scheduled", "publish_at": at}
    assert robot.patch(path, body).status_code == 200
    with clock.travel(now + timedelta(days=1, minutes=1)):
        publish_due()
    post = db.session.scalars(select(Post)).one()
    assert (post.title, post.starts_at) == ("Visio", begin)


def test_a_field_of_another_kind_or_a_group_of_others_is_refused(
    cast: Cast, program: Callable[..., Program]
) -> None:
    assert program(cast.chloe).post(IN_ESS, {**NEWS, "url": "x"}).status_code == 422
    assert program(cast.driss).post(IN_ESS, NEWS).status_code == 403
    assert program(cast.driss).post("/groups/comite-de-pilotage/posts", NEWS).status_code == 404

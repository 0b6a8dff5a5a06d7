"""Programs, like pages, publish webinars that are over, for their replay."""

from datetime import timedelta

from grandequipe.core import clock
from tests.api.test_calls import Programs, body
from tests.factories import Cast

POSTS = "/groups/ess-quartiers/posts"


def times(days: int) -> dict[str, str]:
    """Give the times of a webinar some days from now."""
    starts_at = clock.now() + timedelta(days=days)
    ends_at = starts_at + timedelta(hours=1)
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}


def test_a_webinar_that_is_over_needs_its_replay(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    refused = chloe.post(POSTS, body("webinar", **times(-3)))
    assert (refused.status_code, refused.json["errors"].keys()) == (422, {"starts_at"})
    replay = {"replay_url": "https://video.example.org/1"}
    assert chloe.post(POSTS, body("webinar", **times(-3), **replay)).status_code == 201


def test_a_webinar_is_not_moved_into_the_past(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    path = f"/posts/{chloe.post(POSTS, body('webinar', **times(3))).json['id']}"
    refused = chloe.patch(path, times(-3))
    assert (refused.status_code, refused.json["errors"].keys()) == (422, {"starts_at"})
    assert chloe.patch(path, {"title": "Un autre titre"}).status_code == 200

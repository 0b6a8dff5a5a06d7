"""The calls of the contract: a program reports, decides, appeals and judges."""

from grandequipe.extensions import db
from grandequipe.feed.models import PlacementStatus, Post
from tests.factories import make_post


def test_a_case_is_decided_once_on_a_version_and_its_appeal_by_somebody_else(cast, program):
    post = make_post(cast.chloe, cast.ess)
    driss, bruno, amina = program(cast.driss), program(cast.bruno), program(cast.amina)
    wrong = driss("POST", f"/posts/{post.id}/reports", reason="other")
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["details"])
    filed = driss("POST", f"/posts/{post.id}/reports", reason="spam", details="Une publicité.")
    assert (filed.status_code, filed.json["subject"]) == (201, {"type": "post", "id": post.id})
    (case,) = bruno("GET", "/groups/ess-quartiers/cases").json["items"]
    assert case["reports"][0]["details"] == "Une publicité."
    assert set(case["reports"][0]) == {"reason", "details", "created_at"}
    address = f"/cases/{case['id']}"
    removal = {"version": case["version"], "decision": "remove", "reason": "Une publicité."}
    assert bruno("PATCH", address, **{**removal, "reason": ""}).status_code == 422
    decided = bruno("PATCH", address, **removal)
    assert (decided.status_code, decided.json["state"]) == (200, "decided")
    stale = amina("PATCH", address, **removal)
    assert stale.status_code == 409
    assert "Bruno Castel" in stale.json["detail"]
    assert "Une publicité." in stale.json["detail"]
    number = decided.json["decision"]["id"]
    appeal = program(cast.chloe)("POST", f"/decisions/{number}/appeal", text="Ce n’est pas juste.")
    assert appeal.status_code == 201
    judged = {"decision": "granted", "reason": "En effet."}
    path = f"/appeals/{appeal.json['id']}"
    assert bruno("PATCH", path, **judged).status_code == 403
    assert driss("PATCH", path, **judged).status_code == 404
    granted = amina("PATCH", path, **judged)
    assert (granted.status_code, granted.json["state"]) == (200, "granted")
    assert db.session.get(Post, post.id).placements[0].status is PlacementStatus.PUBLISHED

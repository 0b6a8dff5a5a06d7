"""The description of the API, for programs and for people."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Visitor

METHODS = {"get", "post", "put", "patch", "delete"}
CONTRACT = {
    "POST /tokens",
    "DELETE /tokens/current",
    "GET /me",
    "PATCH /me",
    "GET /me/drafts",
    "GET /me/drafts/{draft_id}",
    "PATCH /me/drafts/{draft_id}",
    "DELETE /me/drafts/{draft_id}",
    "GET /groups",
    "GET /members",
    "GET /organisations",
    "GET /organisations/{organisation_id}",
    "POST /groups",
    "GET /groups/{slug}",
    "PATCH /groups/{slug}",
    "DELETE /groups/{slug}",  # added to the contract: the last one in a group may end it
    "PUT /groups/{slug}/membership",
    "DELETE /groups/{slug}/membership",
    "GET /groups/{slug}/members",
    "PATCH /groups/{slug}/members/{member_id}",
    "PUT /groups/{slug}/preferences",
    # Added to the contract: an invitation to an address has no member id.
    "GET /groups/{slug}/invitations",
    "POST /groups/{slug}/invitations",
    "POST /groups/{slug}/invitation-links",
    "DELETE /groups/{slug}/invitations/{invitation_id}",
    "GET /groups/{slug}/posts",
    "POST /groups/{slug}/posts",
    "POST /posts/{post_id}/reports",
    "POST /comments/{comment_id}/reports",
    "POST /members/{member_id}/reports",
    # Added to the contract: files and groups are reported, too, and reasons read.
    "POST /files/{file_id}/reports",
    "POST /groups/{slug}/reports",
    "GET /groups/{slug}/cases",
    "GET /cases/{case_id}",
    "PATCH /cases/{case_id}",
    "GET /decisions/{decision_id}",
    "POST /decisions/{decision_id}/appeal",
    "PATCH /appeals/{appeal_id}",
    "POST /files",
    "GET /files/{file_id}",  # added to the contract: whether a picture is ready
    "POST /uploads",  # added to the contract: large files, by the protocol tus
    "PATCH /uploads/{file_id}",
    "DELETE /uploads/{file_id}",
    "GET /posts/{post_id}",
    "PATCH /posts/{post_id}",
    "DELETE /posts/{post_id}",
    # Added to the contract: a change that waits for a moderator.
    "GET /posts/{post_id}/proposal",
    "PATCH /posts/{post_id}/proposal",
    "DELETE /posts/{post_id}/proposal",
    "PUT /posts/{post_id}/placements/{slug}",
    "DELETE /posts/{post_id}/placements/{slug}",
    "GET /groups/{slug}/proposals",
    "GET /groups/{slug}/moderation-log",
    "GET /posts/{post_id}/comments",
    "POST /posts/{post_id}/comments",
    "PATCH /comments/{comment_id}",
    "DELETE /comments/{comment_id}",
    "PUT /comments/{comment_id}/reactions/{name}",
    "DELETE /comments/{comment_id}/reactions/{name}",
    "GET /posts/{post_id}/history",
    "PUT /posts/{post_id}/bookmark",
    "DELETE /posts/{post_id}/bookmark",
    "GET /me/bookmarks",
    # Added to the contract: following or muting a conversation, and reminders.
    "PUT /posts/{post_id}/conversation",
    "DELETE /posts/{post_id}/conversation",
    "PUT /posts/{post_id}/reminder",
    "DELETE /posts/{post_id}/reminder",
    "GET /me/reminders",
    # And what organisers do about when a webinar takes place.
    "PUT /posts/{post_id}/cancellation",
    "DELETE /posts/{post_id}/cancellation",
    "GET /posts/{post_id}/webinar-reminders",
    "POST /posts/{post_id}/webinar-reminders",
    "DELETE /posts/{post_id}/webinar-reminders/{reminder_id}",
    "PUT /posts/{post_id}/reactions/{name}",
    "DELETE /posts/{post_id}/reactions/{name}",
    "PUT /posts/{post_id}/registration",
    "DELETE /posts/{post_id}/registration",
    "GET /posts/{post_id}/registrations",
    # Added to the contract: one's own registration, and what organisers ask.
    "GET /posts/{post_id}/registration",
    "GET /posts/{post_id}/questions",
    # What they do after it: who was there, and the recording.
    "PUT /posts/{post_id}/registrations/{registration_id}/attendance",
    "DELETE /posts/{post_id}/registrations/{registration_id}/attendance",
    "GET /posts/{post_id}/recording",
    "PUT /posts/{post_id}/recording",
    "DELETE /posts/{post_id}/recording",
    "GET /feed",
    "GET /agenda",
    "GET /collections",
    "POST /collections",
    "GET /collections/{collection_id}",
    "PATCH /collections/{collection_id}",
    "DELETE /collections/{collection_id}",
    "GET /search",
    "GET /notifications",
    "POST /notifications/read",
    "GET /me/notification-settings",
    "PUT /me/notification-settings",
    "GET /changes",
    "POST /changes",
}


@pytest.fixture
def description(visitor: Visitor) -> dict[str, Any]:
    """Get the description as a visitor."""
    answer = visitor.get("/api/v1/openapi.json")
    assert answer.mimetype == "application/json"
    document: dict[str, Any] = answer.json
    return document


def test_it_lists_the_contracts_calls_and_no_other(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    calls = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in description["paths"].items()
        for method in item.keys() & METHODS
    }
    assert calls == CONTRACT


def test_every_route_under_the_prefix_is_in_it(app: Flask, description: dict[str, Any]) -> None:
    routes = {
        re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert routes == set(description["paths"])


def test_every_refusal_is_a_problem_document(description: dict[str, Any]) -> None:
    for item in description["paths"].values():
        for method in item.keys() & METHODS:
            for status, answer in item[method]["responses"].items():
                media = set(answer.get("content", {}))
                expected = {"application/json"} if status < "300" else {"application/problem+json"}
                assert media == (set() if status == "204" else expected)


def test_what_can_be_wrong_with_a_body_is_said_wherever_there_is_one(
    description: dict[str, Any],
) -> None:
    for item in description["paths"].values():
        for method in item.keys() & METHODS:
            if "requestBody" in item[method]:
                assert {"400", "408", "413", "415"} <= item[method]["responses"].keys()


def test_a_post_has_a_key_that_makes_it_once(description: dict[str, Any]) -> None:
    """Except the one that only reads, by POST because its cursor may be long."""
    for path, item in description["paths"].items():
        if "post" in item:
            named = [each["name"] for each in item["post"].get("parameters", ())]
            assert ("Idempotency-Key" in named) == (path != "/api/v1/changes")


def test_people_read_it_without_a_third_party(
    visitor: Visitor, description: dict[str, Any]
) -> None:
    answer = visitor.get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.text
    for path in description["paths"]:
        assert path in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_it_is_plain_json(description: dict[str, Any]) -> None:
    assert json.loads(json.dumps(description)) == description

"""Calls execute the same few statements, however much there is to return."""

from collections.abc import Callable
from typing import Any

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import approve_post, edit_post
from tests.api.conftest import Program, react_to_all
from tests.factories import (
    Cast,
    admit,
    draft_of,
    make_comment,
    make_group,
    make_member,
    make_post,
)

MOST = 12


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """Make much content."""
    for number in range(10):
        make_group(cast.chloe, f"Groupe {number}")
    for number, kind in enumerate([*Kind, *Kind]):
        author = make_member(f"Auteur{number} Nouveau")
        admit(cast.ess, author)
        make_post(author, cast.ess, kind)
    post = make_post(cast.chloe, cast.ess)
    for name in ("amina", "bruno"):
        for _number in range(5):
            make_comment(getattr(cast, name), post)
    react_to_all()
    return cast


READS = [
    "/me",
    "/groups?limit=100",
    "/groups/ess-quartiers",
    "/groups/ess-quartiers/members",
    "/groups/ess-quartiers/posts",
    "/feed",
    "/posts/13",
    "/posts/13/comments",
    "/notifications",
    "/changes",
]


def test_reading(
    crowd: Cast,
    program: Callable[..., Program],
    count_queries: Callable[[], Any],
    subtests: pytest.Subtests,
) -> None:
    for path in READS:
        with subtests.test(repr(path)[:40]):
            chloe = program(crowd.chloe)
            with count_queries() as counter:
                answer = chloe.get(path)
            assert answer.status_code == 200
            assert counter.count <= MOST, "\n".join(counter.statements)


def test_the_list_of_changes_comes_with_their_texts_at_once(
    cast: Cast, program: Callable[..., Program], count_queries: Callable[[], Any]
) -> None:
    for _number in range(5):
        post = make_post(cast.chloe, cast.moderated)
        with atomic():
            approve_post(cast.bruno, post, post.text_version)
        with atomic():
            edit_post(cast.chloe, post, draft_of(body_html="<p>Le samedi.</p>"))
    bruno = program(cast.bruno)
    db.session.expunge_all()
    with count_queries() as counter:
        items = bruno.get("/groups/petites-annonces/proposals").json["items"]
    assert [each["body_html"] for each in items] == ["<p>Le samedi.</p>"] * 5
    assert counter.count <= MOST, "\n".join(counter.statements)
    assert not [said for said in counter.statements if "post.body_html" in said]


def test_catching_up(
    crowd: Cast, program: Callable[..., Program], count_queries: Callable[[], Any]
) -> None:
    chloe = program(crowd.chloe)
    cursor = chloe.get("/changes").json["cursor"]
    for _number in range(20):
        make_post(crowd.amina, crowd.ess)
    with count_queries() as counter:
        assert len(chloe.get(f"/changes?since={cursor}").json["changes"]) == 20
    assert counter.count <= MOST, "\n".join(counter.statements)


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "one"}], ids=["", "with a key"])
def test_commenting(
    headers: dict[str, str],
    crowd: Cast,
    program: Callable[..., Program],
    count_queries: Callable[[], Any],
) -> None:
    chloe = program(crowd.chloe)
    with count_queries() as counter:
        answer = chloe.post("/posts/13/comments", {"body_html": "<p>Oui.</p>"}, **headers)
    assert answer.status_code == 201
    assert counter.count <= MOST, "\n".join(counter.statements)


WRITES = [
    (
        "POST",
        "/groups/ess-quartiers/posts",
        {"kind": "news", "title": "x", "body_html": "<p>x</p>"},
    ),
    ("PUT", "/posts/1/reactions/thanks", None),
    ("PATCH", "/posts/13", {"title": "Autre"}),
    ("POST", "/notifications/read", {"up_to": 10**6}),
]


def test_writing(
    crowd: Cast,
    program: Callable[..., Program],
    count_queries: Callable[[], Any],
    subtests: pytest.Subtests,
) -> None:
    for method, path, body in WRITES:
        with subtests.test(repr(method)[:40]):
            chloe = program(crowd.chloe)
            with count_queries() as counter:
                answer = chloe.call(method, path, body)
            assert answer.status_code in (200, 201)
            assert counter.count <= MOST, "\n".join(counter.statements)

"""Catching up: in order, without gaps, each change once, and only what the caller may see."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from grandequipe.api.schemas.changes import LONGEST_CURSOR
from grandequipe.core.events import EventRecord, Stream
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import approve_post, edit_post, refuse_post, remove_post
from grandequipe.live.changes import make_cursor
from tests.api.conftest import Program
from tests.factories import Cast, admit, draft_of, make_comment, make_post

Programs = Callable[..., Program]


def catch_up(caller: Program, cursor: str, limit: int = 100) -> tuple[list[dict[str, Any]], str]:
    """List changes until there are no more."""
    changes: list[dict[str, Any]] = []
    more = True
    while more:
        page = caller.get(f"/changes?since={cursor}&limit={limit}").json
        changes, cursor, more = changes + page["changes"], page["cursor"], page["more"]
        assert len(page["changes"]) <= limit
    return changes, cursor


def now(caller: Program) -> str:
    """Get the present cursor."""
    answer = caller.get("/changes").json
    assert (answer["changes"], answer["more"]) == ([], False)
    cursor: str = answer["cursor"]
    return cursor


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_reader_catches_up_in_order_and_once(limit: int, cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    cursor = now(chloe)
    posts = [make_post(cast.amina, group) for group in (cast.ess, cast.private) * 3]
    comment = make_comment(cast.bruno, posts[0])
    changes, cursor = catch_up(chloe, cursor, limit)
    by_stream: dict[str, list[int]] = {}
    for change in changes:
        by_stream.setdefault(change["stream"], []).append(change["position"])
    for positions in by_stream.values():
        assert positions == list(range(positions[0], positions[0] + len(positions)))
    assert {c["subject"]["id"] for c in changes if c["kind"] == "post.published"} == {
        post.id for post in posts
    }
    added = next(change for change in changes if change["kind"] == "comment.added")
    assert added == {
        "stream": cast.ess.stream.name,
        "position": added["position"],
        "kind": "comment.added",
        "subject": {"type": "comment", "id": comment.id},
        "group": "ess-quartiers",
        "actor": cast.bruno.id,
        "at": added["at"],
        "post": posts[0].id,
    }
    assert catch_up(chloe, cursor, limit)[0] == []


def test_the_contracts_kinds_are_in_the_changes(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    cursor = now(chloe)
    post = make_post(cast.amina, cast.ess)
    amina, path = program(cast.amina), f"/posts/{post.id}"
    comment = amina.post(f"{path}/comments", {"body_html": "<p>x</p>"}).json
    amina.delete(f"/comments/{comment['id']}")
    amina.patch(path, {"title": "Autre"})
    amina.delete(path)
    program(cast.driss).put("/groups/ess-quartiers/membership")
    program(cast.driss).delete("/groups/ess-quartiers/membership")
    assert [change["kind"] for change in catch_up(chloe, cursor)[0]] == [
        "post.published",
        "comment.added",
        "comment.removed",
        "post.edited",
        "post.removed",
        "member.joined",
        "member.left",
    ]


def test_an_unpublished_post_is_in_no_change(cast: Cast, program: Programs) -> None:
    admit(cast.moderated, cast.driss)
    driss, author = program(cast.driss), program(cast.chloe)
    cursors = now(driss), now(author)
    waiting, refused = (make_post(cast.chloe, cast.moderated) for _number in range(2))
    with atomic():
        edit_post(cast.chloe, waiting, draft_of(title="Corrigé"))
        refuse_post(cast.bruno, refused, "Hors sujet.")
    withdrawn = make_post(cast.chloe, cast.moderated)
    with atomic():
        remove_post(cast.chloe, withdrawn)
    assert catch_up(driss, cursors[0])[0] == []
    own = {change["stream"] for change in catch_up(author, cursors[1])[0]}
    assert own <= {cast.chloe.stream.name}
    with atomic():
        approve_post(cast.bruno, waiting, waiting.text_version)
    [change] = catch_up(driss, cursors[0])[0]
    assert (change["kind"], change["subject"]["id"]) == ("post.published", waiting.id)


def test_a_stream_that_is_lost_is_in_the_changes_no_more(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    cursor = now(chloe)
    chloe.delete("/groups/regies-de-quartier/membership")
    make_post(cast.amina, cast.private)
    assert {change["stream"] for change in catch_up(chloe, cursor)[0]} <= {cast.chloe.stream.name}
    kept = {
        cast.chloe.stream.name,
        cast.ess.stream.name,
        cast.hidden.stream.name,
        cast.moderated.stream.name,
    }
    for asked in ("/changes", f"/changes?since={cursor}"):
        assert set(chloe.get(asked).json["streams"]) == kept


def test_a_foreign_stream_in_a_cursor_gives_nothing(cast: Cast, program: Programs) -> None:
    make_post(cast.amina, cast.hidden)
    driss = program(cast.driss)
    forged = make_cursor(
        {cast.hidden.stream.name: 0, cast.amina.stream.name: 0, cast.driss.stream.name: 0}
    )
    streams = {change["stream"] for change in catch_up(driss, forged)[0]}
    assert streams <= {cast.driss.stream.name}


def test_a_group_joined_since_is_in_the_changes_from_the_joining_on(
    cast: Cast, program: Programs
) -> None:
    make_post(cast.amina, cast.ess)
    driss = program(cast.driss)
    cursor = now(driss)
    driss.put("/groups/ess-quartiers/membership")
    later = make_post(cast.amina, cast.ess)
    changes = catch_up(driss, cursor)[0]
    published = [c["subject"]["id"] for c in changes if c["kind"] == "post.published"]
    assert published == [later.id]


def test_a_cursor_that_is_too_old_or_of_another_time_is_gone(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    ahead = make_cursor({cast.ess.stream.name: 10**6})
    assert chloe.get(f"/changes?since={ahead}").status_code == 410
    cursor = now(chloe)
    with atomic():
        further = Stream.last_position + 10_001
        db.session.execute(
            update(Stream).where(Stream.id == cast.ess.stream_id).values(last_position=further)
        )
    answer = chloe.get(f"/changes?since={cursor}")
    assert answer.status_code == 410
    assert answer.mimetype == "application/problem+json"


def test_a_cursor_from_before_what_is_still_stored_is_gone(cast: Cast, program: Programs) -> None:
    """Old events go with their month; who missed some of them reads everything again."""
    chloe = program(cast.chloe)
    before = now(chloe)
    make_post(cast.amina, cast.ess)
    between = now(chloe)
    make_post(cast.amina, cast.ess)
    old = select(func.max(EventRecord.position) - 1).where(
        EventRecord.stream_id == cast.ess.stream_id
    )
    with atomic():
        db.session.execute(
            delete(EventRecord)
            .where(
                EventRecord.stream_id == cast.ess.stream_id,
                EventRecord.position <= old.scalar_subquery(),
            )
            .execution_options(synchronize_session=False)
        )
    assert chloe.get(f"/changes?since={before}").status_code == 410
    assert chloe.get(f"/changes?since={between}").status_code == 200


NONSENSE = [
    "x",
    "é",
    "W10",
    "bnVsbA",
    make_cursor({"group:1": -1}),
    make_cursor({"a": 2**63}),
    "eyJhIjoiYiJ9",
    "eyJhIjp0cnVlfQ",
    "W1tb" * 2000,
]


def test_nonsense_is_named(cast: Cast, program: Programs, subtests: pytest.Subtests) -> None:
    for cursor in NONSENSE:
        with subtests.test(repr(cursor)[:40]):
            answer = program(cast.chloe).get(f"/changes?since={cursor}")
            assert answer.status_code == 422
            assert answer.json["errors"].keys() == {"since"}


def test_events_of_a_later_version_are_passed_over(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    cursor = now(chloe)
    make_post(cast.amina, cast.ess)
    with atomic():
        db.session.execute(
            update(EventRecord).where(EventRecord.kind == "post.published").values(kind="a.b")
        )
    changes, after = catch_up(chloe, cursor)
    assert changes == []
    assert after != cursor
    post = make_post(cast.amina, cast.ess)
    [change] = catch_up(chloe, after)[0]
    assert change["subject"]["id"] == post.id


def test_a_question_by_post_is_a_reading(
    cast: Cast, program: Programs, browser: Callable[..., Any]
) -> None:
    """D5: a token that may only read asks it, and a page without the token that forms carry.

    One that may only write does not, nor who sends a form, as a page of another site would.
    """
    reader, writer = program(cast.chloe, "read"), program(cast.chloe, "write")
    cursor = now(reader)
    make_post(cast.bruno, cast.ess)
    expected = reader.get(f"/changes?since={cursor}").json
    assert [change["kind"] for change in expected["changes"]] == ["post.published"]
    page = browser(cast.chloe)
    for asked in (reader, Program(page)):
        assert asked.post("/changes", {"since": cursor}).json == expected
        assert asked.post("/changes", {}).json["changes"] == []
        assert asked.post("/changes", {"since": "x"}).status_code == 422
        assert asked.post("/changes", {"limit": 0}).status_code == 422
        too_long = asked.post("/changes", {"since": "a" * (LONGEST_CURSOR + 1)})
        assert too_long.status_code == 422
        assert str(LONGEST_CURSOR) in str(too_long.json["errors"]["since"])
    assert writer.post("/changes", {"since": cursor}).status_code == 403
    assert program().post("/changes", {"since": cursor}).status_code == 401
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        form = page.post("/api/v1/changes", data=b'{"since": "x"}', content_type=kind)
        assert form.status_code == 415

"""A POST that is sent twice under one key is carried out once."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import Client

from grandequipe.api.idempotency import purge_expired
from grandequipe.api.models import IdempotencyKey
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Comment, Post
from tests.api.conftest import Program
from tests.factories import Cast, make_post

Programs = Callable[..., Program]

LIST = "/groups/ess-quartiers/posts"
NEWS = {"kind": "news", "title": "Une seule fois", "body_html": "<p>Bonjour.</p>"}


def count(model: type[Post] | type[Comment] | type[IdempotencyKey]) -> int:
    """Count the rows of a table."""
    return db.session.scalar(select(func.count(model.id))) or 0


def age(by: timedelta) -> None:
    """Make every stored response older."""
    with atomic():
        past = IdempotencyKey.created_at - by
        db.session.execute(update(IdempotencyKey).values(created_at=past))


def test_a_repeated_request_gets_the_kept_answer(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    first = chloe.post(LIST, NEWS, Idempotency_Key="a")
    again = chloe.post(LIST, NEWS, Idempotency_Key="a")
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert count(Post) == 1


def test_a_key_is_for_one_request(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    chloe.post(LIST, NEWS, Idempotency_Key="a")
    other_body = chloe.post(LIST, NEWS | {"title": "Autre"}, Idempotency_Key="a")
    other_path = chloe.post("/groups/petites-annonces/posts", NEWS, Idempotency_Key="a")
    for answer in (other_body, other_path):
        assert answer.status_code == 422
        assert answer.json["errors"].keys() == {"Idempotency-Key"}
    assert count(Post) == 1


def test_keys_of_two_members_do_not_meet(cast: Cast, program: Programs) -> None:
    for member in (cast.chloe, cast.bruno):
        assert program(member).post(LIST, NEWS, Idempotency_Key="a").status_code == 201
    assert count(Post) == 2


def test_what_was_refused_may_be_tried_again(cast: Cast, program: Programs) -> None:
    driss = program(cast.driss)
    assert driss.post(LIST, NEWS, Idempotency_Key="a").status_code == 403
    assert count(IdempotencyKey) == 0
    driss.put("/groups/ess-quartiers/membership")
    assert driss.post(LIST, NEWS, Idempotency_Key="a").status_code == 201


def test_without_a_key_each_request_counts(cast: Cast, program: Programs) -> None:
    for _time in range(2):
        program(cast.chloe).post(LIST, NEWS)
    assert (count(Post), count(IdempotencyKey)) == (2, 0)


def test_other_methods_need_no_key(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    for title in ("Analyste", "Animatrice"):
        changed = chloe.patch("/me", {"job_title": title}, Idempotency_Key="a")
        assert changed.json["job_title"] == title


def test_an_answer_is_kept_for_a_day(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    chloe.post(LIST, NEWS, Idempotency_Key="a")
    age(timedelta(hours=23, minutes=59))
    assert "Idempotency-Replayed" in chloe.post(LIST, NEWS, Idempotency_Key="a").headers
    age(timedelta(minutes=2))
    assert "Idempotency-Replayed" not in chloe.post(LIST, NEWS, Idempotency_Key="a").headers
    assert "Idempotency-Replayed" in chloe.post(LIST, NEWS, Idempotency_Key="a").headers
    assert count(Post) == 2


def test_old_answers_are_purged_and_young_ones_kept(cast: Cast, program: Programs) -> None:
    chloe = program(cast.chloe)
    chloe.post(LIST, NEWS, Idempotency_Key="old")
    age(timedelta(hours=25))
    chloe.post(LIST, NEWS, Idempotency_Key="young")
    with atomic():
        purge_expired()
    assert db.session.scalars(select(IdempotencyKey.key)).all() == ["young"]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_kept_is_named(key: str, cast: Cast, program: Programs) -> None:
    answer = program(cast.chloe).post(LIST, NEWS, Idempotency_Key=key)
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == {"Idempotency-Key"}


def test_ten_at_once_write_one(app: Flask, cast: Cast, program: Programs) -> None:
    post = make_post(cast.amina, cast.ess)
    chloe, path = program(cast.chloe), f"/api/v1/posts/{post.id}/comments"
    db.session.rollback()
    together = Barrier(10)

    def send() -> tuple[int, bytes]:
        client = Client(app, use_cookies=False)
        together.wait()
        answer = client.post(
            path,
            json={"body_html": "<p>Une fois.</p>"},
            headers={"Authorization": f"Bearer {chloe.token}", "Idempotency-Key": "same"},
        )
        return answer.status_code, answer.data

    with ThreadPoolExecutor(10) as pool:
        sent = [pool.submit(contextvars.Context().run, send) for _number in range(10)]
        answers = {each.result() for each in sent}
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert count(Comment) == 1


def test_nothing_is_kept_of_what_was_rolled_back(cast: Cast, program: Programs) -> None:
    program(cast.chloe).post(LIST, NEWS | {"title": ""}, Idempotency_Key="a")
    assert (count(Post), count(IdempotencyKey)) == (0, 0)


def test_what_is_kept_of_a_request_is_short_however_long_its_address(
    cast: Cast, program: Programs
) -> None:
    chloe = program(cast.chloe)
    assert chloe.post(f"{LIST}?{'a' * 3_000}", NEWS, Idempotency_Key="a").status_code == 201
    assert chloe.post(f"{LIST}?{'b' * 3_000}", NEWS, Idempotency_Key="a").status_code == 422
    assert db.session.scalars(select(IdempotencyKey.path)).all() == [f"/api/v1{LIST}"]


def test_keys_that_change_nothing_are_counted_too(
    app: Flask, cast: Cast, program: Programs
) -> None:
    """Each stores a row for a day."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(usual, limit_readings="2 per hour")
    chloe, path = program(cast.chloe), "/notifications/read"
    try:
        answers = [chloe.post(path, {"up_to": 0}, Idempotency_Key=key) for key in "abc"]
    finally:
        app.config["SETTINGS"] = usual
    assert [answer.status_code for answer in answers] == [200, 200, 429]

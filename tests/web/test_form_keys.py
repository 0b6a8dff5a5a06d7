"""B7: a form that is sent twice, however that comes about, writes once."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from grandequipe.core.transactions import atomic
from grandequipe.extensions import Model, db
from grandequipe.feed.models import Comment, Post
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_membership
from grandequipe.members.models import Member
from grandequipe.web.models import FormSubmission
from grandequipe.web.submissions import KEPT_FOR
from grandequipe.web.tasks import purge_form_submissions
from tests.conftest import Visitor, new_key
from tests.factories import Cast, make_post
from tests.locks import count_held_up
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]

PUBLISH = "/groupes/ess-quartiers/publier/actualite"
NEWS = {"title": "Une nouvelle", "body_html": "<p>Quelques mots.</p>", "body_format": "html"}


def count(model: type[Model]) -> int:
    """Count the rows of a table."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def path_of(what: str, cast: Cast) -> tuple[str, dict[str, str], type[Model]]:
    """Name a form that makes something: where it is sent, what it holds, what it makes."""
    if what == "comment":
        post = make_post(cast.amina, cast.ess)
        return f"/publications/{post.id}/commentaires", {"body_html": "<p>Oui.</p>"}, Comment
    if what == "group":
        return (
            "/groupes/nouveau",
            {
                "name": "Jardins",
                "visibility": "public",
                "join_policy": "open",
                "posting_policy": "members",
            },
            Group,
        )
    return PUBLISH, NEWS, Post


@pytest.mark.parametrize("what", ["post", "comment", "group"])
def test_the_same_form_sent_twice_writes_once_and_is_answered_alike(
    cast: Cast, browser: Open, what: str
) -> None:
    chloe = browser(cast.chloe)
    path, form, model = path_of(what, cast)
    before, sent = count(model), {**form, "form_key": new_key()}
    first = chloe.send(path, sent)
    again = chloe.send(path, sent)
    assert (first.status_code, again.status_code) == (303, 303), first.text[:3000]
    assert first.location == again.location
    assert count(model) == before + 1


def test_the_second_answer_says_what_the_first_said(cast: Cast, browser: Open) -> None:
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    for _time in range(2):
        page = chloe.get(chloe.send(PUBLISH, sent).location)
        assert page.text.count("Votre publication est en ligne") == 1


def test_two_forms_write_twice_and_a_form_without_key_writes_each_time(
    cast: Cast, browser: Open
) -> None:
    """A page that was open while the site was brought up to date has none."""
    chloe = browser(cast.chloe)
    for _time in range(2):
        assert chloe.send(PUBLISH, NEWS).status_code == 303
        assert chloe.send(PUBLISH, {**NEWS, "form_key": ""}).status_code == 303
    assert count(Post) == 4


@pytest.mark.parametrize("key", ["é" * 20, "a" * 65, "short", "a b" * 10, "x" * 500])
def test_a_key_that_no_page_gave_is_none(cast: Cast, browser: Open, key: str) -> None:
    assert browser(cast.chloe).send(PUBLISH, {**NEWS, "form_key": key}).status_code == 303
    assert count(FormSubmission) == 0


def test_a_form_sent_while_the_first_is_carried_out_waits_for_its_answer(
    app: Flask, cast: Cast, browser: Open
) -> None:
    """A slow answer and a second press: the first holds the lock of its group meanwhile."""
    chloe, key = browser(cast.chloe), new_key()
    token = chloe._token()
    answers: list[TestResponse] = []

    def send() -> None:
        with app.app_context():
            sent = {**NEWS, "csrf_token": token, "form_key": key}
            answers.append(chloe_again().post(PUBLISH, data=sent))

    def chloe_again() -> Visitor:
        other: Visitor = app.test_client()  # type: ignore[assignment]
        for cookie in chloe._cookies.values():  # type: ignore[union-attr]
            other._cookies[cookie._storage_key] = cookie  # type: ignore[index]
        return other

    with db.engine.begin() as elsewhere:
        elsewhere.exec_driver_sql('LOCK TABLE "post" IN EXCLUSIVE MODE')
        presses = [threading.Thread(target=send) for _press in range(2)]
        for press in presses:
            press.start()
        wait_until(lambda: count_held_up() == 2, "one waits for the lock, one for the first")
    for press in presses:
        press.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count(Post) == 1


def test_other_words_under_a_used_key_are_neither_lost_nor_written(
    cast: Cast, browser: Open
) -> None:
    """The answer was lost, the writer changes the text and sends it: they are asked what for."""
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    made = chloe.send(PUBLISH, sent).location
    shown = chloe.send(PUBLISH, {**sent, "title": "Une autre nouvelle"})
    assert shown.status_code == 409
    assert count(Post) == 1
    assert 'value="Une autre nouvelle"' in shown.text
    assert f'href="{made}"' in shown.text
    keys = keys_in(shown.text, PUBLISH)
    assert sent["form_key"] not in keys
    more = chloe.send(PUBLISH, {**sent, "title": "Une autre nouvelle", "form_key": keys[0]})
    assert more.status_code == 303
    assert count(Post) == 2


def test_other_words_of_an_answer_come_back_in_its_own_field(cast: Cast, browser: Open) -> None:
    chloe, post = browser(cast.chloe), make_post(cast.amina, cast.ess)
    path, key = f"/publications/{post.id}/commentaires", new_key()
    chloe.send(path, {"body_html": "<p>Un.</p>", "form_key": key})
    first = db.session.scalars(select(Comment)).one()
    answer = {"reply_to": str(first.id), "form_key": new_key()}
    assert chloe.send(path, {**answer, "body_html": "Deux."}).status_code == 303
    shown = chloe.send(path, {**answer, "body_html": "Deux, et trois."})
    assert shown.status_code == 409
    assert "Deux, et trois.</textarea>" in shown.text
    assert count(Comment) == 2


def test_what_was_refused_may_be_sent_again_under_its_key(cast: Cast, browser: Open) -> None:
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    refused = chloe.send(PUBLISH, {**sent, "title": ""})
    assert refused.status_code == 422
    assert sent["form_key"] in keys_in(refused.text, PUBLISH)
    assert chloe.send(PUBLISH, sent).status_code == 303
    assert count(Post) == 1


def test_a_preview_does_not_use_up_the_key_and_gives_it_back(cast: Cast, browser: Open) -> None:
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    preview = chloe.send(PUBLISH, {**sent, "preview": "1"})
    assert sent["form_key"] in keys_in(preview.text, PUBLISH)
    assert count(FormSubmission) == 0
    assert chloe.send(PUBLISH, sent).status_code == 303


def test_each_sender_has_keys_of_their_own(cast: Cast, browser: Open) -> None:
    sent = {**NEWS, "form_key": new_key()}
    places = {browser(member).send(PUBLISH, sent).location for member in (cast.chloe, cast.bruno)}
    assert len(places) == 2
    assert count(Post) == 2


def test_what_was_done_is_answered_even_where_it_would_be_refused_by_now(
    cast: Cast, browser: Open
) -> None:
    """Sent again after the removal from the group: it was carried out when one was in it."""
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    first = chloe.send(PUBLISH, sent)
    chloe.send("/groupes/ess-quartiers/quitter")
    assert chloe.send(PUBLISH, sent).location == first.location
    assert chloe.send(PUBLISH, {**NEWS, "form_key": new_key()}).status_code == 403


def test_an_act_that_can_be_done_once_is_shown_as_done_when_it_is_sent_twice(
    cast: Cast, browser: Open
) -> None:
    chloe, key = browser(cast.chloe), {"form_key": new_key()}
    path = f"/publications/{make_post(cast.chloe, cast.ess).id}/supprimer"
    answers = [chloe.send(path, key) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert chloe.send(path).status_code == 404


def test_an_old_page_leaves_and_joins_as_often_as_its_buttons_are_pressed(
    cast: Cast, browser: Open
) -> None:
    """Two acts that one means are never made one, though the buttons have the same keys."""
    chloe = browser(cast.chloe)
    leave, join = {"form_key": new_key()}, {"form_key": new_key()}
    for _time in range(2):
        chloe.send("/groupes/ess-quartiers/quitter", leave)
        assert find_membership(cast.chloe, cast.ess) is None
        chloe.send("/groupes/ess-quartiers/rejoindre", join)
        assert find_membership(cast.chloe, cast.ess) is not None


def test_another_address_in_the_same_form_is_another_invitation(cast: Cast, browser: Open) -> None:
    amina, key = browser(cast.amina), new_key()
    for email in ("un@example.org", "deux@example.org", "deux@example.org"):
        sent = {"email": email, "form_key": key}
        assert amina.send("/groupes/ess-quartiers/invitations", sent).status_code == 303
    assert count(FormSubmission) == 2


def test_keys_are_forgotten_when_no_browser_keeps_their_drafts(cast: Cast, browser: Open) -> None:
    chloe, sent = browser(cast.chloe), {**NEWS, "form_key": new_key()}
    chloe.send(PUBLISH, sent)
    age(KEPT_FOR - timedelta(hours=1))
    purge_form_submissions()
    assert count(FormSubmission) == 1
    age(timedelta(hours=2))
    assert chloe.send(PUBLISH, sent).status_code == 303
    assert (count(Post), count(FormSubmission)) == (2, 1)
    age(KEPT_FOR + timedelta(hours=1))
    purge_form_submissions()
    assert count(FormSubmission) == 0


def test_a_browser_learns_which_of_its_own_drafts_were_taken(cast: Cast, browser: Open) -> None:
    """By the mark of the words that were sent; of others' keys, and of refused ones, nothing."""
    chloe, taken, refused = browser(cast.chloe), new_key(), new_key()
    asked = f"/formulaires/recus?key={taken}&key={refused}&key=%00&key={'a' * 200}"
    chloe.send(PUBLISH, {**NEWS, "form_key": refused, "form_mark": "9", "title": ""})
    chloe.send(PUBLISH, {**NEWS, "form_key": taken, "form_mark": "1"})
    assert chloe.get(asked).json == {taken: "1"}
    chloe.send(PUBLISH, {**NEWS, "form_key": taken, "form_mark": "2", "title": "Autre"})
    assert chloe.get(asked).json == {taken: "1"}
    chloe.send(PUBLISH, {**NEWS, "form_key": taken, "form_mark": "3"})
    assert chloe.get(asked).json == {taken: "3"}
    assert browser(cast.bruno).get(asked).json == {}


def test_a_question_that_a_page_asks_goes_on_under_the_key_of_the_button(
    cast: Cast, browser: Open
) -> None:
    amina, key = browser(cast.amina), new_key()
    path = f"/groupes/ess-quartiers/membres/{cast.chloe.id}/retirer"
    page = amina.send(path, {"question": "Vraiment ?", "question_yes": "Oui", "form_key": key})
    assert keys_in(page.text, path) == [key]


def keys_in(page: str, path: str) -> list[str]:
    """List the keys of the forms of a page that are sent to `path`."""
    forms = re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", page, re.S)
    to_path = [form for form in forms if f'action="{path}"' in form]
    return [key for form in to_path for key in re.findall(r'name="form_key" value="(.*?)"', form)]


def age(by: timedelta) -> None:
    """Make everything that was sent older."""
    with atomic():
        past = FormSubmission.created_at - by
        db.session.execute(update(FormSubmission).values(created_at=past))

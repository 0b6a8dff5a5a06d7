"""The bell's pages, in a browser."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import join_group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread, list_notifications
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post

HandleEvents = Callable[[], None]
Browser = Callable[[Member], Visitor]


@pytest.fixture
def chloe_was_answered(cast: Cast, handle_events: HandleEvents) -> Cast:
    post = make_post(cast.chloe, cast.ess, title="Un composteur au pied de l'immeuble")
    for author in (cast.bruno, cast.amina):
        make_comment(author, post)
    handle_events()
    return cast


def test_the_page_says_who_did_what(chloe_was_answered: Cast, browser: Browser) -> None:
    page = browser(chloe_was_answered.chloe).get(
        "/notifications", headers={"Accept-Language": "en"}
    )
    assert page.status_code == 200
    assert "Un composteur au pied de l&#39;immeuble" in page.text
    assert "Amina Belkacem" in page.text
    assert "Bruno Castel" in page.text


def test_an_empty_bell_says_what_will_be_there(cast: Cast, browser: Browser) -> None:
    page = browser(cast.driss).get("/notifications")
    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_marking_as_read_empties_the_counter(chloe_was_answered: Cast, browser: Browser) -> None:
    chloe = browser(chloe_was_answered.chloe)
    assert chloe.get("/notifications/compteur").json == {"unread": 1}
    shown = list_notifications(chloe_was_answered.chloe).items[0].latest_id
    assert chloe.send("/notifications/lire", {"up_to": shown}).status_code == 303
    assert chloe.get("/notifications/compteur").json == {"unread": 0}


def test_a_line_leads_to_the_comment_and_is_read(
    chloe_was_answered: Cast, browser: Browser
) -> None:
    chloe = browser(chloe_was_answered.chloe)
    line = list_notifications(chloe_was_answered.chloe).items[0]
    answer = chloe.get(f"/notifications/{line.id}")
    assert answer.status_code == 303
    assert answer.location == f"/publications/{line.post_id}/commentaires/{line.comment_id}"
    there = chloe.get(answer.location)
    assert there.location == f"/publications/{line.post_id}#comment-{line.comment_id}"
    assert count_unread(chloe_was_answered.chloe) == 0


def test_the_line_of_another_is_not_there(chloe_was_answered: Cast, browser: Browser) -> None:
    line = list_notifications(chloe_was_answered.chloe).items[0]
    assert browser(chloe_was_answered.bruno).get(f"/notifications/{line.id}").status_code == 404


@pytest.mark.parametrize("wrong", ["", "x", "-1", "9" * 40])
def test_a_wrong_line_reads_off_nothing(
    chloe_was_answered: Cast, browser: Browser, wrong: str
) -> None:
    browser(chloe_was_answered.chloe).send("/notifications/lire", {"up_to": wrong})
    assert count_unread(chloe_was_answered.chloe) == 1


def test_a_visitor_is_asked_to_log_in(cast: Cast, visitor: Visitor) -> None:
    for path in (
        "/notifications",
        "/notifications/compteur",
        "/groupes/ess-quartiers/notifications",
    ):
        assert visitor.get(path).status_code == 303


def test_a_member_chooses_a_level_and_finds_it_again(cast: Cast, browser: Browser) -> None:
    path, chloe = "/groupes/ess-quartiers/notifications", browser(cast.chloe)
    assert 'value="mentions" checked' in chloe.get(path).text
    assert chloe.send(path, {"level": "digest"}).status_code == 303
    assert 'value="digest" checked' in chloe.get(path).text
    membership = find_membership(cast.chloe, cast.ess)
    assert membership is not None
    assert membership.level.value == "digest"


def test_a_level_that_does_not_exist_is_refused(cast: Cast, browser: Browser) -> None:
    answer = browser(cast.chloe).send("/groupes/ess-quartiers/notifications", {"level": "loud"})
    assert answer.status_code == 422


def test_who_is_no_member_has_no_level(cast: Cast, browser: Browser) -> None:
    driss = browser(cast.driss)
    assert driss.get("/groupes/ess-quartiers/notifications").status_code == 404
    assert driss.get("/groupes/comite-de-pilotage/notifications").status_code == 404
    with atomic():
        join_group(cast.driss, cast.private)
    assert driss.get("/groupes/regies-de-quartier/notifications").status_code == 404


def test_a_page_of_lines_asks_few_questions(
    cast: Cast, handle_events: HandleEvents, browser: Browser, count_queries: Callable[[], object]
) -> None:
    for _number in range(25):
        make_comment(cast.bruno, make_post(cast.chloe, cast.ess))
    handle_events()
    chloe = browser(cast.chloe)
    with count_queries() as counter:  # type: ignore[attr-defined]
        page = chloe.get("/notifications")
    assert 'rel="next"' in page.text
    assert counter.count <= 12
